"""Secrets that are handed out once: made here, kept only as digests."""

import hashlib
import secrets

SECRET_BYTES = 32


def new_secret() -> str:
    """256 random bits as 43 characters that go unescaped into a URL, a cookie and a header."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest(secret: str) -> str:
    """The SHA-256 of a secret in hexadecimal, which is all that the database keeps of it.

    A secret is found by its digest in a unique index, never compared with another character by character. What the
    time of the look-up could tell is about the digest of a guess; nobody can choose a guess by its digest, so there is
    nothing to learn step by step, and a slow password hash has nothing to protect in 256 random bits.
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()

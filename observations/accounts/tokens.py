"""Secrets that are handed out once: made here, kept only as digests."""

import base64
import hashlib
import hmac
import json
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


def keyed(secret: bytes, purpose: str, *said: str | None) -> bytes:
    """32 bytes that only who has the instance's secret can make, of what was said for one purpose.

    The secret is also used elsewhere: a digest made for one purpose means nothing for another.
    Source: HMAC-SHA-256, RFC 2104.
    """
    return hmac.new(secret, json.dumps([purpose, *said]).encode(), hashlib.sha256).digest()


def written(data: bytes) -> str:
    """Bytes in base64url without padding, as they stand in a URL. Source: RFC 4648, 5."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

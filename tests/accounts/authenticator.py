"""An authenticator in software, which signs as a phone does and, where a test wants it, as none would."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any, Protocol

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

ORIGIN = "http://localhost"
PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40

Json = dict[str, Any]


class Key(Protocol):
    """A key pair of one algorithm."""

    def cose(self) -> dict[int, Any]:
        """The public half. Source: RFC 9053."""

    def sign(self, data: bytes) -> bytes:
        """A signature over the data."""


class Es256:
    """Of phones and most security keys."""

    def __init__(self) -> None:
        self.pair = ec.generate_private_key(ec.SECP256R1())

    def cose(self) -> dict[int, Any]:
        """A point on P-256."""
        point = self.pair.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}

    def sign(self, data: bytes) -> bytes:
        """ECDSA with SHA-256."""
        return self.pair.sign(data, ec.ECDSA(hashes.SHA256()))


class EdDsa:
    """Of some security keys."""

    def __init__(self) -> None:
        self.pair = ed25519.Ed25519PrivateKey.generate()

    def cose(self) -> dict[int, Any]:
        """A point on Ed25519."""
        return {1: 1, 3: -8, -1: 6, -2: self.pair.public_key().public_bytes_raw()}

    def sign(self, data: bytes) -> bytes:
        """Ed25519."""
        return self.pair.sign(data)


class Rs256:
    """Of Windows Hello on older computers."""

    def __init__(self) -> None:
        self.pair = rsa.generate_private_key(65537, 2048)

    def cose(self) -> dict[int, Any]:
        """Modulus and exponent."""
        public = self.pair.public_key().public_numbers()
        return {1: 3, 3: -257, -1: public.n.to_bytes(256, "big"), -2: public.e.to_bytes(3, "big")}

    def sign(self, data: bytes) -> bytes:
        """PKCS #1 v1.5 with SHA-256."""
        return self.pair.sign(data, padding.PKCS1v15(), hashes.SHA256())


@dataclass
class Authenticator:
    """Holds one key. What it answers is told the truth about, unless an argument says otherwise."""

    key: Key = field(default_factory=Es256)
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    user_handle: str = ""
    count: int = 0
    counts: bool = False
    """Synced passkeys do not count; security keys do."""

    def create(self, options: Json, *, origin: str = ORIGIN, rp: str = "", flags: int = PRESENT | VERIFIED) -> str:
        """The browser's answer to a question for a new passkey, as the page sends it."""
        self.user_handle = options["user"]["id"]
        key = cbor2.dumps(self.key.cose())
        held = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + key
        data = self.data(rp or options["rp"]["id"], flags | HAS_KEY) + held
        said = client_data("webauthn.create", options["challenge"], origin)
        return self.answer(
            clientDataJSON=said, attestationObject=cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        )

    def get(self, options: Json, *, origin: str = ORIGIN, rp: str = "", flags: int = PRESENT | VERIFIED) -> str:
        """The browser's answer to somebody who wants to come in."""
        self.count += self.counts
        data = self.data(rp or options["rpId"], flags)
        said = client_data("webauthn.get", options["challenge"], origin)
        signature = self.key.sign(data + hashlib.sha256(said).digest())
        handle = base64url_to_bytes(self.user_handle)
        return self.answer(clientDataJSON=said, authenticatorData=data, signature=signature, userHandle=handle)

    def data(self, rp: str, flags: int) -> bytes:
        """For which site, how the person was asked, how often the key has signed."""
        return hashlib.sha256(rp.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def answer(self, **response: bytes) -> str:
        """The JSON that the page's module makes."""
        name = bytes_to_base64url(self.credential_id)
        parts = {part: bytes_to_base64url(value) for part, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": parts})


def client_data(kind: str, challenge: str, origin: str, **more: object) -> bytes:
    """What the browser adds of its own: which page asked, and for what."""
    return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False} | more).encode()

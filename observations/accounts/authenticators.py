"""What browsers and their authenticators are asked, and whether what they answer is true. Source: W3C WebAuthn Level 3.

No database and no web: questions as they go into JSON, answers as they come as text.
"""

import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    options_to_json_dict,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from config import Settings

ANSWER_CHARACTERS: Final = 16 * 1024
"""An answer has one thousand; with a chain of certificates, which nobody asks for, it might have eight."""

CREDENTIAL_ID_BYTES: Final = 1023
"""As the standard has it."""

PUBLIC_KEY_BYTES: Final = 1024
"""An elliptic one has 80, one of RSA with 4,096 bits 540."""

ASK_FOR: Final = timedelta(minutes=4)
"""How long the browser waits for a finger: a little less than the question is good for."""

ALGORITHMS: Final = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
"""What phones and security keys sign with, and Windows."""

USUAL_PORTS: Final = {"https": 443, "http": 80}
NUMBER: Final = re.compile(r"\d+|0x[0-9a-f]*")
"""A host whose last part reads so is an address, however it is written. Source: WHATWG URL, "ends in a number"."""

Found = TypeVar("Found")


class PasskeyRefused(Exception):
    """An answer proves nothing: it is not whole, not from here, not to what was asked, not by a passkey that is good.

    Nobody is told which.
    """


@dataclass(frozen=True)
class Site:
    """Whom a passkey is made for: it works here and nowhere else."""

    name: str
    """The host (RP ID). When it changes, no passkey is good any more."""
    origin: str
    """The address of its pages, without a path."""


@dataclass(frozen=True)
class Registration:
    """An answer of `navigator.credentials.create`, as it claims to be."""

    challenge: str
    credential: RegistrationCredential


@dataclass(frozen=True)
class Assertion:
    """An answer of `navigator.credentials.get`, as it claims to be."""

    challenge: str
    credential: AuthenticationCredential
    credential_id: str
    account_id: uuid.UUID


@dataclass(frozen=True)
class Made:
    """A new key pair's public half."""

    credential_id: str
    public_key: bytes
    sign_count: int


def site_of(settings: Settings) -> Site | None:
    """The site at the service's address, or None where browsers allow no passkeys.

    They want a name, never a number, and TLS unless it is the own machine.
    """
    try:
        parts = urlsplit(settings.base_url)
        host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except ValueError:  # no address at all
        return None
    secure = parts.scheme == "https" or (parts.scheme == "http" and host == "localhost")
    if not secure or not host or ":" in host or NUMBER.fullmatch(host.rpartition(".")[2]):
        return None
    beside = "" if port in (None, USUAL_PORTS[parts.scheme]) else f":{port}"
    return Site(host, f"{parts.scheme}://{host}{beside}")


def registration_options(
    site: Site, *, challenge: str, account_id: uuid.UUID, label: str, known: Sequence[str]
) -> dict[str, Any]:
    """What `navigator.credentials.create` is called with; the authenticator lists the account as `label`.

    One that holds a key in `known`, a list of credential ids, makes no second one.
    """
    options = generate_registration_options(
        rp_id=site.name,
        rp_name="1 000 ögon",
        user_id=account_id.bytes,
        user_name=label,
        challenge=base64url_to_bytes(challenge),
        timeout=int(ASK_FOR.total_seconds() * 1000),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(base64url_to_bytes(each)) for each in known],
        supported_pub_key_algs=ALGORITHMS,
    )
    return options_to_json_dict(options)


def sign_in_options(site: Site, *, challenge: str) -> dict[str, Any]:
    """What `navigator.credentials.get` is called with. It names nobody: the authenticator knows who it is for."""
    options = generate_authentication_options(
        rp_id=site.name,
        challenge=base64url_to_bytes(challenge),
        timeout=int(ASK_FOR.total_seconds() * 1000),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def accepted(site: Site, *, account_id: uuid.UUID, known: Sequence[str]) -> dict[str, Any]:
    """What `PublicKeyCredential.signalAllAcceptedCredentials` is called with."""
    return {"rpId": site.name, "userId": bytes_to_base64url(account_id.bytes), "allAcceptedCredentialIds": list(known)}


def read_registration(answer: str) -> Registration:
    """The answer taken apart, nothing of it proven. Raises PasskeyRefused."""
    credential = _read(answer, parse_registration_credential_json)
    return Registration(_challenge(credential.response.client_data_json), credential)


def read_assertion(answer: str) -> Assertion:
    """The answer taken apart, nothing of it proven. Raises PasskeyRefused."""
    credential = _read(answer, parse_authentication_credential_json)
    return Assertion(
        challenge=_challenge(credential.response.client_data_json),
        credential=credential,
        credential_id=bytes_to_base64url(credential.raw_id),
        account_id=_checked(lambda: uuid.UUID(bytes=credential.response.user_handle)),
    )


def verify_registration(read: Registration, *, site: Site) -> Made:
    """The key that was made; that the challenge was ours is asked elsewhere. Raises PasskeyRefused.

    Which make of authenticator it is (attestation) is neither asked for nor kept.
    """

    def verify() -> Made:
        made = verify_registration_response(
            credential=read.credential,
            expected_challenge=base64url_to_bytes(read.challenge),
            expected_rp_id=site.name,
            expected_origin=site.origin,
            require_user_verification=True,
            supported_pub_key_algs=ALGORITHMS,
        )
        decoded_public_key_to_cryptography(decode_credential_public_key(made.credential_public_key))
        return Made(bytes_to_base64url(made.credential_id), made.credential_public_key, made.sign_count)

    made = _checked(verify)
    if len(made.public_key) > PUBLIC_KEY_BYTES or len(base64url_to_bytes(made.credential_id)) > CREDENTIAL_ID_BYTES:
        raise PasskeyRefused
    return made


def verify_assertion(read: Assertion, *, site: Site, public_key: bytes) -> int:
    """How often the key has signed, as it says with its signature; 0 where it does not count. Raises PasskeyRefused.

    The count is compared by the caller: the library would do it before it knows that the signature is true.
    """
    return _checked(
        lambda: (
            verify_authentication_response(
                credential=read.credential,
                expected_challenge=base64url_to_bytes(read.challenge),
                expected_rp_id=site.name,
                expected_origin=site.origin,
                credential_public_key=public_key,
                credential_current_sign_count=0,
                require_user_verification=True,
            ).new_sign_count
        )
    )


def _read(answer: str, parse: Callable[[str], Found]) -> Found:
    if len(answer) > ANSWER_CHARACTERS:
        raise PasskeyRefused
    return _checked(lambda: parse(answer))


def _challenge(client_data: bytes) -> str:
    """What the answer says it was asked. An answer from within another site's page is none."""
    said = _checked(lambda: parse_client_data_json(client_data))
    if said.cross_origin:
        raise PasskeyRefused
    return bytes_to_base64url(said.challenge)


def _checked(check: Callable[[], Found]) -> Found:
    """What the check finds. Whatever else happens to it is a refusal.

    Answers are JSON, base64 and CBOR that anybody may write; the libraries below raise some thirty kinds of errors.
    """
    try:
        return check()
    except Exception as error:
        raise PasskeyRefused from error

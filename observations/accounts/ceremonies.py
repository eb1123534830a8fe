"""Sign-ins that take two steps: an answer counts once, for minutes only, and for what it was asked for.

What was asked is kept nowhere. It carries its own time and is signed, so anybody may begin as often as they like and
the database hears nothing of it; remembered, for those minutes, is only what has been answered.
"""

import base64
import binascii
import hmac
import secrets
import uuid
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from observations.accounts.tables import Answered
from observations.accounts.tokens import digest, keyed, written

LASTS = timedelta(minutes=5)
RANDOM_BYTES, TIME_BYTES, SIGNATURE_BYTES = 12, 4, 16
LENGTH_BYTES = RANDOM_BYTES + TIME_BYTES + SIGNATURE_BYTES


class Kind(StrEnum):
    """What the answer may be used for; a challenge of one kind is none for another."""

    REGISTER_PASSKEY = "register_passkey"
    PASSKEY = "passkey"
    SINGLE_SIGN_ON = "single_sign_on"


class CeremonyUnusable(Exception):
    """Nobody waits for this answer: it was never asked for, is out of time, or has been given already."""


def begin(secret: bytes, kind: Kind, *, at: datetime, account_id: uuid.UUID | None = None) -> str:
    """A challenge, 43 characters of base64url, that the answer has to bring back; `account_id` is who may answer it.

    96 random bits, the second at which it ends, and half an HMAC-SHA-256 over both with the instance's secret.
    Source: RFC 2104.
    """
    ends = int((at + LASTS).timestamp()).to_bytes(TIME_BYTES, "big")
    body = secrets.token_bytes(RANDOM_BYTES) + ends
    return written(body + _signature(secret, kind, account_id, body))


def take(
    session: Session,
    secret: bytes,
    kind: Kind,
    challenge: str,
    *,
    at: datetime,
    account_id: uuid.UUID | None = None,
) -> None:
    """Let one answer to the challenge through: of any number of simultaneous ones, the first.

    Two statements, none for a challenge that is not ours. The caller commits also when the answer turns out to be
    wrong, so that it cannot be tried again. Raises CeremonyUnusable.
    """
    ends = _end_of(secret, kind, challenge, account_id)
    if ends is None or ends <= at.timestamp():
        raise CeremonyUnusable
    forget(session, at=at)
    try:
        with session.begin_nested():
            session.add(Answered(challenge_sha256=digest(challenge), until=at + LASTS))
    except IntegrityError:
        raise CeremonyUnusable from None


def forget(session: Session, *, at: datetime) -> None:
    """Forget the answers whose challenges are out of time anyway. One statement."""
    session.execute(sa.delete(Answered).where(Answered.until <= at))


def _end_of(secret: bytes, kind: Kind, challenge: str, account_id: uuid.UUID | None) -> int | None:
    """The second since 1970 at which the challenge ends; None where it is not one of ours for this."""
    try:
        whole = base64.b64decode(challenge.encode("ascii") + b"=", altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    if len(whole) != LENGTH_BYTES or written(whole) != challenge:  # the last sign has bits that no byte is made of
        return None
    body, signature = whole[:-SIGNATURE_BYTES], whole[-SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _signature(secret, kind, account_id, body)):
        return None
    return int.from_bytes(body[RANDOM_BYTES:], "big")


def _signature(secret: bytes, kind: Kind, account_id: uuid.UUID | None, body: bytes) -> bytes:
    account = str(account_id) if account_id else None
    return keyed(secret, "ceremony", kind.value, account, body.hex())[:SIGNATURE_BYTES]

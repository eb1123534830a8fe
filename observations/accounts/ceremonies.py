"""Sign-ins that take two steps: what was asked is remembered until the answer comes, once and for minutes only."""

import uuid
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from observations.accounts.tables import Ceremony
from observations.accounts.tokens import digest, new_secret
from observations.web import Busy

LASTS = timedelta(minutes=5)
AT_ONCE = 1000
"""Anybody may begin to sign in; more than so many that wait for their answer are no people."""


class Kind(StrEnum):
    """What the answer may be used for; a challenge of one kind is none for another."""

    REGISTER_PASSKEY = "register_passkey"
    PASSKEY = "passkey"
    SINGLE_SIGN_ON = "single_sign_on"


class CeremonyUnusable(Exception):
    """No ceremony waits for this answer: it was never begun, is out of time, or has been answered already."""


def begin(
    session: Session,
    kind: Kind,
    *,
    at: datetime,
    account_id: uuid.UUID | None = None,
    details: dict[str, Any] | None = None,
) -> str:
    """Remember what is asked; returns the secret, 43 characters of base64url, that the answer has to bring back.

    Those that are out of time are forgotten on the way. Three statements. Raises web.Busy when too many wait.
    """
    session.execute(sa.delete(Ceremony).where(Ceremony.expires_at <= at))
    if (session.scalar(sa.select(sa.func.count()).select_from(Ceremony)) or 0) >= AT_ONCE:
        raise Busy
    secret = new_secret()
    session.add(
        Ceremony(
            secret_sha256=digest(secret),
            kind=kind.value,
            account_id=account_id,
            details=details or {},
            expires_at=at + LASTS,
        )
    )
    return secret


def take(session: Session, kind: Kind, secret: str, *, at: datetime) -> Ceremony:
    """What was asked, which is forgotten with this: of any number of simultaneous answers one gets it.

    One statement. The caller commits also when the answer turns out to be wrong, so that it cannot be tried again.
    Raises CeremonyUnusable.
    """
    taken = session.scalars(
        sa.delete(Ceremony)
        .where(Ceremony.secret_sha256 == digest(secret), Ceremony.kind == kind.value, Ceremony.expires_at > at)
        .returning(Ceremony)
    ).one_or_none()
    if taken is None:
        raise CeremonyUnusable
    return taken

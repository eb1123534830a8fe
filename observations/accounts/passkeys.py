"""Passkeys: adding one to an account, removing it, and coming in with it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from config import Settings
from observations import journal
from observations.accounts import authenticators, ceremonies, members
from observations.accounts.authenticators import PasskeyRefused, Site, site_of
from observations.accounts.ceremonies import Kind
from observations.accounts.limits import PASSKEY_LASTS
from observations.accounts.members import Means
from observations.accounts.tables import Account, Device, Passkey

AT_MOST = 10
"""Of one account. Who has more has lost sight of them."""


class PasskeyKnown(Exception):
    """The key is registered already."""


class PasskeysFull(Exception):
    """The account has as many passkeys as it can have."""


@dataclass(frozen=True)
class OwnPasskeys:
    """What the page of one's own sign-in tells of passkeys."""

    rows: Sequence[Passkey]
    """The oldest first."""
    account_id: uuid.UUID
    site: Site | None
    """None where the service's address allows no passkeys."""

    @property
    def full(self) -> bool:
        """Whether there is no room for one more."""
        return len(self.rows) >= AT_MOST

    @property
    def accepted(self) -> dict[str, Any]:
        """What tells the browser which keys of the account are good, so that it offers no removed one any more."""
        ids = [row.credential_id for row in self.rows]
        return authenticators.accepted(self.site, account_id=self.account_id, known=ids) if self.site else {}


def possible(settings: Settings) -> bool:
    """Whether browsers let the service use passkeys: its address is a name, with TLS or on the own machine."""
    return site_of(settings) is not None


def out_of_time(at: datetime) -> sa.ColumnElement[bool]:
    """True for passkeys that nobody has signed in with for a year, in SQL. They are as good as gone."""
    return sa.func.coalesce(Passkey.used_at, Passkey.created_at) <= at - PASSKEY_LASTS


def may_have(account: Account) -> bool:
    """Whether the account comes back by passkey.

    Whom an identity provider sends does not: who leaves the municipality ends there, and would stay in by passkey.
    """
    return account.role in members.COME_BACK and account.subject_hmac is None


def for_page(session: Session, settings: Settings, account_id: uuid.UUID | None, *, at: datetime) -> OwnPasskeys | None:
    """The account's passkeys for its own page, or None where there is nothing to tell. Two statements, or none."""
    account = session.get(Account, account_id) if account_id else None
    if account is None or not may_have(account):
        return None
    return OwnPasskeys(_of(session, account.id, at=at), account.id, site_of(settings))


def advised(session: Session, settings: Settings, device: Device, *, at: datetime) -> bool:
    """Whether somebody who has just come in had better add a passkey. Two statements, or none."""
    own = for_page(session, settings, device.account_id, at=at)
    return own is not None and own.site is not None and not own.rows


def ask_to_register(
    session: Session, account_id: uuid.UUID, *, site: Site, secret: bytes, label: str, at: datetime
) -> dict[str, Any]:
    """What the browser makes a passkey from, ready for JSON; `label` is how the account is called there.

    Raises PasskeysFull, and PasskeyRefused for an account that may have none.
    """
    account = _holder(session, account_id)
    known = [row.credential_id for row in _of(session, account.id, at=at)]
    if len(known) >= AT_MOST:
        raise PasskeysFull
    challenge = ceremonies.begin(secret, Kind.REGISTER_PASSKEY, at=at, account_id=account.id)
    return authenticators.registration_options(
        site, challenge=challenge, account_id=account.id, label=label, known=known
    )


def register(
    session: Session,
    account_id: uuid.UUID,
    answer: str,
    *,
    name: str,
    site: Site,
    secret: bytes,
    by: str,
    at: datetime,
) -> Passkey:
    """Keep the passkey that the browser has made; its name is clean already.

    Raises PasskeyRefused, PasskeyKnown, PasskeysFull. The caller commits then, too: what was asked has been answered.
    """
    read = authenticators.read_registration(answer)
    _take(session, secret, Kind.REGISTER_PASSKEY, read.challenge, at=at, account_id=account_id)
    made = authenticators.verify_registration(read, site=site)
    account = _holder(session, account_id)
    if len(_of(session, account.id, at=at)) >= AT_MOST:
        raise PasskeysFull
    passkey = Passkey(
        id=uuid.uuid4(),
        account_id=account.id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        name=name,
        created_at=at,
    )
    try:
        with session.begin_nested():
            session.add(passkey)
    except IntegrityError as error:
        raise PasskeyKnown from error
    _tell(session, "passkey.added", passkey, by=by, at=at)
    return passkey


def remove(session: Session, account_id: uuid.UUID, passkey_id: uuid.UUID, *, by: str, at: datetime) -> bool:
    """Whether the account had this passkey until now. Devices that it signed in stay so, until they are ended."""
    removed = session.scalars(
        sa.delete(Passkey).where(Passkey.id == passkey_id, Passkey.account_id == account_id).returning(Passkey)
    ).one_or_none()
    if removed is None:
        return False
    _tell(session, "passkey.removed", removed, by=by, at=at)
    return True


def ask_to_sign_in(*, site: Site, secret: bytes, at: datetime) -> dict[str, Any]:
    """What the browser asks its authenticators for, ready for JSON."""
    return authenticators.sign_in_options(site, challenge=ceremonies.begin(secret, Kind.PASSKEY, at=at))


def sign_in(session: Session, answer: str, *, site: Site, secret: bytes, at: datetime) -> tuple[Device, str]:
    """The device that a passkey signs in, and the secret of its session. Seven statements.

    Raises PasskeyRefused. The caller commits then, too: what was asked has been answered.
    The account is locked before its passkey is read, as by whoever ends it.
    """
    read = authenticators.read_assertion(answer)
    _take(session, secret, Kind.PASSKEY, read.challenge, at=at)
    account = _holder(session, read.account_id)
    good = sa.and_(Passkey.account_id == account.id, sa.not_(out_of_time(at)))
    passkey = session.scalar(sa.select(Passkey).where(Passkey.credential_id == read.credential_id, good))
    if passkey is None:
        raise PasskeyRefused
    count = authenticators.verify_assertion(read, site=site, public_key=passkey.public_key)
    if (count or passkey.sign_count) and count <= passkey.sign_count:
        # Somebody else holds the same key and has counted on. Source: W3C WebAuthn, 6.1.1, signature counter.
        _tell(session, "passkey.refused", passkey, by=f"passkey:{passkey.id}", at=at)
        raise PasskeyRefused
    passkey.sign_count, passkey.used_at = count, at
    return members.sign_in(session, role=account.role, means=Means.PASSKEY, team=account.team, account=account, at=at)


def _of(session: Session, account_id: uuid.UUID, *, at: datetime) -> Sequence[Passkey]:
    own = sa.select(Passkey).where(Passkey.account_id == account_id, sa.not_(out_of_time(at)))
    return session.scalars(own.order_by(Passkey.created_at, Passkey.id)).all()


def _holder(session: Session, account_id: uuid.UUID) -> Account:
    """The account, kept as it is until the transaction is over. Raises PasskeyRefused."""
    account = members.held(session, account_id)
    if account is None or not may_have(account):
        raise PasskeyRefused
    return account


def _take(
    session: Session, secret: bytes, kind: Kind, challenge: str, *, at: datetime, account_id: uuid.UUID | None = None
) -> None:
    """The challenge is answered with this. Raises PasskeyRefused."""
    try:
        ceremonies.take(session, secret, kind, challenge, at=at, account_id=account_id)
    except ceremonies.CeremonyUnusable as error:
        raise PasskeyRefused from error


def _tell(session: Session, what: str, passkey: Passkey, *, by: str, at: datetime) -> None:
    """Which passkey, never what its holder calls it."""
    subject, after = f"account:{passkey.account_id}", {"passkey": str(passkey.id)}
    journal.write(session, what, subject=subject, by=by, at=at, after=after)

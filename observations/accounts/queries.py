"""Which devices are signed in, which accounts and keys there are."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from observations.access import Role
from observations.accounts.limits import limit
from observations.accounts.tables import Account, ApiToken, Device, Invitation, Passkey
from observations.database import UtcDateTime

PAGE_LENGTH = 50
TEAMS_OFFERED = 100

Where = sa.ColumnElement[bool]
Row = TypeVar("Row")
Listed = TypeVar("Listed", Account, ApiToken, Device)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and where the next page begins, if there is one."""

    rows: Sequence[Row]
    next: uuid.UUID | None


@dataclass(frozen=True)
class AccountRow:
    """An account and the ways in that it has."""

    account: Account
    devices: int
    """Signed in now."""
    passkeys: int


def signed_in(at: datetime) -> sa.ColumnElement[bool]:
    """True for devices whose session has at `at` neither ended nor run out, in SQL."""
    in_use = [
        sa.and_(Device.role == role, Device.shared.is_(shared), Device.seen_at > at - limit(role, shared=shared).idle)
        for role in Role
        for shared in (False, True)
    ]
    return sa.and_(Device.ended_at.is_(None), Device.expires_at > at, sa.or_(*in_use))


def devices(
    session: Session, *, at: datetime, after: uuid.UUID | None = None, length: int = PAGE_LENGTH
) -> Page[Device]:
    """The signed-in devices, the latest sign-in first, then by id; from `after` on when it is given.

    One statement, two with `after`. An `after` that is no device begins from the top.
    """
    return _page(session, sa.select(Device).where(signed_in(at)), Device, after, length)


def invitations(session: Session, *, at: datetime, length: int = PAGE_LENGTH) -> Sequence[Invitation]:
    """The invitations of others that can still be used, the newest first, fifty at most. One statement.

    Links that accounts make for further devices of their own are not among them.
    """
    waiting = sa.select(Invitation).where(
        Invitation.used_at.is_(None), Invitation.expires_at > at, Invitation.account_id.is_(None)
    )
    newest = waiting.order_by(Invitation.created_at.desc(), Invitation.id.desc())
    return session.scalars(newest.limit(length)).all()


def other_devices(session: Session, device: Device, *, at: datetime) -> Sequence[Device]:
    """The signed-in devices of the same account beside this one, the latest sign-in first. One statement or none."""
    if device.account_id is None:
        return []
    others = sa.select(Device).where(Device.account_id == device.account_id, Device.id != device.id, signed_in(at))
    return session.scalars(others.order_by(Device.created_at.desc(), Device.id)).all()


def accounts(
    session: Session, *, at: datetime, after: uuid.UUID | None = None, length: int = PAGE_LENGTH
) -> Page[AccountRow]:
    """The accounts that have not ended, the newest first, with how many devices and passkeys each has.

    Three statements, four with `after`.
    """
    page = _page(session, sa.select(Account).where(Account.ended_at.is_(None)), Account, after, length)
    ids = [account.id for account in page.rows]
    devices = _counts(session, Device.account_id, Device.account_id.in_(ids), signed_in(at))
    passkeys = _counts(session, Passkey.account_id, Passkey.account_id.in_(ids))
    rows = [AccountRow(each, devices.get(each.id, 0), passkeys.get(each.id, 0)) for each in page.rows]
    return Page(rows, page.next)


def tokens(session: Session, *, after: uuid.UUID | None = None, length: int = PAGE_LENGTH) -> Page[ApiToken]:
    """The keys of other systems that have not ended, the newest first. One statement, two with `after`."""
    return _page(session, sa.select(ApiToken).where(ApiToken.ended_at.is_(None)), ApiToken, after, length)


def teams(session: Session, *, at: datetime) -> Sequence[str]:
    """Names of teams that have a signed-in device, by name, a hundred at most. One statement."""
    query = sa.select(Device.team).where(signed_in(at), Device.team != "").distinct().order_by(Device.team)
    return session.scalars(query.limit(TEAMS_OFFERED)).all()


def _page(
    session: Session, query: sa.Select[Listed], kind: type[Listed], after: uuid.UUID | None, length: int
) -> Page[Listed]:
    query = query.order_by(kind.created_at.desc(), kind.id.desc())
    last = session.get(kind, after) if after else None
    if last is not None:
        reached = sa.tuple_(sa.literal(last.created_at, UtcDateTime), sa.literal(last.id, sa.Uuid()))
        query = query.where(sa.tuple_(kind.created_at, kind.id) < reached)
    found = session.scalars(query.limit(length + 1)).all()
    return Page(found[:length], found[length - 1].id if len(found) > length else None)


def _counts(
    session: Session, key: InstrumentedAttribute[uuid.UUID] | InstrumentedAttribute[uuid.UUID | None], *where: Where
) -> dict[uuid.UUID | None, int]:
    counted = sa.select(key, sa.func.count()).where(*where).group_by(key)
    return {found: number for found, number in session.execute(counted)}  # noqa: C416  # dict() cannot be typed here

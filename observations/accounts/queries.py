"""Which devices are signed in."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from observations.access import Role
from observations.accounts.limits import limit
from observations.accounts.tables import Device
from observations.database import UtcDateTime

PAGE_LENGTH = 50
TEAMS_OFFERED = 100


@dataclass(frozen=True)
class DevicePage:
    """Some devices, and where the next page begins, if there is one."""

    devices: Sequence[Device]
    next: uuid.UUID | None


def signed_in(at: datetime) -> sa.ColumnElement[bool]:
    """True for devices whose session has at `at` neither ended nor run out, in SQL."""
    in_use = [
        sa.and_(Device.role == role, Device.shared.is_(shared), Device.seen_at > at - limit(role, shared=shared).idle)
        for role in Role
        for shared in (False, True)
    ]
    return sa.and_(Device.ended_at.is_(None), Device.expires_at > at, sa.or_(*in_use))


def devices(session: Session, *, at: datetime, after: uuid.UUID | None = None, length: int = PAGE_LENGTH) -> DevicePage:
    """The signed-in devices, the latest sign-in first, then by id; from `after` on when it is given.

    One statement, two with `after`. An `after` that is no device begins from the top.
    """
    query = sa.select(Device).where(signed_in(at)).order_by(Device.created_at.desc(), Device.id.desc())
    last = session.get(Device, after) if after else None
    if last is not None:
        reached = sa.tuple_(sa.literal(last.created_at, UtcDateTime), sa.literal(last.id, sa.Uuid()))
        query = query.where(sa.tuple_(Device.created_at, Device.id) < reached)
    found = session.scalars(query.limit(length + 1)).all()
    return DevicePage(found[:length], found[length - 1].id if len(found) > length else None)


def teams(session: Session, *, at: datetime) -> Sequence[str]:
    """Names of teams that have a signed-in device, by name, a hundred at most. One statement."""
    query = sa.select(Device.team).where(signed_in(at), Device.team != "").distinct().order_by(Device.team)
    return session.scalars(query.limit(TEAMS_OFFERED)).all()

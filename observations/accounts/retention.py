"""Disposal of sign-ins that are over: ended devices, invitations that were used or ran out."""

from datetime import datetime

import sqlalchemy as sa

from observations import jobs
from observations.accounts.queries import signed_in
from observations.accounts.tables import Device, Invitation
from observations.database import Database


def forget_devices(database: Database, *, before: datetime) -> int:
    """Delete the devices whose session had ended or run out by that moment; says how many there were."""
    over = sa.or_(Device.ended_at < before, sa.and_(Device.ended_at.is_(None), sa.not_(signed_in(before))))
    forgotten = 0
    for ids in jobs.steps(database, Device.id, Device.created_at < before, over):
        with database.writing() as session:
            session.execute(sa.delete(Device).where(Device.id.in_(ids)))
            session.commit()
        forgotten += len(ids)
    return forgotten


def forget_invitations(database: Database, *, before: datetime) -> int:
    """Delete the invitations that had been used or had run out by that moment; says how many there were."""
    over = sa.or_(Invitation.used_at < before, Invitation.expires_at < before)
    forgotten = 0
    for ids in jobs.steps(database, Invitation.id, over):
        with database.writing() as session:
            session.execute(sa.delete(Invitation).where(Invitation.id.in_(ids)))
            session.commit()
        forgotten += len(ids)
    return forgotten

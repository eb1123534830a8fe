"""Disposal of sign-ins that are over: ended devices, invitations that were used or ran out, accounts nobody has."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from observations import jobs
from observations.accounts import ceremonies, passkeys
from observations.accounts.queries import signed_in
from observations.accounts.tables import Account, Device, Invitation, Passkey
from observations.database import Database


def forget_devices(database: Database, *, before: datetime) -> int:
    """Delete the devices whose session had ended or run out by that moment; says how many there were."""
    over = sa.or_(Device.ended_at < before, sa.and_(Device.ended_at.is_(None), sa.not_(signed_in(before))))
    return _forget(database, Device.id, Device.created_at < before, over)


def forget_invitations(database: Database, *, before: datetime) -> int:
    """Delete the invitations that had been used or had run out by that moment; says how many there were."""
    return _forget(database, Invitation.id, sa.or_(Invitation.used_at < before, Invitation.expires_at < before))


def forget_accounts(database: Database, *, before: datetime) -> int:
    """Delete the accounts that nobody can come back to, or has come back to; says how many there were.

    Those are the ended ones, and those that no device, no invitation and no passkey belongs to any more. Somebody whom
    the identity provider sends after that gets a new one. Run after devices and invitations have been forgotten.
    """
    used = [sa.exists().where(table.account_id == Account.id) for table in (Device, Invitation, Passkey)]
    return _forget(database, Account.id, Account.created_at < before, sa.not_(sa.or_(*used)))


def forget_passkeys(database: Database, *, at: datetime) -> int:
    """Delete the passkeys that nobody has come in with for a year; says how many there were."""
    return _forget(database, Passkey.id, passkeys.out_of_time(at))


def forget_answered(database: Database, *, at: datetime) -> None:
    """Delete the challenges that need not be remembered any more."""
    with database.writing() as session:
        ceremonies.forget(session, at=at)
        session.commit()


def _forget(database: Database, key: InstrumentedAttribute[Any], *where: sa.ColumnElement[bool]) -> int:
    forgotten = 0
    for ids in jobs.steps(database, key, *where):
        with database.writing() as session:
            session.execute(sa.delete(key.class_).where(key.in_(ids)))
            session.commit()
        forgotten += len(ids)
    return forgotten

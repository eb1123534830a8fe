"""Accounts: opening one, ending one with all that it has, and letting a browser in."""

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from observations import journal
from observations.access import Role
from observations.accounts.limits import limit
from observations.accounts.tables import Account, Device, Invitation, Passkey
from observations.accounts.tokens import digest, new_secret

COME_BACK = frozenset({Role.COORDINATOR, Role.ADMIN})
"""Roles that an invitation opens an account for, so that they can come back with a passkey."""


class Means(StrEnum):
    """How somebody came in."""

    INVITATION = "invitation"
    OWN_INVITATION = "own_invitation"
    """From another device of the same account."""
    PASSKEY = "passkey"
    SINGLE_SIGN_ON = "single_sign_on"


def sign_in(
    session: Session,
    *,
    role: Role,
    means: Means,
    at: datetime,
    team: str = "",
    shared: bool = False,
    account: Account | None = None,
    ends_by: datetime | None = None,
) -> tuple[Device, str]:
    """A new device session and its secret, which is nowhere else; every sign-in comes through here.

    The caller has made sure who it is. The event says by what means, not who.
    """
    secret = new_secret()
    expires_at = at + limit(role, shared=shared).absolute
    device = Device(
        id=uuid.uuid4(),
        token_sha256=digest(secret),
        role=role,
        team=team,
        shared=shared,
        account_id=account.id if account else None,
        created_at=at,
        seen_at=at,
        expires_at=min(expires_at, ends_by) if ends_by else expires_at,
    )
    session.add(device)
    journal.write(
        session,
        "device.signed_in",
        subject=f"device:{device.id}",
        by=f"device:{device.id}",
        at=at,
        after={"role": role, "means": means},
    )
    return device, secret


def open_account(
    session: Session, *, role: Role, team: str, by: str, at: datetime, subject_hmac: str | None = None
) -> Account:
    """A new account; it has no device yet."""
    account = Account(id=uuid.uuid4(), role=role, team=team, subject_hmac=subject_hmac, created_at=at)
    session.add(account)
    session.flush()  # devices and passkeys refer to it
    journal.write(session, "account.opened", subject=f"account:{account.id}", by=by, at=at, after={"role": role})
    return account


def held(session: Session, account_id: uuid.UUID) -> Account | None:
    """The account if it has not ended, kept from ending until the transaction is over. One statement."""
    return session.scalar(
        sa.select(Account).where(Account.id == account_id, Account.ended_at.is_(None)).with_for_update()
    )


def end_account(session: Session, account_id: uuid.UUID, *, by: str, at: datetime) -> bool:
    """Whether the account was there until now. Its devices are out from their next request on.

    Its passkeys are gone, and the invitations that it made and nobody has used are void. Whoever the identity provider
    still sends is let in anew by single sign-on: there the provider decides.
    """
    ended = session.scalars(
        sa.update(Account)
        .where(Account.id == account_id, Account.ended_at.is_(None))
        .values(ended_at=at, subject_hmac=None)
        .returning(Account)
    ).one_or_none()
    if ended is None:
        return False
    session.execute(sa.delete(Passkey).where(Passkey.account_id == account_id))
    devices = session.scalars(sa.select(Device.id).where(Device.account_id == account_id)).all()
    _void(session, Invitation.created_by.in_([f"device:{each}" for each in devices]))
    end_devices(session, account_id, by=by, at=at)
    journal.write(session, "account.ended", subject=f"account:{account_id}", by=by, at=at, before={"role": ended.role})
    return True


def end_device(session: Session, device_id: uuid.UUID, *, by: str, at: datetime) -> bool:
    """Whether the device was signed in until now; it is out from its next request on. Two statements.

    Nobody comes in by a link that it made for a further device of its own.
    """
    _void(session, Invitation.account_id.is_not(None), Invitation.created_by == f"device:{device_id}")
    return bool(_end(session, Device.id == device_id, by=by, at=at))


def end_devices(
    session: Session, account_id: uuid.UUID, *, by: str, at: datetime, apart_from: uuid.UUID | None = None
) -> int:
    """End all devices of an account, or all but one, and void its links for further ones; says how many devices."""
    _void(session, Invitation.account_id == account_id)
    which = [Device.account_id == account_id]
    if apart_from is not None:
        which.append(Device.id != apart_from)
    return _end(session, *which, by=by, at=at)


def end_everything(
    session: Session, *, by: str, at: datetime, role: Role | None = None, with_accounts: bool = False
) -> int:
    """End every device and void every invitation, or those of a role; says how many devices. For an emergency.

    Accounts and invitations come first: whoever is coming in by one just now is waited for, and then put out.
    """
    before = _living(session, role)
    if with_accounts:
        accounts = sa.select(Account.id).where(Account.ended_at.is_(None), Account.role == role if role else sa.true())
        for account_id in session.scalars(accounts.order_by(Account.id)).all():
            end_account(session, account_id, by=by, at=at)
    _void(session, Invitation.role == role if role else sa.true())
    _end(session, Device.role == role if role else sa.true(), by=by, at=at)
    return before - _living(session, role)


def _living(session: Session, role: Role | None) -> int:
    here = sa.select(sa.func.count()).select_from(Device).where(Device.ended_at.is_(None))
    return session.scalar(here.where(Device.role == role) if role else here) or 0


def _void(session: Session, *which: sa.ColumnElement[bool]) -> None:
    """Delete the invitations that nobody has used."""
    session.execute(sa.delete(Invitation).where(Invitation.used_at.is_(None), *which))


def _end(session: Session, *which: sa.ColumnElement[bool], by: str, at: datetime) -> int:
    ended = session.scalars(
        sa.update(Device).where(Device.ended_at.is_(None), *which).values(ended_at=at).returning(Device)
    ).all()
    for device in ended:
        journal.write(
            session, "device.ended", subject=f"device:{device.id}", by=by, at=at, before={"role": device.role}
        )
    return len(ended)

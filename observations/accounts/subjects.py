"""Accounts of those whom the identity provider sends: opened, found again, ended when they have no role any more."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from observations import journal
from observations.access import Role
from observations.accounts import members
from observations.accounts.members import Means
from observations.accounts.tables import Account, Device
from observations.accounts.tokens import keyed

PURPOSE = "subject"
"""The secret is also used elsewhere; a digest made for one purpose must mean nothing for another."""
BY = "single_sign_on"
"""How the journal calls what the provider's word has changed."""


def subject_hmac(issuer: str, subject: str, secret: bytes) -> str:
    """64 hexadecimal digits that stand for one person at one provider, and lead back to nobody without the secret.

    Keyed, because the identifiers of a municipality's staff can all be tried against a plain digest.
    Source: HMAC-SHA-256, RFC 2104.
    """
    return keyed(secret, PURPOSE, issuer, subject).hex()


def sign_in(session: Session, *, subject: str, role: Role, at: datetime) -> tuple[Device, str]:
    """A device for somebody who is `subject` (as subject_hmac has it), and its secret.

    Reporters get no account, so that nothing here leads from a report's device to a person.
    """
    account = None
    if role == Role.REPORTER:
        forget(session, subject, at=at)
    else:
        account = _account(session, subject, role, at)
    return members.sign_in(session, role=role, means=Means.SINGLE_SIGN_ON, account=account, at=at)


def forget(session: Session, subject: str, *, at: datetime) -> bool:
    """End the account of somebody who has no role for one any more, with all its devices; whether there was one."""
    account = _known(session, subject)
    return account is not None and members.end_account(session, account.id, by=BY, at=at)


def _account(session: Session, subject: str, role: Role, at: datetime) -> Account:
    """The account, in that role from now on."""
    account = _known(session, subject) or _opened(session, subject, role, at)
    if account.role != role:
        _change_role(session, account, role, at)
    return account


def _known(session: Session, subject: str) -> Account | None:
    """The account, kept from changing until the transaction is over. One statement, by a unique index."""
    return session.scalars(_of(subject)).one_or_none()


def _opened(session: Session, subject: str, role: Role, at: datetime) -> Account:
    """A new account. Of two first sign-ins at once one opens it, and the other finds it opened."""
    try:
        with session.begin_nested():
            return members.open_account(session, role=role, team="", by=BY, at=at, subject_hmac=subject)
    except IntegrityError:
        return session.scalars(_of(subject)).one()


def _of(subject: str) -> sa.Select[Account]:
    return sa.select(Account).where(Account.subject_hmac == subject, Account.ended_at.is_(None)).with_for_update()


def _change_role(session: Session, account: Account, role: Role, at: datetime) -> None:
    """The provider's word counts from now on: what was signed in or invited under the former role is ended."""
    journal.write(
        session,
        "account.role_changed",
        subject=f"account:{account.id}",
        by=BY,
        at=at,
        before={"role": account.role},
        after={"role": role},
    )
    account.role = role
    members.end_devices(session, account.id, by=BY, at=at)

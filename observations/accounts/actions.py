"""Inviting, using an invitation, and handing out tokens to other systems."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from observations import journal
from observations.access import Role
from observations.accounts import members
from observations.accounts.limits import INVITATION_LASTS, OWN_INVITATION_LASTS
from observations.accounts.members import Means
from observations.accounts.tables import Account, ApiToken, Device, Invitation
from observations.accounts.tokens import digest, new_secret

NAME_LENGTH = 60


class InvitationUnusable(Exception):
    """No invitation can be used with this secret: it is unknown, used or out of time, and nobody is told which."""


class NameUnusable(ValueError):
    """A team's or a token's name is longer than 60 characters or holds signs that cannot be shown."""


def clean_name(text: str) -> str:
    """The name with single spaces. Raises NameUnusable when it is too long or cannot be shown."""
    name = " ".join(text.split())
    if len(name) > NAME_LENGTH or not name.isprintable():
        raise NameUnusable(len(name))
    return name


def invite(
    session: Session, *, role: Role, team: str = "", shared: bool = False, by: str, at: datetime
) -> tuple[Invitation, str]:
    """A new invitation and its secret, which is nowhere else: only the digest is kept.

    Raises NameUnusable for the team. Who may invite whom is asked before, in `roles.INVITES`.
    """
    secret = new_secret()
    invitation = Invitation(
        id=uuid.uuid4(),
        secret_sha256=digest(secret),
        role=role,
        team=clean_name(team),
        shared=shared,
        created_at=at,
        created_by=by,
        expires_at=at + INVITATION_LASTS,
    )
    session.add(invitation)
    journal.write(
        session,
        "invitation.created",
        subject=f"invitation:{invitation.id}",
        by=by,
        at=at,
        after={"role": role, "team": invitation.team, "shared": shared},
    )
    return invitation, secret


def invite_own_device(session: Session, device: Device, *, by: str, at: datetime) -> str:
    """The secret of an invitation that signs a further device of the same account in, within a quarter of an hour.

    That one is signed out when this one would be at the latest: else a session that was stolen once, or of somebody
    whom the identity provider no longer sends, could be handed on for ever.
    """
    assert device.account_id is not None
    secret = new_secret()
    session.add(
        Invitation(
            secret_sha256=digest(secret),
            role=device.role,
            team=device.team,
            account_id=device.account_id,
            created_at=at,
            created_by=by,
            expires_at=at + OWN_INVITATION_LASTS,
            ends_by=device.expires_at,
        )
    )
    journal.write(session, "invitation.own_device", subject=f"account:{device.account_id}", by=by, at=at)
    return secret


def withdraw_invitation(session: Session, invitation_id: uuid.UUID, *, by: str, at: datetime) -> bool:
    """Whether the invitation could be used until now; nobody comes in by it any more. One conditional DELETE."""
    withdrawn = session.scalars(
        sa.delete(Invitation)
        .where(Invitation.id == invitation_id, Invitation.used_at.is_(None), Invitation.expires_at > at)
        .returning(Invitation)
    ).one_or_none()
    if withdrawn is None:
        return False
    told = {"role": withdrawn.role, "team": withdrawn.team}
    journal.write(session, "invitation.withdrawn", subject=f"invitation:{invitation_id}", by=by, at=at, before=told)
    return True


def use_invitation(session: Session, secret: str, *, at: datetime) -> tuple[Device, str]:
    """The device that an invitation signs in, and the secret of its session.

    The invitation is spent by one conditional UPDATE, so that of any number of simultaneous attempts one succeeds.
    Coordinators and administrators get an account with it, unless the device is shared.
    Raises InvitationUnusable for all others, and where the account that invited has ended since.
    """
    usable = sa.and_(
        Invitation.secret_sha256 == digest(secret), Invitation.used_at.is_(None), Invitation.expires_at > at
    )
    found = session.execute(sa.select(Invitation.account_id).where(usable)).one_or_none()
    # Whoever ends an account holds it first and its invitations then; in another order the two would block each other.
    account = members.held(session, found.account_id) if found and found.account_id else None
    invitation = session.scalars(
        sa.update(Invitation).where(usable).values(used_at=at).returning(Invitation)
    ).one_or_none()
    if invitation is None or (invitation.account_id is not None and account is None):
        raise InvitationUnusable
    device, own_secret = members.sign_in(
        session,
        role=invitation.role,
        means=Means.OWN_INVITATION if invitation.account_id else Means.INVITATION,
        team=invitation.team,
        shared=invitation.shared,
        account=account or _opened(session, invitation, at),
        ends_by=invitation.ends_by,
        at=at,
    )
    journal.write(
        session,
        "invitation.used",
        subject=f"invitation:{invitation.id}",
        by=f"device:{device.id}",
        at=at,
        after={"role": device.role, "device": str(device.id)},
    )
    return device, own_secret


def _opened(session: Session, invitation: Invitation, at: datetime) -> Account | None:
    """The account that the invitation opens, if it does."""
    if invitation.shared or invitation.role not in members.COME_BACK:
        return None
    by = f"invitation:{invitation.id}"
    return members.open_account(session, role=invitation.role, team=invitation.team, by=by, at=at)


def create_token(session: Session, *, role: Role, name: str, by: str, at: datetime) -> tuple[ApiToken, str]:
    """A token for another system and its secret, which is nowhere else. Names may repeat. Raises NameUnusable."""
    secret = new_secret()
    token = ApiToken(id=uuid.uuid4(), token_sha256=digest(secret), role=role, name=clean_name(name), created_at=at)
    session.add(token)
    journal.write(
        session, "token.created", subject=f"token:{token.id}", by=by, at=at, after={"role": role, "name": token.name}
    )
    return token, secret


def end_token(session: Session, token_id: uuid.UUID, *, by: str, at: datetime) -> bool:
    """Whether the token was good until now; it is refused from the next request on. One conditional UPDATE."""
    ended = session.scalars(
        sa.update(ApiToken)
        .where(ApiToken.id == token_id, ApiToken.ended_at.is_(None))
        .values(ended_at=at)
        .returning(ApiToken)
    ).one_or_none()
    if ended is None:
        return False
    journal.write(session, "token.ended", subject=f"token:{token_id}", by=by, at=at, before={"role": ended.role})
    return True

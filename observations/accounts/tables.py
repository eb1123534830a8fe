"""The tables of sign-in: accounts, invitations, device sessions, passkeys, tokens. No names of people, no passwords."""

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from observations.access import Role
from observations.database import Base, UtcDateTime, text_enum


class Account(Base):
    """Somebody who may come back without a new invitation, by passkey or single sign-on, on several devices.

    It has a role and a team; who it is, is not known here. Reporters have none: their device is all there is of them.
    """

    __tablename__ = "account"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    role: Mapped[Role] = mapped_column(text_enum(Role))
    team: Mapped[str] = mapped_column(sa.String(60), default="")
    subject_hmac: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    """Who the identity provider says it is, keyed with the instance's secret; None without single sign-on."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Invitation(Base):
    """A link that signs one device in, once. Only the digest of its secret is kept."""

    __tablename__ = "invitation"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    secret_sha256: Mapped[str] = mapped_column(sa.String(64), unique=True)
    role: Mapped[Role] = mapped_column(text_enum(Role))
    team: Mapped[str] = mapped_column(sa.String(60), default="")
    shared: Mapped[bool] = mapped_column(default=False)
    account_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"))
    """Set where an account invites a further device of its own."""
    ends_by: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the session that it opens is over at the latest: a further device stays in no longer than the first."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(sa.String(60))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Device(Base):
    """A signed-in browser. It has a role and a team; who holds it is not known here."""

    __tablename__ = "device"
    __table_args__ = (sa.Index("ix_device_list", "created_at", "id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    token_sha256: Mapped[str] = mapped_column(sa.String(64), unique=True)
    role: Mapped[Role] = mapped_column(text_enum(Role))
    team: Mapped[str] = mapped_column(sa.String(60), default="")
    shared: Mapped[bool] = mapped_column(default=False)
    """A phone that goes from hand to hand: its session is short."""
    account_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Last use, to the hour, for the idle limit."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ApiToken(Base):
    """Another system's key to the API."""

    __tablename__ = "api_token"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    token_sha256: Mapped[str] = mapped_column(sa.String(64), unique=True)
    role: Mapped[Role] = mapped_column(text_enum(Role))
    name: Mapped[str] = mapped_column(sa.String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Last use, to the hour, so that one that nobody uses can be found and ended."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Passkey(Base):
    """The public half of a key that an account's phone, computer or security key holds. Source: W3C WebAuthn."""

    __tablename__ = "passkey"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    credential_id: Mapped[str] = mapped_column(sa.String(1400), unique=True)
    """In base64url, as the authenticator named it; 1,023 bytes at most."""
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(sa.BigInteger)
    name: Mapped[str] = mapped_column(sa.String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Answered(Base):
    """A challenge that has been answered and must not be again; forgotten once it would be out of time anyway."""

    __tablename__ = "answered"

    challenge_sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    until: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

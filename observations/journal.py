"""The journal: what happened, when, by whom (a pseudonym), from what to what. Events are only ever added.

One thing in them is changed: after its time a device's pseudonym is cut (record/retention.py).
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from observations.database import Base, BigKey, UtcDateTime

AUDIT, AUDIT_SUBJECT = "audit.run", "audit:all"


class Event(Base):
    """One thing that happened. Holds no note text, no position and no name of a person."""

    __tablename__ = "event"
    __table_args__ = (sa.Index("ix_event_subject", "subject", "id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(sa.String(60))
    what: Mapped[str] = mapped_column(sa.String(60))
    subject: Mapped[str] = mapped_column(sa.String(80))
    before: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))


def write(
    session: Session,
    what: str,
    *,
    subject: str,
    by: str,
    at: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Add an event to the session; the caller commits it together with the change that it tells of.

    `what` is "noun.verb" ("review.accepted"), `subject` is "table:id", `by` a pseudonym from the actor.
    """
    session.add(Event(at=at, by=by, what=what, subject=subject, before=before, after=after))


def last(session: Session, subject: str) -> Event | None:
    """The newest event of one subject. One statement, by index."""
    return session.scalar(sa.select(Event).where(Event.subject == subject).order_by(Event.id.desc()).limit(1))


def of(session: Session, subject: str) -> list[Event]:
    """The events of one subject, oldest first. One statement."""
    return list(session.scalars(sa.select(Event).where(Event.subject == subject).order_by(Event.id)))


def newest(session: Session, what: Collection[str], *, before: int | None = None, length: int) -> Sequence[Event]:
    """The newest events of some kinds, from below the id `before` when it is given. One statement.

    Walks the primary key backwards past events of other kinds, of which reviewing makes the most.
    """
    query = sa.select(Event).where(Event.what.in_(what)).order_by(Event.id.desc())
    if before is not None:
        query = query.where(Event.id < before)
    return session.scalars(query.limit(length)).all()

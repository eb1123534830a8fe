"""Changing the meeting dates."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from observations import journal
from observations.record.tables import Meeting


def add(session: Session, held_on: date, *, by: str, at: datetime) -> bool:
    """Add a meeting on that day; False, and nothing written, when there is one already."""
    if session.scalar(sa.select(Meeting.id).where(Meeting.held_on == held_on)):
        return False
    session.add(Meeting(held_on=held_on))
    journal.write(session, "meeting.added", subject=f"meeting:{held_on.isoformat()}", by=by, at=at)
    return True


def remove(session: Session, held_on: date, *, by: str, at: datetime) -> bool:
    """Remove the meeting of that day; False when there is none."""
    meeting = session.scalar(sa.select(Meeting).where(Meeting.held_on == held_on))
    if meeting is None:
        return False
    session.delete(meeting)
    journal.write(session, "meeting.removed", subject=f"meeting:{held_on.isoformat()}", by=by, at=at)
    return True

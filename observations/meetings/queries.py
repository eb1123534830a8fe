"""Reading the meeting dates."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from observations.record.tables import Meeting
from observations.trends.periods import Period


def dates(session: Session) -> list[date]:
    """All meeting dates, newest first. One statement."""
    return list(session.scalars(sa.select(Meeting.held_on).order_by(Meeting.held_on.desc())))


def before(session: Session, period: Period) -> Period:
    """The days since the meeting before, which a briefing is compared with, else as many days. One statement."""
    query = sa.select(sa.func.max(Meeting.held_on)).where(Meeting.held_on < period.from_)
    earlier = session.scalar(query)
    return Period(earlier, period.from_) if earlier else period.before()

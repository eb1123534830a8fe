"""What the coordinator reads."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from observations.record.tables import Observation
from observations.record.workflow import WAITING


def count_waiting(session: Session) -> int:
    """How many reports wait for review. One statement, by index."""
    return session.scalar(sa.select(sa.func.count()).select_from(Observation).where(Observation.review.in_(WAITING))) or 0

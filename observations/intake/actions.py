"""What a reporter changes in a report of their own; writes the event, does not commit."""

from datetime import datetime

from sqlalchemy.orm import Session

from observations import journal
from observations.intake.questions import Question
from observations.record.tables import Observation
from observations.record.workflow import WAITING, TransitionNotAllowed


def strike(session: Session, observation: Observation, question: Question, *, by: str, at: datetime) -> None:
    """Take a passage out of the report's text or place.

    The event tells that it changed, not what it was. Raises TransitionNotAllowed once the report is reviewed.
    """
    if observation.review not in WAITING:
        raise TransitionNotAllowed(f"{observation.review.value} → edited")
    setattr(observation, question.field, question.without)
    told = {"changed": [question.field]}
    journal.write(session, "observation.edited", subject=observation.subject, by=by, at=at, after=told)

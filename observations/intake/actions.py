"""What a reporter changes in a report of their own; writes the event, does not commit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from observations import journal, limits
from observations.intake.questions import Question
from observations.record.actions import destroy
from observations.record.tables import Observation, Photo
from observations.record.workflow import CLEANED, WAITING, Rejection, Remediation, TransitionNotAllowed


class TooLate(Exception):
    """A report was to be withdrawn longer after it came in than one may."""


def strike(session: Session, observation: Observation, question: Question, *, by: str, at: datetime) -> None:
    """Take a passage out of the report's text or place.

    The event tells that it changed, not what it was. Raises TransitionNotAllowed once the report is reviewed.
    """
    if observation.review not in WAITING:
        raise TransitionNotAllowed(f"{observation.review.value} → edited")
    setattr(observation, question.field, question.without)
    told = {"changed": [question.field]}
    journal.write(session, "observation.edited", subject=observation.subject, by=by, at=at, after=told)


def add(session: Session, observation: Observation, more: Mapping[str, Any], *, by: str, at: datetime) -> bool:
    """Set what the reporter has added, column by column; says whether that changed anything.

    The event tells what it was and what it is: these are choices from short lists, and never of a person. Raises
    TransitionNotAllowed once the report is reviewed.
    """
    changed = {name: value for name, value in more.items() if getattr(observation, name) != value}
    if changed and observation.review not in WAITING:
        raise TransitionNotAllowed(f"{observation.review.value} → edited")
    if not changed:
        return False
    before = {name: getattr(observation, name) for name in changed}
    for name, value in changed.items():
        setattr(observation, name, value)
    journal.write(
        session, "observation.edited", subject=observation.subject, by=by, at=at, before=before, after=changed
    )
    return True


def follow_up(session: Session, observation: Observation, photo: Photo, *, by: str, at: datetime) -> None:
    """An after-photo has come, so cleaning or repair is done. Whether it is done well is for a coordinator to say.

    What was done or verified already stays so.
    """
    told = {"photo": str(photo.id)}
    journal.write(session, "observation.followed_up", subject=observation.subject, by=by, at=at, after=told)
    before = observation.remediation
    if before in CLEANED:
        return
    observation.remediation = Remediation.DONE
    journal.write(
        session,
        "remediation.done",
        subject=observation.subject,
        by=by,
        at=at,
        before={"remediation": before.value},
        after={"remediation": Remediation.DONE.value},
    )


def can_withdraw(observation: Observation, *, at: datetime) -> bool:
    """Whether its reporter may still withdraw it: it waits for review, and came in within the last day."""
    return observation.review in WAITING and not _is_too_late(observation, at)


def withdraw(session: Session, observation: Observation, *, by: str, at: datetime) -> None:
    """Take the report back: photos, text and place are destroyed, as when it is rejected (`record.actions.destroy`).

    Nobody has reviewed it, so `reviewed_at` stays empty. Raises TransitionNotAllowed once it is reviewed, TooLate a day
    after it came in (limits.WITHDRAW_FOR).
    """
    if observation.review in WAITING and _is_too_late(observation, at):
        raise TooLate
    destroy(session, observation, "observation.withdrawn", reason=Rejection.WITHDRAWN, by=by, at=at)


def _is_too_late(observation: Observation, at: datetime) -> bool:
    return at > observation.received_at + limits.WITHDRAW_FOR

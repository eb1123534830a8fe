"""What the coordinator does to a report: accept, reject, put right, reopen. Each writes one event; none commits.

Accepting leaves remediation alone: whether something is to be cleaned is decided where remediation is.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from observations import journal
from observations.places.tables import Address
from observations.record.actions import destroy, set_point, set_time
from observations.record.categories import Category
from observations.record.tables import Observation, PositionSource, TimeSource
from observations.record.workflow import Rejection, Review, TransitionNotAllowed, step


class PlaceMissing(Exception):
    """A report with neither point nor area was to be accepted; nothing could count it."""


class SuggestionsOpen(Exception):
    """A report was to be accepted while a box is suggested that nobody has answered."""


def accept(session: Session, observation: Observation, *, by: str, at: datetime) -> None:
    """The report counts from now on.

    Raises TransitionNotAllowed when it does not wait for review, PlaceMissing when it is nowhere, SuggestionsOpen when
    a photo of it may show somebody.
    """
    after = step(observation.review, Review.ACCEPTED)
    if any(photo.suggestions for photo in observation.photos):
        raise SuggestionsOpen
    if observation.latitude is None and observation.area_id is None:
        raise PlaceMissing
    _move(session, observation, after, "review.accepted", by=by, at=at)
    observation.reviewed_at = at


def reject(session: Session, observation: Observation, *, reason: Rejection, by: str, at: datetime) -> None:
    """Destroy the report's photos, text and place (`record.actions.destroy`).

    Raises TransitionNotAllowed when it does not wait for review.
    """
    destroy(session, observation, "review.rejected", reason=reason, by=by, at=at)
    observation.reviewed_at = at


def reopen(session: Session, observation: Observation, *, by: str, at: datetime) -> None:
    """Take an acceptance back: the report stands in the queue again.

    Raises TransitionNotAllowed for any but an accepted report; what was rejected is destroyed and stays so.
    """
    if observation.review is not Review.ACCEPTED:
        raise TransitionNotAllowed(f"{observation.review.value} → reopened")
    _move(session, observation, step(observation.review, Review.RECEIVED), "review.reopened", by=by, at=at)
    observation.reviewed_at = None


def edit(
    session: Session,
    observation: Observation,
    *,
    by: str,
    at: datetime,
    category: Category | None = None,
    observed_at: datetime | None = None,
    place: Address | None = None,
    note: str | None = None,
) -> bool:
    """Put right what is given and leave the rest; says whether anything changed.

    A place also ends `needs_place`. The event tells category and time from what to what; of a place and of the
    text it tells only that they changed, since neither may stand in the journal.
    Raises TransitionNotAllowed for a rejected report: there is nothing left in it to put right.
    """
    if observation.review is Review.REJECTED:
        raise TransitionNotAllowed(f"{observation.review.value} → edited")
    before = _told(observation)
    hidden: list[str] = []
    if category is not None:
        observation.category = category
    if observed_at is not None and observed_at != observation.observed_at:
        set_time(observation, observed_at, TimeSource.TYPED)
    if place is not None and _is_elsewhere(observation, place):
        _set_place(session, observation, place)
        hidden.append("place")
    if note is not None and note != observation.note:
        observation.note = note
        hidden.append("note")
    after = _told(observation)
    changed = [name for name in before if before[name] != after[name]]
    if not changed and not hidden:
        return False
    told_after = {name: after[name] for name in changed} | ({"changed": hidden} if hidden else {})
    _write(session, observation, "review.edited", by, at, {name: before[name] for name in changed}, told_after)
    return True


TOLD: dict[str, Callable[[Observation], object]] = {
    "category": lambda observation: observation.category.value,
    "observed_at": lambda observation: observation.observed_at.isoformat(),
    "review": lambda observation: observation.review.value,
}
"""What an event may tell of a report, and how it is written."""


def _told(observation: Observation) -> dict[str, object]:
    return {name: value(observation) for name, value in TOLD.items()}


def _is_elsewhere(observation: Observation, place: Address) -> bool:
    there = (observation.address, observation.latitude, observation.longitude)
    return there != (place.label, place.latitude, place.longitude)


def _set_place(session: Session, observation: Observation, place: Address) -> None:
    """The address and its point; one statement for the area."""
    observation.address = place.label
    set_point(
        session,
        observation,
        latitude=place.latitude,
        longitude=place.longitude,
        source=PositionSource.ADDRESS,
    )
    if observation.review is Review.NEEDS_PLACE:
        observation.review = step(observation.review, Review.RECEIVED)


def _move(session: Session, observation: Observation, to: Review, what: str, *, by: str, at: datetime) -> None:
    before = {"review": observation.review.value}
    observation.review = to
    _write(session, observation, what, by, at, before, {"review": to.value})


def _write(
    session: Session,
    observation: Observation,
    what: str,
    by: str,
    at: datetime,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    journal.write(session, what, subject=observation.subject, by=by, at=at, before=before, after=after)

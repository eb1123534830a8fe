"""Whether somebody has reported the same already: what is open near a point, and that it is still there."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from observations import journal, limits
from observations.intake.refused import Conflict
from observations.places.queries import distance_m
from observations.record.categories import Category
from observations.record.nearby import NEAR_M, within_squares
from observations.record.tables import Observation, Photo, Sighting, Submission
from observations.record.workflow import CLEANED, Review

REVIEWS = (Review.RECEIVED, Review.NEEDS_PLACE, Review.ACCEPTED)
LOOKED_AT = 200
"""Of what lies in the squares around a point, the newest: more reports of one kind do not lie there in 60 days."""


@dataclass(frozen=True)
class Near:
    """A report that may be of the same thing."""

    observation: Observation
    distance_m: float
    seen: int
    """How often somebody has said since that it is still there."""

    @property
    def photo(self) -> Photo | None:
        """The one photo that another reporter may see, if there is one."""
        return photo_to_show(self.observation)


def near(
    session: Session, *, latitude: float, longitude: float, category: Category, device_id: uuid.UUID, at: datetime
) -> list[Near]:
    """What is open within 30 m (record.nearby) and of that category, nearest first and then newest; three at most.

    Without what this device has just sent: whoever reports three tags on one wall knows that they are three.
    Four statements at most, the first by the index of cells; one where nothing is near.
    """
    just_sent = sa.select(Submission.number).where(
        Submission.device_id == device_id, Submission.received_at >= at - limits.SAME_NOT_OWN_FOR
    )
    points = sa.select(Observation.number, Observation.latitude, Observation.longitude).where(
        within_squares(latitude, longitude),
        Observation.category == category,
        Observation.review.in_(REVIEWS),
        Observation.remediation.not_in(CLEANED),
        Observation.received_at >= at - limits.SAME_FOR,
        Observation.number.not_in(just_sent),
    )
    newest = session.execute(points.order_by(Observation.number.desc()).limit(LOOKED_AT))
    away_m = {
        number: distance_m(latitude, longitude, y, x) for number, y, x in newest if y is not None and x is not None
    }
    nearest = sorted((m, -number) for number, m in away_m.items() if m <= NEAR_M)[: limits.SAME_AT_MOST]
    if not nearest:
        return []
    numbers = [-number for _, number in nearest]
    rows = sa.select(Observation).where(Observation.number.in_(numbers)).options(selectinload(Observation.photos))
    found = {row.number: row for row in session.scalars(rows)}
    seen = _seen(session, numbers)
    return [Near(found[number], away_m[number], seen.get(number, 0)) for number in numbers if number in found]


def photo_to_show(observation: Observation) -> Photo | None:
    """The first photo that reporters may see a small copy of: one that a coordinator and a recognizer have looked at.

    None where the report is not accepted; where nothing has looked through the photo; where a box is suggested that
    nobody has answered, or ordered and not burned in. So what goes wrong on the way shows nothing.
    """
    if observation.review is not Review.ACCEPTED:
        return None
    shown = (photo for photo in observation.before_photos if photo.is_looked_over)
    return next(shown, None)


def one(session: Session, observation_id: uuid.UUID, *, to_change: bool = False) -> Observation | None:
    """The report under that id unless its content is destroyed, with its photos' rows. Two statements at most.

    `to_change` makes others who want to change it wait, so that nothing is added to what is being destroyed.
    """
    query = sa.select(Observation).where(Observation.id == observation_id, Observation.review.in_(REVIEWS))
    query = query.with_for_update(of=Observation) if to_change else query
    return session.scalar(query.options(selectinload(Observation.photos)))


def known(session: Session, sighting_id: uuid.UUID, observation: Observation) -> bool:
    """Whether this was said before under that id. Raises Conflict if it was said of another report. One statement."""
    sighting = session.get(Sighting, sighting_id)
    if sighting is not None and sighting.observation_number != observation.number:
        raise Conflict
    return sighting is not None


def see(
    session: Session, observation: Observation, sighting_id: uuid.UUID, *, device_id: uuid.UUID, by: str, at: datetime
) -> None:
    """Somebody says that it is still there; the report itself does not change."""
    session.add(Sighting(id=sighting_id, observation_number=observation.number, seen_at=at, device_id=device_id))
    journal.write(session, "observation.seen", subject=observation.subject, by=by, at=at)


def seen(session: Session, observation: Observation) -> int:
    """How often it was said that this is still there. One statement."""
    return _seen(session, [observation.number]).get(observation.number, 0)


def _seen(session: Session, numbers: list[int]) -> dict[int, int]:
    counts = sa.select(Sighting.observation_number, sa.func.count()).group_by(Sighting.observation_number)
    return dict(session.execute(counts.where(Sighting.observation_number.in_(numbers))).all())

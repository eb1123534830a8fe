"""Changes to an observation that several features make; each keeps what is derived from it true."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from observations import journal
from observations.clock import local_date
from observations.places import queries as places
from observations.places.cells import cell
from observations.record import photos
from observations.record.tables import Observation, PositionSource, Sighting, TimeSource
from observations.record.workflow import Rejection, Review, step


def set_time(observation: Observation, observed_at: datetime, source: TimeSource) -> None:
    """When it was seen, and with it the local date that occasions are counted by."""
    observation.observed_at = observed_at
    observation.observed_on = local_date(observed_at)
    observation.observed_source = source


def set_point(
    session: Session,
    observation: Observation,
    *,
    latitude: float,
    longitude: float,
    source: PositionSource,
    accuracy_m: float | None = None,
) -> None:
    """Where it was seen, and with it the cell and the area; one statement for the area."""
    observation.latitude = latitude
    observation.longitude = longitude
    observation.accuracy_m = accuracy_m
    observation.position_source = source
    observation.cell = cell(latitude, longitude)
    area = places.area_at(session, latitude, longitude)
    observation.area_id = area.id if area else None


def clear_point(observation: Observation) -> None:
    """Forget the point and all that came of it."""
    observation.latitude = observation.longitude = observation.accuracy_m = None
    observation.position_source = None
    observation.cell = None
    observation.area_id = None


def destroy(session: Session, observation: Observation, what: str, *, reason: Rejection, by: str, at: datetime) -> None:
    """Take the report's photos, text and place; its category, dates and the reason are what is left.

    Writes the event `what`. The photos' files are condemned: the caller carries that out (`photos.destroy_now`) once it
    has committed. Raises TransitionNotAllowed when it does not wait for review.
    """
    before, after = observation.review, step(observation.review, Review.REJECTED)
    gone = photos.forget(session, observation, at=at)
    session.execute(sa.delete(Sighting).where(Sighting.observation_number == observation.number))
    # What is sent to the database ends here: all that follows is one change of the row, and one step of its version.
    observation.review = after
    observation.rejection = reason
    clear_point(observation)
    observation.address = observation.note = ""
    observation.surface = observation.size = observation.cleaning = None
    observation.new_to_me = False
    journal.write(
        session,
        what,
        subject=observation.subject,
        by=by,
        at=at,
        before={"review": before.value},
        after={"review": after.value, "reason": reason.value, "photos": gone},
    )

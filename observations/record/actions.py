"""Changes to an observation that several features make; each keeps what is derived from it true."""

from datetime import datetime

from sqlalchemy.orm import Session

from observations.clock import local_date
from observations.places import queries as places
from observations.places.cells import cell
from observations.record.tables import Observation, PositionSource, TimeSource


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

"""Where a report belongs: the point for an address, the address for a point, and whether a person must look."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from observations import limits
from observations.intake.draft import Draft, Point
from observations.places import queries as places
from observations.places.tables import Area
from observations.record.actions import set_point
from observations.record.tables import Observation, PositionSource
from observations.record.workflow import Review


def place(session: Session, observation: Observation, draft: Draft) -> None:
    """Give the observation its address, point and area; without an area to count it in, it needs a place.

    Where no areas have been imported, a point is enough. Reads only; three statements at most.
    """
    observation.address = draft.address
    point = draft.point or _point_of(session, draft.address)
    if point is None:
        observation.review = Review.NEEDS_PLACE
        return
    observation.address = draft.address or _label_of(session, point)
    set_point(
        session,
        observation,
        latitude=point.latitude,
        longitude=point.longitude,
        source=point.source,
        accuracy_m=point.accuracy_m,
    )
    if observation.area_id is None and session.scalar(sa.select(sa.exists(sa.select(Area.id)))):
        observation.review = Review.NEEDS_PLACE


def _point_of(session: Session, address: str) -> Point | None:
    """Where the register has the address, if it has exactly that one."""
    found = places.find(session, address) if address else None
    return Point(found.latitude, found.longitude, PositionSource.ADDRESS) if found else None


def _label_of(session: Session, point: Point) -> str:
    """The nearest address, if one is near enough to be meant."""
    near = places.nearest(session, point.latitude, point.longitude, limit=1, within_m=limits.LABEL_WITHIN_M)
    return near[0].address.label if near else ""

"""What the coordinator reads: the queue, one report, what came near it, how far the day's work has come."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from observations.clock import local_date, start_of
from observations.places.queries import distance_m
from observations.record.nearby import NEAR_M, within_squares
from observations.record.tables import Observation
from observations.record.workflow import WAITING, Review

NEAR_DAYS = 90

ORDER = (Observation.urgent.desc(), Observation.number)
BACKWARDS = (Observation.urgent, Observation.number.desc())
IS_WAITING = Observation.review.in_(WAITING)
WITH_AREA_AND_PHOTOS = (selectinload(Observation.area), selectinload(Observation.photos))
"""Not joined: an area has its whole outline with it, which is to be read once, not once a row."""


@dataclass(frozen=True)
class Progress:
    """How far the day's work has come, in reports."""

    done: int
    """Accepted or rejected since local midnight."""
    urgent: int
    in_turn: int

    @property
    def total(self) -> int:
        """What there was to do: done and waiting."""
        return self.done + self.urgent + self.in_turn


@dataclass(frozen=True)
class Neighbour:
    """Another report of the same category, and how far away it is."""

    observation: Observation
    distance_m: float


def count_waiting(session: Session) -> int:
    """How many reports wait for review. One statement, by index."""
    return session.scalar(sa.select(sa.func.count()).select_from(Observation).where(IS_WAITING)) or 0


def waiting(session: Session, *, limit: int, after: Observation | None = None) -> list[Observation]:
    """The queue: urgent reports first, then those that came first; the receipt number breaks every tie.

    `after` gives those behind that report. Three statements whatever the number, areas and photos included.
    """
    query = sa.select(Observation).where(IS_WAITING).order_by(*ORDER).limit(limit).options(*WITH_AREA_AND_PHOTOS)
    if after is not None:
        query = query.where(_behind(after))
    return list(session.scalars(query))


def item(session: Session, observation_id: uuid.UUID, *, to_change: bool = False) -> Observation | None:
    """The report of that id with area and photos, or None. Three statements.

    `to_change` makes others who want to change it wait until this transaction is over (PostgreSQL locks the row;
    on SQLite there is one writer anyway).
    """
    query = sa.select(Observation).where(Observation.id == observation_id).options(*WITH_AREA_AND_PHOTOS)
    if to_change:
        query = query.with_for_update(of=Observation)
    return session.scalar(query)


def next_after(session: Session, observation: Observation) -> Observation | None:
    """The report behind this one in the queue; from the end on to the first. None when no other waits.

    One statement. The report itself need not be waiting any more.
    """
    begins_again = sa.case((_behind(observation), 0), else_=1)
    query = sa.select(Observation).where(IS_WAITING, Observation.number != observation.number)
    return session.scalar(query.order_by(begins_again, *ORDER).limit(1))


def previous_before(session: Session, observation: Observation) -> Observation | None:
    """The report before this one in the queue, None for the first. One statement."""
    query = sa.select(Observation).where(IS_WAITING, Observation.number != observation.number)
    return session.scalar(query.where(~_behind(observation)).order_by(*BACKWARDS).limit(1))


def progress(session: Session, now: datetime) -> Progress:
    """The day's work until `now`. Two statements, both by index."""
    today = Observation.reviewed_at >= start_of(local_date(now))
    done = session.scalar(sa.select(sa.func.count()).select_from(Observation).where(today)) or 0
    counts = sa.select(Observation.urgent, sa.func.count()).where(IS_WAITING).group_by(Observation.urgent)
    left = {bool(urgent): number for urgent, number in session.execute(counts)}
    return Progress(done=done, urgent=left.get(True, 0), in_turn=left.get(False, 0))


def near(session: Session, observation: Observation, *, limit: int = 3) -> list[Neighbour]:
    """Reports of the same category within 30 m, from 90 days before this one on; nearest first, then newest.

    Of the newest 200 there; none that were rejected. At most four statements, by the index of cells; no statement
    for a report without a point.
    """
    if observation.latitude is None or observation.longitude is None:
        return []
    latitude, longitude = observation.latitude, observation.longitude
    points = sa.select(Observation.number, Observation.latitude, Observation.longitude).where(
        within_squares(latitude, longitude),
        Observation.category == observation.category,
        Observation.number != observation.number,
        Observation.review != Review.REJECTED,
        Observation.observed_at >= observation.observed_at - timedelta(days=NEAR_DAYS),
    )
    newest = session.execute(points.order_by(Observation.number.desc()).limit(200))
    away_m = {
        number: distance_m(latitude, longitude, y, x) for number, y, x in newest if y is not None and x is not None
    }
    chosen = sorted((m, -number) for number, m in away_m.items() if m <= NEAR_M)[:limit]
    if not chosen:
        return []
    numbers = [-number for _, number in chosen]
    query = sa.select(Observation).where(Observation.number.in_(numbers)).options(*WITH_AREA_AND_PHOTOS)
    found = {other.number: other for other in session.scalars(query)}
    return [Neighbour(found[number], away_m[number]) for number in numbers]


def _behind(observation: Observation) -> sa.ColumnElement[bool]:
    """Whether a row stands behind the report in the queue."""
    later = sa.and_(Observation.urgent == observation.urgent, Observation.number > observation.number)
    return sa.or_(later, Observation.urgent.is_(False)) if observation.urgent else later

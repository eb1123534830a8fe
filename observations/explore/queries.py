"""What one reads when looking around: pages of the list, counts, weeks, the table of areas, one observation."""

import base64
import binascii
import re
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session, joinedload, selectinload

from observations.clock import monday
from observations.database import UtcDateTime
from observations.explore.clusters import FEW
from observations.explore.filters import Filter
from observations.journal import Event, of
from observations.places.tables import Area
from observations.record.categories import Category
from observations.record.occasions import ANY, OCCASION
from observations.record.tables import Observation
from observations.record.workflow import Review
from observations.web import BadInput

WITH_AREA_AND_PHOTOS = (joinedload(Observation.area), selectinload(Observation.photos))
CURSOR = re.compile(r"(\d{1,17}),(\d{1,18})")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NUMBER_MAX = 2**63 - 1


@dataclass(frozen=True)
class Page:
    """Some observations of a list, newest first, and the cursor of what follows; None at the end."""

    items: Sequence[Observation]
    next: str | None


@dataclass(frozen=True)
class Counts:
    """How much the filter holds."""

    observations: int
    occasions: int
    """Different areas × categories × local dates."""


@dataclass(frozen=True)
class Week:
    """Occasions in one ISO 8601 week."""

    monday: date
    count: int


@dataclass(frozen=True)
class Tally:
    """Observations of one category in one area; `area` is None for those outside all areas."""

    area: str | None
    category: Category
    count: int


@dataclass(frozen=True)
class Detail:
    """One observation with its area and photos, and what happened to it, oldest first."""

    observation: Observation
    events: Sequence[Event]


def page(session: Session, filter_: Filter, *, limit: int = 50, after: str | None = None) -> Page:
    """The next `limit` observations by time seen, newest first; the receipt number breaks ties.

    Three statements at most (list with areas, photos, and none more), whatever the depth: `after` is a place in the
    order, not a number of rows, so nothing is shown twice or left out when reports come in meanwhile.
    Raises BadInput when `after` is not a cursor given by an earlier page.
    """
    query = (
        sa.select(Observation)
        .where(*filter_.conditions())
        .order_by(Observation.observed_at.desc(), Observation.number.desc())
        .limit(limit + 1)
        .options(*WITH_AREA_AND_PHOTOS)
    )
    if after is not None:
        at, number = _place(after)
        place = sa.tuple_(sa.literal(at, UtcDateTime), sa.literal(number, sa.BigInteger))
        query = query.where(sa.tuple_(Observation.observed_at, Observation.number) < place)
    found = session.scalars(query).all()
    items = found[:limit]
    return Page(items, _cursor(items[-1]) if len(found) > limit else None)


def counts(session: Session, filter_: Filter) -> Counts:
    """Observations and occasions in the filter. One statement; its cost follows the occasions, with a box the rows."""
    days = _days(filter_).subquery()
    row = session.execute(sa.select(sa.func.coalesce(sa.func.sum(days.c.n), 0), sa.func.count()).select_from(days))
    observations, occasions = row.one()
    return Counts(int(observations), int(occasions))


def weekly(session: Session, filter_: Filter, *, weeks: int, until: date) -> list[Week]:
    """Occasions per ISO week, Monday first, oldest first, the last one the week of `until`; none is 0.

    The filter's own period is not looked at. One statement.
    """
    mondays = [monday(until) - timedelta(weeks=weeks - 1 - n) for n in range(weeks)]
    days = _days(replace(filter_, from_=mondays[0], to=mondays[-1] + timedelta(weeks=1))).subquery()
    found: Counter[date] = Counter()
    for day, count in session.execute(sa.select(days.c.day, sa.func.count()).group_by(days.c.day)):
        found[monday(day)] += count
    return [Week(first, found[first]) for first in mondays]


def tally(session: Session, filter_: Filter) -> list[Tally]:
    """Accepted observations of each area and category, most first (1 and 2 as one), then by name. One statement."""
    days = _days(replace(filter_, review=Review.ACCEPTED, bbox=None)).subquery()
    rows = session.execute(
        sa.select(Area.name, days.c.category, sa.func.sum(days.c.n))
        .select_from(days.outerjoin(Area, Area.id == days.c.area_id))
        .group_by(Area.name, days.c.category)
    )
    found = [Tally(area, category, int(count)) for area, category, count in rows]
    return sorted(found, key=lambda row: (-max(FEW, row.count), row.area is None, row.area or "", row.category))


def one(session: Session, observation_id: uuid.UUID) -> Detail | None:
    """The observation of that id, or None. Three statements."""
    query = sa.select(Observation).where(Observation.id == observation_id).options(*WITH_AREA_AND_PHOTOS)
    observation = session.scalar(query)
    return Detail(observation, of(session, observation.subject)) if observation else None


def _days(filter_: Filter) -> sa.Select[date, int | None, Category, int]:
    """One row for each occasion: day, area_id, category, and n, how many observations it is made of."""
    if filter_.bbox:
        where = (Observation.observed_on, Observation.area_id, Observation.category)
        named = (Observation.observed_on.label("day"), *where[1:], sa.func.count().label("n"))
        return sa.select(*named).where(*filter_.conditions()).group_by(*where)
    kept = OCCASION.c
    query = sa.select(kept.day, kept.area_id, kept.category, kept.n)
    query = query.where(kept.scope == (filter_.review.value if filter_.review else ANY))
    if filter_.from_:
        query = query.where(kept.day >= filter_.from_)
    if filter_.to:
        query = query.where(kept.day < filter_.to)
    if filter_.categories:
        query = query.where(kept.category.in_(filter_.categories))
    if (area_id := filter_.area_id()) is not None:
        query = query.where(kept.area_id == area_id)
    return query


def _cursor(observation: Observation) -> str:
    microseconds = (observation.observed_at - EPOCH) // timedelta(microseconds=1)
    return base64.urlsafe_b64encode(f"{microseconds},{observation.number}".encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[datetime, int]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        microseconds, number = (int(part) for part in CURSOR.fullmatch(text).groups())  # type: ignore[union-attr]
        return EPOCH + timedelta(microseconds=microseconds), number
    except (binascii.Error, ValueError, AttributeError, OverflowError) as error:
        sentence = gettext("That page of the list does not exist. Begin from the first one.")
        raise BadInput(gettext("That choice cannot be shown."), fields={"cursor": sentence}) from error

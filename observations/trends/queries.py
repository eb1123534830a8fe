"""Counting occasions: one area, one category, one local date; accepted observations with an area only."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from observations.clock import monday
from observations.places.tables import Area
from observations.record.categories import Category
from observations.record.grid import NOWHERE
from observations.record.occasions import OCCASION
from observations.record.workflow import Review
from observations.trends.periods import Period

Series = tuple[int, Category]
"""Area id and category: what a cell of the matrix is about."""


@dataclass(frozen=True)
class Week:
    """Occasions in one ISO 8601 week."""

    monday: date
    count: int


def occasions(session: Session, period: Period) -> Counter[Series]:
    """Occasions of each series in the period; series without any are absent, which a Counter reads as 0.

    One statement; its cost follows the period's occasions, not the observations.
    """
    days = _occasions(period.from_, period.to).subquery()
    rows = session.execute(
        sa.select(days.c.area_id, days.c.category, sa.func.count()).group_by(days.c.area_id, days.c.category)
    )
    return Counter({(area_id, category): count for area_id, category, count in rows})


def observations(session: Session, period: Period) -> int:
    """Accepted observations in the period, with or without an area. One statement."""
    query = sa.select(sa.func.sum(OCCASION.c.n)).where(*_accepted_within(period.from_, period.to))
    return int(session.scalar(query) or 0)


def weekly(
    session: Session, *, until: date, weeks: int, area_id: int | None = None, category: Category | None = None
) -> list[Week]:
    """Occasions per ISO week, oldest first, weeks with none as 0; the last one holds the day before `until`.

    One statement, one row per date. Source: ISO 8601 weeks, Monday first, Europe/Stockholm.
    """
    last = monday(until - timedelta(days=1))
    first = last - timedelta(weeks=weeks - 1)
    query = _occasions(first, until)
    if area_id is not None:
        query = query.where(OCCASION.c.area_id == area_id)
    if category is not None:
        query = query.where(OCCASION.c.category == category)
    days = query.subquery()
    rows = session.execute(sa.select(days.c.day, sa.func.count()).group_by(days.c.day))
    counts: Counter[date] = Counter()
    for observed_on, count in rows:
        counts[monday(observed_on)] += count
    return [Week(start, counts[start]) for start in (first + timedelta(weeks=n) for n in range(weeks))]


def areas_counted(session: Session, period: Period) -> list[Area]:
    """The areas in force at some time of the period, in their order. One statement."""
    query = (
        sa.select(Area)
        .where(sa.or_(Area.valid_from.is_(None), Area.valid_from < period.to))
        .where(sa.or_(Area.valid_to.is_(None), Area.valid_to >= period.from_))
        .order_by(Area.position, Area.name)
    )
    return list(session.scalars(query))


def _accepted_within(from_: date, to: date) -> tuple[sa.ColumnElement[bool], ...]:
    return (OCCASION.c.scope == Review.ACCEPTED.value, OCCASION.c.day >= from_, OCCASION.c.day < to)


def _occasions(from_: date, to: date) -> sa.Select[Any]:
    """One row for each occasion in an area."""
    columns = (OCCASION.c.area_id, OCCASION.c.category, OCCASION.c.day)
    return sa.select(*columns).where(*_accepted_within(from_, to), OCCASION.c.area_id != NOWHERE)

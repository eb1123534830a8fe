"""What lies in each square of the map: from the counts that are kept, and at a period's edges from the rows."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from observations.explore.filters import Filter
from observations.explore.squares import SPOT, SPOT_DEPTH, WORLD, Window, window
from observations.places.cells import DEPTH
from observations.record.categories import Category
from observations.record.grid import (
    COUNTS,
    DEPTHS,
    GRID,
    NUMBERS,
    PARTS,
    SOUTH,
    WEST,
    cover,
    day,
    kept_depth,
)
from observations.record.tables import Observation
from observations.record.workflow import Review

SPOTS_MAX = 150
"""Squares of 315 m within which rows are found by place and then by time, and not by time alone."""
RANGES_MAX = 16
"""So many stretches of the z-order curve are looked at; more would follow the window more closely."""


@dataclass
class Heap:
    """Observations of one square while they are put together."""

    categories: Counter[Category] = field(default_factory=Counter)
    latitudes: float = 0.0
    longitudes: float = 0.0
    numbers: int = 0
    """Sum of the receipt numbers: where there is one observation, it is that one's."""

    @classmethod
    def at(cls, categories: Counter[Category], latitude: float, longitude: float, numbers: int) -> "Heap":
        """All at one point, their mean."""
        count = categories.total()
        return cls(categories, count * latitude, count * longitude, numbers)

    @property
    def count(self) -> int:
        """How many."""
        return self.categories.total()

    @property
    def point(self) -> tuple[float, float]:
        """Their mean latitude and longitude."""
        return self.latitudes / self.count, self.longitudes / self.count

    @property
    def commonest(self) -> Category:
        """Of equally common ones the first in the order of categories."""
        order = list(Category)
        return min(self.categories, key=lambda category: (-self.categories[category], order.index(category)))

    def add(self, other: "Heap") -> None:
        """Take in what another one holds."""
        self.categories.update(other.categories)
        self.latitudes += other.latitudes
        self.longitudes += other.longitudes
        self.numbers += other.numbers


def heaps(session: Session, filter_: Filter, depth: int) -> dict[int, Heap]:
    """What each occupied square of that size holds, of those that the filter's box touches.

    Three statements at most. What they read follows the squares and the days at the period's edges, not the reports.
    """
    seen = window(filter_.bbox or WORLD, depth)
    kept = kept_depth(depth)
    if kept is None:
        whole = (_from(filter_), _until(filter_))
        found = [*_rows(session, filter_, seen, depth, [whole])]
    else:
        period = cover(*_days(session, filter_, kept), DEPTHS[kept])
        finer = seen.at(kept)
        found = [
            *(_counts(session, filter_, finer, kept, period.blocks) if period.blocks else ()),
            *(_rows(session, filter_, finer, kept, period.edges) if period.edges else ()),
        ]
    together: dict[int, Heap] = {}
    down = 2 * ((kept or depth) - depth)
    for square, heap in found:
        if (into := together.get(square >> down)) is not None:
            into.add(heap)
        elif seen.holds(square >> down):
            together[square >> down] = heap
    return together


def _days(session: Session, filter_: Filter, depth: int) -> tuple[int, int]:
    """The period as `record.grid.day` counts; where it has no end, that of what there is. One statement then."""
    first, end = filter_.from_, filter_.to
    if first and end:
        return day(first), day(end)
    span = DEPTHS[depth][-1]
    there = (GRID.c.depth == depth, GRID.c.span == span)
    query = sa.select(
        sa.select(sa.func.min(GRID.c.block)).where(*there).scalar_subquery(),
        sa.select(sa.func.max(GRID.c.block)).where(*there).scalar_subquery(),
    )
    low, high = session.execute(query).one()
    if low is None:
        return 0, 0
    earliest, latest = low * span, (high + 1) * span
    return (day(first) if first else earliest), max(day(first) if first else earliest, day(end) if end else latest)


def _counts(
    session: Session, filter_: Filter, seen: Window, depth: int, blocks: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, Heap]]:
    """From the counts that are kept, whole spans of days. One statement."""
    spans = _listed("spans", ("span", "block"), blocks)
    ranges = _listed("ranges", ("low", "high"), seen.ranges(RANGES_MAX))
    categories = filter_.categories or tuple(Category)
    area_id = filter_.area_id()
    numbers = sum((GRID.c[NUMBERS[category]] for category in categories), start=sa.literal(0, sa.BigInteger))
    query = (
        sa.select(
            GRID.c.square,
            *(sa.func.sum(column) for column in (GRID.c.n, GRID.c.latitudes, GRID.c.longitudes, numbers)),
            *(sa.func.sum(GRID.c[COUNTS[category]]) for category in categories),
        )
        .where(
            GRID.c.depth == sa.literal_column(str(depth)),
            GRID.c.span == spans.c.span,
            GRID.c.block == spans.c.block,
            GRID.c.review.in_([filter_.review] if filter_.review else list(Review)),
            GRID.c.square.between(ranges.c.low, ranges.c.high),
            *(() if area_id is None else (GRID.c.area_id == area_id,)),
        )
        .group_by(GRID.c.square)
    )
    for square, count, latitudes, longitudes, number, *counted in session.execute(query):
        of_each = Counter({category: int(n) for category, n in zip(categories, counted, strict=True) if n})
        if of_each:
            mean_latitude = int(latitudes) / int(count) / PARTS - SOUTH
            mean_longitude = int(longitudes) / int(count) / PARTS - WEST
            yield square, Heap.at(of_each, mean_latitude, mean_longitude, int(number))


def _listed(name: str, columns: Sequence[str], rows: Iterable[tuple[int, ...]]) -> sa.CTE:
    """Rows of numbers to join with."""
    return sa.values(*(sa.column(column, sa.BigInteger) for column in columns), name=name).data(list(rows)).cte(name)


def _rows(
    session: Session, filter_: Filter, seen: Window, depth: int, periods: Sequence[tuple[int | None, int | None]]
) -> Iterator[tuple[int, Heap]]:
    """From the observations themselves, some days. One statement."""
    square = Observation.cell.op(">>", return_type=sa.BigInteger())(sa.literal_column(str(2 * (DEPTH - depth))))
    columns: tuple[Any, ...] = (
        square.label("square"),
        Observation.category,
        sa.func.count().label("n"),
        sa.func.sum(Observation.latitude).label("latitudes"),
        sa.func.sum(Observation.longitude).label("longitudes"),
        sa.func.sum(Observation.number).label("numbers"),
    )
    spots = seen.at(SPOT_DEPTH)
    parts = []
    for first, end in periods:
        chosen = replace(filter_, from_=_date(first), to=_date(end), bbox=None)
        where = [Observation.cell.is_not(None), *chosen.conditions()]
        if spots.size <= SPOTS_MAX:
            where.append(SPOT.in_(spots.squares()))
        parts.append(sa.select(*columns).where(*where).group_by(square, Observation.category))
    query = sa.union_all(*parts) if len(parts) > 1 else parts[0]
    for key, category, count, latitudes, longitudes, number in session.execute(query):
        yield key, Heap(Counter({category: count}), latitudes, longitudes, int(number))


def _date(days: int | None) -> date | None:
    return None if days is None else date.fromordinal(days + 1)


def _from(filter_: Filter) -> int | None:
    return day(filter_.from_) if filter_.from_ else None


def _until(filter_: Filter) -> int | None:
    return day(filter_.to) if filter_.to else None

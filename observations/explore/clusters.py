"""Points of the map, many together as one: grouped in the database by squares of about 64 px."""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from observations.explore.filters import Filter
from observations.explore.squares import PROTECTED_DEPTH, WORLD, depth_for, grown, middle
from observations.places.cells import DEPTH, unit_square
from observations.record.categories import Category
from observations.record.tables import Observation
from observations.record.workflow import Review

ZOOM_MAX = 22
PINS_MAX = 300
"""What one answer holds at most: more than anybody can look at, and under 100 kB as GeoJSON."""
CLOSE_PX = 60
"""Two pins nearer than this would lie on each other, so they become one."""
ROUNDING = 5
FEW = 2
"""Counts up to this are not told to the council: they could point at a household."""


@dataclass(frozen=True)
class Cluster:
    """Observations near each other, at their mean point; `id`, `number` and `address` only where there is one."""

    latitude: float
    longitude: float
    count: int
    category: Category
    """The commonest; of equally common ones the first in the order of categories."""
    id: uuid.UUID | None = None
    address: str = ""


@dataclass(frozen=True)
class Square:
    """What the council may know of a square of at least 200 m: its middle, about how many, the commonest category."""

    latitude: float
    longitude: float
    count: str
    """"1–2" for few, else to the nearest five."""
    category: Category


@dataclass
class _Heap:
    """Observations of one square while they are put together."""

    categories: Counter[Category] = field(default_factory=Counter)
    latitudes: float = 0.0
    longitudes: float = 0.0
    first: int = 0

    @property
    def count(self) -> int:
        return self.categories.total()

    @property
    def point(self) -> tuple[float, float]:
        return self.latitudes / self.count, self.longitudes / self.count

    @property
    def commonest(self) -> Category:
        order = list(Category)
        return min(self.categories, key=lambda category: (-self.categories[category], order.index(category)))

    def add(self, other: "_Heap") -> None:
        self.categories.update(other.categories)
        self.latitudes += other.latitudes
        self.longitudes += other.longitudes


def clusters(session: Session, filter_: Filter, zoom: int) -> list[Cluster]:
    """All that has a point within the filter's box (else the world), in at most PINS_MAX clusters, largest first.

    Two statements whatever the number of rows; the first runs over the covering index of the list, and its cost
    follows the rows of the period. The counts add up to the number of observations with a point.
    """
    depth = depth_for(zoom, filter_.bbox or WORLD)
    squares, _ = _few_enough(_heaps(session, filter_, depth), depth)
    heaps = _apart(squares.values(), zoom)
    singles = [heap.first for heap in heaps if heap.count == 1]
    query = sa.select(Observation.number, Observation.id, Observation.address).where(Observation.number.in_(singles))
    known = {number: (id_, address) for number, id_, address in session.execute(query)}
    found = []
    for heap in heaps:
        latitude, longitude = heap.point
        id_, address = known.get(heap.first, (None, "")) if heap.count == 1 else (None, "")
        found.append(Cluster(latitude, longitude, heap.count, heap.commonest, id_, address))
    return found


def protected(session: Session, filter_: Filter, zoom: int) -> list[Square]:
    """The council's map: accepted observations only, in squares of at least 200 m, small counts hidden.

    The box is grown to whole squares first, so that many narrow boxes tell no more than one wide one. One statement.
    """
    bbox = filter_.bbox or WORLD
    depth = min(PROTECTED_DEPTH, depth_for(zoom, bbox))
    chosen = replace(filter_, review=Review.ACCEPTED, bbox=grown(bbox, depth))
    squares, depth = _few_enough(_heaps(session, chosen, depth), depth)
    heaps = sorted(squares.items(), key=lambda item: (-max(FEW, item[1].count), item[0]))
    return [Square(*middle(square, depth), roughly(heap.count), heap.commonest) for square, heap in heaps]


def few(count: int) -> str:
    """The number as the council may see it."""
    return f"1–{FEW}" if 0 < count <= FEW else str(count)


def roughly(count: int) -> str:
    """A square's number as the council may see it: to the nearest five, so that no sum gives a kind away."""
    return few(count) if count <= FEW else str(max(ROUNDING, ROUNDING * round(count / ROUNDING)))


def _heaps(session: Session, filter_: Filter, depth: int) -> dict[int, _Heap]:
    """What each occupied square holds. One statement."""
    square = Observation.cell.op(">>", return_type=sa.BigInteger())(sa.literal_column(str(2 * (DEPTH - depth))))
    query = (
        sa.select(
            square.label("square"),
            Observation.category,
            sa.func.count(),
            sa.func.sum(Observation.latitude),
            sa.func.sum(Observation.longitude),
            sa.func.min(Observation.number),
        )
        .where(Observation.latitude.is_not(None), *filter_.conditions())
        .group_by(sa.literal_column("1"), Observation.category)
    )
    heaps: dict[int, _Heap] = {}
    for key, category, count, latitudes, longitudes, first in session.execute(query):
        heap = heaps.setdefault(key, _Heap())
        heap.add(_Heap(Counter({category: count}), latitudes or 0.0, longitudes or 0.0))
        heap.first = first  # read only where the heap holds one
    return heaps


def _few_enough(heaps: dict[int, _Heap], depth: int) -> tuple[dict[int, _Heap], int]:
    """The heaps, four squares put together to one until there are at most PINS_MAX; and the depth they then have."""
    while len(heaps) > PINS_MAX:
        coarser: dict[int, _Heap] = {}
        for square, heap in heaps.items():
            larger = coarser.setdefault(square >> 2, _Heap(first=heap.first))
            larger.add(heap)
        heaps, depth = coarser, depth - 1
    return heaps, depth


def _apart(heaps: Iterable[_Heap], zoom: int) -> list[_Heap]:
    """Heaps whose pins do not lie on each other, largest first: a small one near a larger one joins it."""
    scale = 512 * 2.0**zoom / CLOSE_PX
    kept: dict[tuple[int, int], list[_Heap]] = {}
    places: dict[int, tuple[float, float]] = {}
    result = []
    for heap in sorted(heaps, key=lambda heap: (-heap.count, heap.first)):
        x, y = (scale * part for part in unit_square(*heap.point))
        near = (other for other in _around(kept, int(x), int(y)) if _within(places[id(other)], (x, y)))
        if larger := next(near, None):
            larger.add(heap)
            continue
        places[id(heap)] = (x, y)
        kept.setdefault((int(x), int(y)), []).append(heap)
        result.append(heap)
    return result


def _around(kept: dict[tuple[int, int], list[_Heap]], x: int, y: int) -> Iterator[_Heap]:
    for column in (x - 1, x, x + 1):
        for row in (y - 1, y, y + 1):
            yield from kept.get((column, row), ())


def _within(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return abs(one[0] - other[0]) < 1 and abs(one[1] - other[1]) < 1

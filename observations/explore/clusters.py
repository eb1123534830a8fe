"""Points of the map, many together as one: grouped in the database by squares of about 64 px."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from observations.explore.filters import Filter
from observations.explore.heaps import Heap, heaps
from observations.explore.squares import PROTECTED_DEPTH, WORLD, depth_for, grown, middle
from observations.places.cells import unit_square
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


def clusters(session: Session, filter_: Filter, zoom: int) -> list[Cluster]:
    """All that has a point within the filter's box (else the world), in at most PINS_MAX clusters, largest first.

    Four statements at most, whatever the number of reports (`explore.heaps`). The counts add up to the number of
    observations with a point.
    """
    depth = depth_for(zoom, filter_.bbox or WORLD)
    squares, _ = _few_enough(heaps(session, filter_, depth), depth)
    apart = _apart(squares.values(), zoom)
    singles = [heap.numbers for heap in apart if heap.count == 1]
    columns = (Observation.id, Observation.address, Observation.latitude, Observation.longitude)
    query = sa.select(Observation.number, *columns).where(Observation.number.in_(singles))
    known = {row.number: row for row in session.execute(query)} if singles else {}
    return [_cluster(heap, known.get(heap.numbers) if heap.count == 1 else None) for heap in apart]


def _cluster(heap: Heap, only: Any) -> Cluster:
    """With the one that it holds, where it holds one."""
    if only is None:
        return Cluster(*heap.point, heap.count, heap.commonest)
    return Cluster(only.latitude, only.longitude, 1, heap.commonest, only.id, only.address)


def protected(session: Session, filter_: Filter, zoom: int) -> list[Square]:
    """The council's map: accepted observations only, in squares of at least 200 m, small counts hidden.

    The box is grown to whole squares first, so that many narrow boxes tell no more than one wide one.
    """
    bbox = filter_.bbox or WORLD
    depth = min(PROTECTED_DEPTH, depth_for(zoom, bbox))
    chosen = replace(filter_, review=Review.ACCEPTED, bbox=grown(bbox, depth))
    squares, depth = _few_enough(heaps(session, chosen, depth), depth)
    ordered = sorted(squares.items(), key=lambda item: (-max(FEW, item[1].count), item[0]))
    return [Square(*middle(square, depth), roughly(heap.count), heap.commonest) for square, heap in ordered]


def few(count: int) -> str:
    """The number as the council may see it."""
    return f"1–{FEW}" if 0 < count <= FEW else str(count)


def roughly(count: int) -> str:
    """A square's number as the council may see it: to the nearest five, so that no sum gives a kind away."""
    return few(count) if count <= FEW else str(max(ROUNDING, ROUNDING * round(count / ROUNDING)))


def _few_enough(found: dict[int, Heap], depth: int) -> tuple[dict[int, Heap], int]:
    """The heaps, four squares put together to one until there are at most PINS_MAX; and the depth they then have."""
    while len(found) > PINS_MAX:
        coarser: dict[int, Heap] = {}
        for square, heap in found.items():
            coarser.setdefault(square >> 2, Heap()).add(heap)
        found, depth = coarser, depth - 1
    return found, depth


def _apart(found: Iterable[Heap], zoom: int) -> list[Heap]:
    """Heaps whose pins do not lie on each other, largest first: a small one near a larger one joins it."""
    scale = 512 * 2.0**zoom / CLOSE_PX
    kept: dict[tuple[int, int], list[Heap]] = {}
    places: dict[int, tuple[float, float]] = {}
    result = []
    for heap in sorted(found, key=lambda heap: (-heap.count, heap.numbers)):
        x, y = (scale * part for part in unit_square(*heap.point))
        near = (other for other in _around(kept, int(x), int(y)) if _within(places[id(other)], (x, y)))
        if larger := next(near, None):
            larger.add(heap)
            continue
        places[id(heap)] = (x, y)
        kept.setdefault((int(x), int(y)), []).append(heap)
        result.append(heap)
    return result


def _around(kept: dict[tuple[int, int], list[Heap]], x: int, y: int) -> Iterator[Heap]:
    for column in (x - 1, x, x + 1):
        for row in (y - 1, y, y + 1):
            yield from kept.get((column, row), ())


def _within(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return abs(one[0] - other[0]) < 1 and abs(one[1] - other[1]) < 1

"""Squares of the map: how fine for a zoom, where their middle lies, and a box grown to whole ones.

A square at depth d is `cell >> (60 - 2 d)` (places.cells): the world's width halved d times.
"""

import math
from dataclasses import dataclass

import sqlalchemy as sa

from observations.places.cells import DEPTH, every_second, spread, unit_square
from observations.record.tables import Observation

SPOT_DEPTH = 16
"""The size of squares by which the rows themselves are found: `record.tables.SPOT`."""
SPOT = Observation.cell.op(">>", return_type=sa.BigInteger())(sa.literal_column(str(2 * (DEPTH - SPOT_DEPTH))))
"""As the index has it."""


@dataclass(frozen=True)
class BBox:
    """A piece of the map, WGS 84 degrees; it never crosses the 180th meridian."""

    west: float
    south: float
    east: float
    north: float

    def __str__(self) -> str:
        return f"{self.west!r},{self.south!r},{self.east!r},{self.north!r}"


WORLD = BBox(-180.0, -85.0, 180.0, 85.0)
SQUARES_MAX = 1600
"""The most squares that one question covers: a large screen and something around it, twice over."""
PROTECTED_DEPTH = 16
"""The finest squares that the council meets: 219 m wide at Treriksröset, 347 m at Smygehuk, so never under 200 m."""


def depth_for(zoom: int, bbox: BBox) -> int:
    """The depth at which a square is 64 px wide at the zoom, or coarser, until `bbox` holds at most SQUARES_MAX.

    Zoom as MapLibre counts it: the world is 512 px wide at 0.
    """
    west, south, east, north = _corners(bbox)
    depth = min(zoom + 3, DEPTH)
    while depth > 0:
        size = 2.0**-depth
        across = math.floor(east / size) - math.floor(west / size) + 1
        down = math.floor(south / size) - math.floor(north / size) + 1
        if across * down <= SQUARES_MAX:
            break
        depth -= 1
    return depth


def size_px(depth: int, zoom: int) -> float:
    """How wide a square of that depth is drawn."""
    return float(512 * 2.0 ** (zoom - depth))


def middle(square: int, depth: int) -> tuple[float, float]:
    """Latitude and longitude of a square's middle."""
    size = 2.0**-depth
    x, y = every_second(square), every_second(square >> 1)
    return _latitude((y + 0.5) * size), ((x + 0.5) * size) * 360.0 - 180.0


def grown(bbox: BBox, depth: int) -> BBox:
    """The box of all squares that `bbox` touches: moving its edges cannot tell where in a square something lies."""
    west, south, east, north = _corners(bbox)
    size = 2.0**-depth
    return BBox(
        west=math.floor(west / size) * size * 360.0 - 180.0,
        south=_latitude(min(1.0, (math.floor(south / size) + 1) * size)),
        east=min(1.0, (math.floor(east / size) + 1) * size) * 360.0 - 180.0,
        north=_latitude(math.floor(north / size) * size),
    )


def _corners(bbox: BBox) -> tuple[float, float, float, float]:
    """West, south, east and north in the unit square, whose y grows southwards."""
    west, south = unit_square(bbox.south, bbox.west)
    east, north = unit_square(bbox.north, bbox.east)
    return west, south, east if east > west else 1.0, north


def _latitude(y: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1.0 - 2.0 * y))))


def window(bbox: BBox, depth: int) -> "Window":
    """The squares of that size that the box touches."""
    west, south, east, north = _corners(bbox)
    columns, last = 1 << depth, (1 << depth) - 1
    edges = (min(last, math.floor(edge * columns)) for edge in (west, north, east, south))
    return Window(depth, *edges)


@dataclass(frozen=True)
class Window:
    """The squares of one size that a box touches: columns from the west, rows from the north, ends included."""

    depth: int
    west: int
    north: int
    east: int
    south: int

    def holds(self, square: int) -> bool:
        """Whether the square is one of them."""
        return self.west <= every_second(square) <= self.east and self.north <= every_second(square >> 1) <= self.south

    def at(self, depth: int) -> "Window":
        """The same box in squares of another size; in larger ones it may grow."""
        finer = depth - self.depth
        if finer < 0:
            return Window(depth, self.west >> -finer, self.north >> -finer, self.east >> -finer, self.south >> -finer)
        east, south = (self.east + 1 << finer) - 1, (self.south + 1 << finer) - 1
        return Window(depth, self.west << finer, self.north << finer, east, south)

    @property
    def size(self) -> int:
        """How many squares."""
        return (self.east - self.west + 1) * (self.south - self.north + 1)

    def squares(self) -> list[int]:
        """All of them, in their order."""
        columns, rows = range(self.west, self.east + 1), range(self.north, self.south + 1)
        return sorted(spread(x) | spread(y) << 1 for y in rows for x in columns)

    def ranges(self, at_most: int) -> list[tuple[int, int]]:
        """At most so many stretches of the z-order curve that hold the window, and some beyond it; ends included."""
        depth = self.depth
        while self.at(depth).size > at_most:
            depth -= 1
        up = 2 * (self.depth - depth)
        found: list[tuple[int, int]] = []
        for square in self.at(depth).squares():
            low, high = square << up, (square + 1 << up) - 1
            if found and found[-1][1] + 1 == low:
                found[-1] = (found[-1][0], high)
            else:
                found.append((low, high))
        return found

"""Squares of the map: how fine for a zoom, where their middle lies, and a box grown to whole ones.

A square at depth d is `cell >> (60 - 2 d)` (places.cells): the world's width halved d times.
"""

import math

from observations.explore.filters import BBox
from observations.places.cells import DEPTH, unit_square

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
    x, y = _every_second(square), _every_second(square >> 1)
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


def _every_second(value: int) -> int:
    """The bits at even places, put together."""
    bits = 0
    for place in range(DEPTH):
        bits |= (value >> 2 * place & 1) << place
    return bits

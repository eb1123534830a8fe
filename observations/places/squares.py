"""The addresses of one square of the map, as the phone keeps them for when there is no contact."""

import math
from itertools import groupby
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from observations.places.sources import Box
from observations.places.tables import Address

ZOOM: Final = 14
"""About 1.2 km wide and high in the middle of Sweden. One of Stockholm's has 923 addresses: 7 kB when compressed."""
DECIMALS: Final = 5
"""Of a degree: a metre."""
ADDRESSES_AT_MOST: Final = 10_000
"""In one square, whatever the source counts as an address."""


class NoSuchSquare(Exception):
    """There are 2¹⁴ columns and as many rows, counted from 0."""


def box(x: int, y: int) -> Box:
    """The square's edges: x counts eastwards from 180° W, y southwards from 85° N.

    Raises NoSuchSquare. Source: the tile numbers of OpenStreetMap, which are those of Web Mercator (EPSG:3857).
    """
    if not (0 <= x < 1 << ZOOM and 0 <= y < 1 << ZOOM):
        raise NoSuchSquare
    return Box(_longitude(x), _latitude(y + 1), _longitude(x + 1), _latitude(y))


def streets(session: Session, x: int, y: int, *, at_most: int = ADDRESSES_AT_MOST) -> list[dict[str, Any]]:
    """The addresses in the square: `[{"name": "Ringvägen", "places": [["12", 59.3371, 18.0835], …]}, …]`.

    Streets by name, 2 before 10; an address with several points is there with each. One statement. `at_most` of them,
    from the south. Raises NoSuchSquare.
    """
    found = session.execute(rows_within(box(x, y), at_most))
    in_order = sorted(found, key=lambda row: (row[0], len(row[1]), *row[1:]))
    by_street = groupby(in_order, key=lambda row: row[0])
    return [{"name": name, "places": [_place(*row) for row in there]} for name, there in by_street]


def rows_within(edges: Box, at_most: int) -> sa.Select[str, str, float, float]:
    """What reads street, number, latitude and longitude of the addresses in a box, by the index of points."""
    west, south, east, north = edges
    return (
        sa.select(Address.street, Address.number, Address.latitude, Address.longitude)
        .where(Address.latitude.between(south, north), Address.longitude.between(west, east))
        .order_by(Address.latitude, Address.longitude, Address.id)
        .limit(at_most)
    )


def _place(_street: str, number: str, latitude: float, longitude: float) -> list[str | float]:
    return [number, round(latitude, DECIMALS), round(longitude, DECIMALS)]


def _longitude(x: int) -> float:
    return x / (1 << ZOOM) * 360 - 180


def _latitude(y: int) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / (1 << ZOOM)))))

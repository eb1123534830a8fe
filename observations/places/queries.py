"""Reading the register: from point to area and address, and from what somebody types to an address."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
import sqlalchemy as sa
from rapidfuzz import fuzz, process
from sqlalchemy.orm import Session

from observations.clock import local_date, now
from observations.places.folding import fold
from observations.places.tables import Address, Area

EARTH_RADIUS_M = 6_371_008.8
METRES_PER_DEGREE = math.radians(EARTH_RADIUS_M)
FIRST_LOOK_M = 60.0
LIKE_ENOUGH = 72.0
"""Of 100, how alike a typed street must be to one of the register: two wrong letters in a name of ordinary length."""
_NUMBER = re.compile(r"\s(\d\S*)$")


@dataclass(frozen=True)
class Near:
    """An address and how far it is."""

    address: Address
    distance_m: float


def areas(session: Session) -> list[Area]:
    """The areas in force today, by position and name. One statement."""
    return list(session.scalars(sa.select(Area).where(_in_force()).order_by(Area.position, Area.name)))


def area_at(session: Session, latitude: float, longitude: float) -> Area | None:
    """The area in force that the point lies in, or None; of several, the one that stands first in lists.

    A border belongs to both its areas, so no point falls between them. One statement, well under a millisecond.
    """
    around = sa.and_(Area.west <= longitude, longitude <= Area.east, Area.south <= latitude, latitude <= Area.north)
    candidates = session.scalars(sa.select(Area).where(around, _in_force()).order_by(Area.position, Area.name))
    return next((area for area in candidates if shapely.intersects_xy(outline(area), longitude, latitude)), None)


def area_ids(drawn: Sequence[Area], points: Sequence[tuple[float, float]]) -> list[int | None]:
    """The id of each point's area by the same rule as area_at, for many points (latitude, longitude) at once.

    `drawn` are the areas as `areas` gives them.
    """
    latitudes, longitudes = np.array(points, dtype=float).reshape(-1, 2).T
    ids = np.zeros(len(points), dtype=np.int64)
    for area in reversed(drawn):  # so that the one that stands first in lists has the last word
        around = (area.west <= longitudes) & (longitudes <= area.east)
        around &= (area.south <= latitudes) & (latitudes <= area.north)
        near = np.flatnonzero(around)
        ids[near[shapely.intersects_xy(outline(area), longitudes[near], latitudes[near])]] = area.id
    return [int(id_) or None for id_ in ids]


def outline(area: Area) -> shapely.Geometry:
    """The area's polygon, made ready for quick tests; parsed once for as long as it stays the same."""
    return _parsed(area.outline)


@lru_cache(maxsize=512)
def _parsed(outline: bytes) -> shapely.Geometry:
    geometry = shapely.from_wkb(outline)
    shapely.prepare(geometry)
    return geometry


def nearest(
    session: Session, latitude: float, longitude: float, *, limit: int = 3, within_m: float = 300
) -> list[Near]:
    """The closest addresses, nearest first, at most `limit` of them and none beyond `within_m` metres.

    Of several points that carry the same address, the nearest one. One to three statements on the index, each over a
    larger square, until a circle in it holds enough.
    Source: the haversine distance on a sphere of the Earth's mean radius; off by 0.5 % at most.
    """
    look_m = min(FIRST_LOOK_M, within_m)
    while True:
        found = [
            Near(address, distance_m(latitude, longitude, address.latitude, address.longitude))
            for address in _square(session, latitude, longitude, look_m)
        ]
        inside: dict[tuple[str, str], Near] = {}
        for near in sorted(found, key=lambda n: (n.distance_m, n.address.id)):
            if near.distance_m <= look_m:
                inside.setdefault((near.address.search, near.address.locality), near)
        if len(inside) >= limit or look_m >= within_m:
            return list(inside.values())[:limit]
        look_m = min(look_m * 3, within_m)


def _square(session: Session, latitude: float, longitude: float, half_m: float) -> Iterable[Address]:
    """The addresses in a square around a point, at least as large as asked."""
    half = half_m / METRES_PER_DEGREE * 1.001
    wide = half / max(0.01, math.cos(math.radians(latitude)))
    return session.scalars(
        sa.select(Address).where(
            Address.latitude.between(latitude - half, latitude + half),
            Address.longitude.between(longitude - wide, longitude + wide),
        )
    )


def distance_m(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Metres between two points, along the Earth. Source: haversine."""
    here, there = math.radians(latitude), math.radians(other_latitude)
    east = math.radians(other_longitude - longitude)
    h = math.sin((there - here) / 2) ** 2 + math.cos(here) * math.cos(there) * math.sin(east / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, h)))


def search(session: Session, text: str, *, limit: int = 8) -> list[Address]:
    """Addresses that begin as `text` does, by street and number; if there are none, those on the streets most like it.

    Of several points that carry the same address, the first one of the register. One statement as a rule; five at most
    where the spelling has to be forgiven.
    """
    wanted = fold(text)
    if not wanted:
        return []
    return _begins(session, wanted, limit) or _forgiven(session, wanted, limit)


def find(session: Session, text: str) -> Address | None:
    """The address that is called exactly that, whatever the case and spaces; of several, the first by post town."""
    same = sa.select(Address).where(Address.search == fold(text))
    return session.scalars(same.order_by(Address.locality, Address.id).limit(1)).first()


def _begins(session: Session, wanted: str, limit: int) -> list[Address]:
    after = wanted[:-1] + chr(ord(wanted[-1]) + 1)
    return list(session.scalars(_each_once(Address.search >= wanted, Address.search < after).limit(limit)))


def _each_once(*where: sa.ColumnElement[bool]) -> sa.Select[Address]:
    """Each address by one of its points, 2 before 10: by street, then shorter numbers first."""
    firsts = sa.select(sa.func.min(Address.id)).where(*where).group_by(Address.search, Address.locality)
    return (
        sa.select(Address)
        .where(Address.id.in_(firsts))
        .order_by(Address.street, sa.func.length(Address.number), Address.number, Address.locality, Address.id)
    )


def _forgiven(session: Session, wanted: str, limit: int) -> list[Address]:
    """The addresses, with the number that was typed if there is one, on the streets whose names are most like it."""
    number = _NUMBER.search(wanted)
    name = wanted[: number.start()] if number else wanted
    streets = {street: _folded(street) for street in session.scalars(sa.select(Address.street).distinct())}
    alike = process.extract(name, streets, scorer=fuzz.WRatio, score_cutoff=LIKE_ENOUGH, limit=3)
    found: list[Address] = []
    for _name, _score, street in sorted(alike, key=lambda match: (-match[1], match[2])):
        there = [Address.street == street]
        if number:
            begins = f"{fold(street)} {number[1]}"
            there += [Address.search >= begins, Address.search < begins + "\U0010ffff"]
        found += session.scalars(_each_once(*there).limit(limit - len(found)))
        if len(found) >= limit:
            break
    return found


_folded = lru_cache(maxsize=20_000)(fold)
"""For the names of streets, which are the same thousand again and again."""


def _in_force() -> sa.ColumnElement[bool]:
    """Areas that have begun and have not ended, by today's date."""
    today = local_date(now())
    begun = sa.or_(Area.valid_from.is_(None), Area.valid_from <= today)
    return sa.and_(begun, sa.or_(Area.valid_to.is_(None), Area.valid_to >= today))

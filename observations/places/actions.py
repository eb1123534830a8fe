"""Changing the register: addresses as a source has them, areas as a file draws them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely
import sqlalchemy as sa
from sqlalchemy.orm import Session

from observations import journal
from observations.places.folding import fold
from observations.places.outlines import FoundArea
from observations.places.queries import areas, distance_m, outline
from observations.places.sources import FoundAddress
from observations.places.tables import Address, Area

SAME_PLACE_M = 200.0
"""How close an address without a post town is to one of the same name with it, to be the same address."""

Key = tuple[str, str]
Row = dict[str, Any]


@dataclass(frozen=True)
class Changed:
    """How many rows an import added, changed, left as they were and removed."""

    added: int
    changed: int
    same: int
    removed: int

    @property
    def total(self) -> int:
        """How many there are now."""
        return self.added + self.changed + self.same


def distinct(found: Iterable[FoundAddress]) -> list[FoundAddress]:
    """One of each address, in the order of their first appearance.

    The same street, number and post town is one address, whatever the case and spaces. An entrance's own point is
    preferred to that of a school or shop that states its address; a point without post town belongs to one with.
    """
    kept: dict[Key, FoundAddress] = {}
    for address in found:
        key = _key(address.street, address.number, address.locality)
        if key not in kept or (address.plain and not kept[key].plain):
            kept[key] = address
    towns: dict[str, list[FoundAddress]] = {}
    for (label, town), address in kept.items():
        if town:
            towns.setdefault(label, []).append(address)
    return [
        address
        for (label, town), address in kept.items()
        if town or not any(_same_place(address, other) for other in towns.get(label, ()))
    ]


def replace_addresses(
    session: Session, source: str, found: Iterable[FoundAddress], *, by: str, at: datetime
) -> Changed:
    """Make the rows of one source what it now says; rows that stay keep their ids, those of other sources are left.

    Puts each address in its area. Five statements, some with many rows, whatever the number of addresses.
    """
    there = {
        _key(row.street, row.number, row.locality): row
        for row in session.execute(sa.select(*Address.__table__.columns))
    }
    wanted = distinct(found)
    places = _areas_of(session, [(address.latitude, address.longitude) for address in wanted])
    new: list[Row] = []
    changed: list[Row] = []
    named: set[int] = set()
    for address, area_id in zip(wanted, places, strict=True):
        row = there.get(_key(address.street, address.number, address.locality))
        values = _values(address, source, area_id)
        if row is None:
            new.append(values)
            continue
        named.add(row.id)
        if row.source == source and any(row._mapping[name] != value for name, value in values.items()):
            changed.append({"id": row.id, **values})
    gone = [row.id for row in there.values() if row.source == source and row.id not in named]
    _write(session, new, changed, gone)
    result = Changed(len(new), len(changed), len(named) - len(changed), len(gone))
    journal.write(session, "address.imported", subject=f"address:{source}", by=by, at=at, after=vars(result))
    return result


def replace_areas(session: Session, found: list[FoundArea], *, by: str, at: datetime) -> Changed:
    """Add the areas of a file, and redraw those whose name is known; areas that the file does not name stay.

    Lists then show them in the order of the file. Every address is put in its area anew.
    """
    there = {area.name: area for area in session.scalars(sa.select(Area))}
    added = changed = 0
    for position, drawn in enumerate(found, start=1):
        west, south, east, north = (float(side) for side in shapely.bounds(drawn.outline))
        values = {
            "position": position,
            "outline": shapely.to_wkb(drawn.outline),
            "west": west,
            "south": south,
            "east": east,
            "north": north,
        }
        area = there.get(drawn.name)
        if area is None:
            session.add(Area(name=drawn.name, **values))
            added += 1
        elif any(getattr(area, name) != value for name, value in values.items()):
            changed += 1
            for name, value in values.items():
                setattr(area, name, value)
    session.flush()
    place_addresses(session)
    result = Changed(added, changed, len(found) - added - changed, 0)
    journal.write(session, "area.imported", subject="area:all", by=by, at=at, after=vars(result))
    return result


def place_addresses(session: Session) -> None:
    """Note for every address which area it lies in. Two statements, and one with the rows that changed."""
    rows = session.execute(sa.select(Address.id, Address.latitude, Address.longitude, Address.area_id)).all()
    places = _areas_of(session, [(row.latitude, row.longitude) for row in rows])
    moved = [{"id": row.id, "area_id": area_id} for row, area_id in zip(rows, places, strict=True) if area_id != row[3]]
    _write(session, [], moved, [])


def _areas_of(session: Session, points: list[tuple[float, float]]) -> list[int | None]:
    """The id of each point's area, by the same rule as queries.area_at, for many points at once."""
    if not points:
        return []
    latitudes, longitudes = np.array(points).T
    ids = np.zeros(len(points), dtype=np.int64)
    for area in reversed(areas(session)):  # so that the one that stands first in lists has the last word
        ids[shapely.intersects_xy(outline(area), longitudes, latitudes)] = area.id
    return [int(id_) or None for id_ in ids]


def _write(session: Session, new: list[Row], changed: list[Row], gone: list[int]) -> None:
    """Gone first: an address that only changed its spelling would meet its old self."""
    for some in _batched(gone, 500):
        session.execute(sa.delete(Address).where(Address.id.in_(some)))
    if new:
        session.execute(sa.insert(Address), new)
    if changed:
        session.execute(sa.update(Address), changed)
        session.expire_all()


def _values(address: FoundAddress, source: str, area_id: int | None) -> Row:
    return {
        "street": address.street,
        "number": address.number,
        "locality": address.locality,
        "search": fold(f"{address.street} {address.number}"),
        "latitude": address.latitude,
        "longitude": address.longitude,
        "area_id": area_id,
        "source": source,
    }


def _batched(ids: list[int], size: int) -> Iterator[list[int]]:
    """Lists of at most `size`: databases limit how many values a statement may hold."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def _key(street: str, number: str, locality: str) -> Key:
    return fold(f"{street} {number}"), fold(locality)


def _same_place(address: FoundAddress, other: FoundAddress) -> bool:
    here = (address.latitude, address.longitude)
    return distance_m(*here, other.latitude, other.longitude) <= SAME_PLACE_M

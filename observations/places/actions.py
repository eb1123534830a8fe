"""Changing the register: addresses as a source has them, areas as a file draws them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import shapely
import sqlalchemy as sa
from sqlalchemy.orm import Session

from observations import journal
from observations.places.folding import fold
from observations.places.outlines import FoundArea
from observations.places.queries import area_ids, areas, distance_m
from observations.places.sources import FoundAddress
from observations.places.tables import Address, Area

SAME_PLACE_M = 200.0
"""How close an address without a post town is to one of the same name with it, to be the same address."""

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


def with_towns(found: Iterable[FoundAddress]) -> list[FoundAddress]:
    """The points in their order, those of the same address with their post town written the same way.

    A point without a post town gets that of the same street and number close by, whatever the case and spaces.
    """
    points = list(found)
    towns: dict[str, list[FoundAddress]] = {}
    for point in points:
        if point.locality:
            towns.setdefault(_label(point), []).append(point)
    return [replace(point, locality=_town(point, towns.get(_label(point), []))) for point in points]


def replace_addresses(
    session: Session, source: str, found: Iterable[FoundAddress], *, by: str, at: datetime
) -> Changed:
    """Make the rows of one source what it now says; rows that stay keep their ids, those of other sources are left.

    A row is known by what the source calls its point, so that it stays when its street is renamed. Puts each address
    in its area. Five statements, some with many rows, whatever the number of addresses.
    """
    rows = session.execute(sa.select(*Address.__table__.columns).where(Address.source == source))
    there = {row.source_ref: row for row in rows}
    points = {point.ref: point for point in with_towns(found)}
    # Entrances first: of points that carry the same address, people are shown the one with the lowest id.
    wanted = sorted(points.values(), key=lambda point: not point.plain)
    places = area_ids(areas(session), [(point.latitude, point.longitude) for point in wanted])
    new: list[Row] = []
    changed: list[Row] = []
    for point, area_id in zip(wanted, places, strict=True):
        row = there.get(point.ref)
        values = _values(point, source, area_id)
        if row is None:
            new.append(values)
        elif any(row._mapping[name] != value for name, value in values.items()):
            changed.append({"id": row.id, **values})
    gone = [row.id for ref, row in there.items() if ref not in points]
    _write(session, new, changed, gone)
    result = Changed(len(new), len(changed), len(wanted) - len(new) - len(changed), len(gone))
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
    places = area_ids(areas(session), [(row.latitude, row.longitude) for row in rows])
    moved = [{"id": row.id, "area_id": area_id} for row, area_id in zip(rows, places, strict=True) if area_id != row[3]]
    _write(session, [], moved, [])


def _write(session: Session, new: list[Row], changed: list[Row], gone: list[int]) -> None:
    for some in _batched(gone, 500):
        session.execute(sa.delete(Address).where(Address.id.in_(some)))
    if new:
        session.execute(sa.insert(Address), new)
    if changed:
        session.execute(sa.update(Address), changed)
        session.expire_all()


def _values(point: FoundAddress, source: str, area_id: int | None) -> Row:
    return {
        "street": point.street,
        "number": point.number,
        "locality": point.locality,
        "search": _label(point),
        "latitude": point.latitude,
        "longitude": point.longitude,
        "area_id": area_id,
        "source": source,
        "source_ref": point.ref,
    }


def _batched(ids: list[int], size: int) -> Iterator[list[int]]:
    """Lists of at most `size`: databases limit how many values a statement may hold."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def _label(point: FoundAddress) -> str:
    return fold(f"{point.street} {point.number}")


def _town(point: FoundAddress, same_label: list[FoundAddress]) -> str:
    """The post town of the first of those that is the same address."""
    name = fold(point.locality)
    same = (p.locality for p in same_label if fold(p.locality) == name or (not name and _same_place(point, p)))
    return next(same, point.locality)


def _same_place(point: FoundAddress, other: FoundAddress) -> bool:
    here = (point.latitude, point.longitude)
    return distance_m(*here, other.latitude, other.longitude) <= SAME_PLACE_M

"""Puts observations in the areas that they lie in, after areas were added or redrawn."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from observations import jobs, journal
from observations.database import Database
from observations.places import queries as places
from observations.places.tables import Area
from observations.record import counting
from observations.record.tables import Observation

TABLE = sa.table("observation", *(sa.column(name) for name in ("number", "latitude", "longitude", "area_id")))
PLACED = (
    sa.update(TABLE)
    .where(TABLE.c.number == sa.bindparam("n"))
    .where(TABLE.c.latitude == sa.bindparam("lat"), TABLE.c.longitude == sa.bindparam("lon"))
    .values(area_id=sa.bindparam("to"))
)
"""Past the mapper, which would count a new version: what somebody has open on a screen is still true."""


def place_again(database: Database, *, by: str, at: datetime) -> int:
    """Give every observation with a point the area that it lies in now; says how many got another one, or none.

    Nothing else of an observation changes, neither its review nor its version. One that lies in an area no longer in
    force stays there: it is that area's history. Eight statements for every 500 observations, in short transactions,
    so that reports can come in meanwhile. To do it once more is harmless, and finishes what a crash cut off.
    """
    with database.reading() as session:
        drawn = places.areas(session)
    moved = 0
    for numbers in jobs.steps(database, Observation.number, Observation.latitude.is_not(None)):
        moved += _place(database, drawn, numbers)
    with database.writing() as session:
        journal.write(session, "area.filled", subject="area:all", by=by, at=at, after={"observations": moved})
        session.commit()
    return moved


def _place(database: Database, drawn: Sequence[Area], numbers: list[int]) -> int:
    """One step. Looks before it locks, and leaves those alone whose point is put right in between."""
    movable = sa.or_(Observation.area_id.is_(None), Observation.area_id.in_([area.id for area in drawn]))
    columns = (Observation.number, Observation.latitude, Observation.longitude, Observation.area_id)
    with database.reading() as session:
        rows = session.execute(sa.select(*columns).where(Observation.number.in_(numbers), movable)).all()
    ids = places.area_ids(drawn, [(row.latitude, row.longitude) for row in rows])
    moved = {
        row.number: {"n": row.number, "lat": row.latitude, "lon": row.longitude, "to": area_id}
        for row, area_id in zip(rows, ids, strict=True)
        if row.area_id != area_id
    }
    if moved:
        with database.writing() as session:
            _move(session, moved)
            session.commit()
    return len(moved)


def _move(session: Session, moved: dict[int, dict[str, Any]]) -> None:
    """Move them, and their counts with them. Locked first, so that what is counted away is what is there."""
    counted = counting.locked(session, list(moved))
    still = [
        was for was in counted if (was.latitude, was.longitude) == (moved[was.number]["lat"], moved[was.number]["lon"])
    ]
    if not still:
        return
    session.execute(PLACED, [moved[was.number] for was in still])
    now = [replace(was, area_id=moved[was.number]["to"]) for was in still]
    counting.count(session, [*((was, -1) for was in still), *((it, 1) for it in now)])

"""What several tests of this room do: make many observations at once, count statements."""

import random
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from observations.clock import local_date
from observations.database import Database
from observations.places.cells import cell
from observations.record import counting
from observations.record.categories import Category
from observations.record.tables import Observation, PositionSource, TimeSource
from observations.record.workflow import Review
from tests.builders import NOON

TOWN = (16.50, 59.60, 16.58, 59.64)


def many(session: Session, count: int, *, seed: int = 1, days: int = 60, **named: Any) -> None:
    """Add `count` observations, scattered over a small town and the days before NOON; some have no point."""
    chance = random.Random(seed)
    west, south, east, north = TOWN
    rows: list[dict[str, Any]] = []
    for _ in range(count):
        at = NOON - timedelta(minutes=chance.randrange(days * 24 * 60))
        latitude, longitude = chance.uniform(south, north), chance.uniform(west, east)
        lost = chance.random() < 0.05
        rows.append(
            {
                "id": uuid.UUID(int=chance.getrandbits(128), version=4),
                "category": chance.choice(list(Category)),
                "observed_at": at,
                "observed_on": local_date(at),
                "observed_source": TimeSource.TYPED,
                "received_at": at,
                "latitude": None if lost else latitude,
                "longitude": None if lost else longitude,
                "position_source": None if lost else PositionSource.DEVICE,
                "address": f"Ringvägen {chance.randrange(90)}",
                "review": chance.choice([Review.ACCEPTED, Review.ACCEPTED, Review.RECEIVED]),
            }
            | named
        )
    for row in rows:
        row["cell"] = None if row["latitude"] is None else cell(row["latitude"], row["longitude"])
    session.execute(sa.insert(Observation), rows)
    counting.rebuild(session)


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """The statements that are sent meanwhile, without those that begin a transaction."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", note)


def numbers(rows: Sequence[Observation]) -> list[int]:
    """The receipt numbers, in their order."""
    return [row.number for row in rows]

"""Drafts, gates and stores for tests of the gate: name only what the test is about."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from observations import journal
from observations.access import Actor, Role
from observations.database import Database
from observations.intake.draft import Draft, Point, Receipt
from observations.intake.receive import Gate, receive
from observations.record.categories import Category
from observations.record.tables import Observation, Photo, PositionSource, Submission, TimeSource
from tests.uploads import camera
from uploads import DecodeSlots
from uploads.stores import PhotoStore, StoreUnavailable
from uploads.stores.folder import FolderStore

NOW = datetime(2026, 9, 15, 10, 0, tzinfo=UTC)
HERE = Point(59.3371, 18.0835, PositionSource.DEVICE, 12.0)
REPORTER = Actor(role=Role.REPORTER, device_id=uuid.UUID(int=7))


def a_draft(**named: Any) -> Draft:
    """Graffiti, here and now, without a photo; `named` replaces any field."""
    values: dict[str, Any] = {
        "id": uuid.uuid4(),
        "category": Category.KLO,
        "observed_at": NOW,
        "time_source": TimeSource.TYPED,
        "point": HERE,
        "address": "Ringvägen 12",
        "note": "Två taggar på porten",
    }
    return Draft(**(values | named))


def a_photo(width: int = 96, height: int = 64) -> bytes:
    """A photo straight from a telephone, with everything private that one holds."""
    return camera.jpeg(camera.a_scene(width, height))


class Intake:
    """A gate with a real store, and what is behind it."""

    def __init__(self, database: Database, folder: Path, *, reports_per_hour: int = 1000) -> None:
        self.database = database
        self.folder = folder
        self.store: PhotoStore = FolderStore(folder)
        self.reports_per_hour = reports_per_hour

    def receive(self, draft: Draft, *, actor: Actor = REPORTER, now: datetime = NOW) -> Receipt:
        """Hand the draft in."""
        gate = Gate(self.database, self.store, DecodeSlots(), b"secret" * 6, self.reports_per_hour)
        return receive(draft, gate, actor=actor, now=now)

    def rows(self) -> dict[str, int]:
        """How many rows each table has that a report leads to."""
        tables = (Observation, Submission, Photo, journal.Event)
        with self.database.reading() as session:
            return {
                table.__tablename__: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
                for table in tables
            }

    def only(self) -> Observation:
        """The one observation there is, with its photos."""
        with self.database.reading() as session:
            observation = session.scalars(sa.select(Observation)).one()
            assert observation.photos is not None
            return observation

    def photo(self) -> Photo:
        """Its only photo."""
        (photo,) = self.only().photos
        return photo

    def files_without_rows(self) -> set[str]:
        """What lies in the store's folder, of whatever name, that no photo's row names."""
        with self.database.reading() as session:
            named = set(session.scalars(sa.select(Photo.name)))
        return {path.name for path in self.folder.rglob("*") if path.is_file()} - named


NOTHING = {"observation": 0, "submission": 0, "photo": 0, "event": 0}


class FailingStore:
    """A real store whose n-th `put` finds the disk full."""

    def __init__(self, store: PhotoStore, *, at: int) -> None:
        self._store = store
        self._left = at

    def put(self, name: str, data: bytes) -> None:
        """Keep the bytes, or fail when the turn has come."""
        self._left -= 1
        if self._left == 0:
            raise StoreUnavailable
        self._store.put(name, data)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """All else as the real one does it."""
        method: Callable[..., Any] = getattr(self._store, name)
        return method

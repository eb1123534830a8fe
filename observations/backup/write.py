"""Takes a backup while the service runs."""

import hashlib
import os
import shutil
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

import sqlalchemy as sa

from config import Settings
from observations.backup import manifest as listed
from observations.backup.databases import Snapshot, snapshot
from observations.backup.manifest import PHOTO_LIST, PHOTOS, Manifest, Progress, photo_path, put, sync
from observations.database import Database
from observations.places import basemap
from observations.record.sweep import has_row
from observations.record.tables import Photo
from uploads.stores import PhotoMissing, PhotoStore

INSTANCE: Final = "instance"
INSTANCE_FILES: Final = ("secret", basemap.TILES, basemap.FACTS)
"""What lies in the instance folder beside the database and is not made anew at the next start."""


class DestinationTaken(Exception):
    """There is something at the place where the backup, or its beginning, would go."""


def write(
    settings: Settings, database: Database, store: PhotoStore, folder: Path, *, at: datetime, progress: Progress
) -> Manifest:
    """Copy the database as it is now, then every photo that it names, then the instance's files; returns what it holds.

    All is on disk when this returns. Until then it is in `<folder>.part`, which an error removes.
    Raises DestinationTaken, ToolFailed, StoreUnavailable and OSError.
    """
    folder = folder.expanduser().absolute()
    part = folder.with_name(f"{folder.name}.part")
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise DestinationTaken(f"{folder} is there already")
    try:
        part.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        raise DestinationTaken(f"{part} is there: a backup is running or was broken off; remove it then") from None
    try:
        manifest = _fill(part, settings, database, store, at, progress)
        part.rename(folder)
        sync(folder.parent)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return manifest


def _fill(
    part: Path, settings: Settings, database: Database, store: PhotoStore, at: datetime, progress: Progress
) -> Manifest:
    kind: Literal["sqlite", "postgresql"] = "sqlite" if database.url.get_backend_name() == "sqlite" else "postgresql"
    with snapshot(database, part) as taken:
        copied = _Photos(part, database, store)
        copied.copy(taken, progress)
        files = [taken.file, PHOTO_LIST, *_instance_files(settings, part)]
        manifest = Manifest(
            format=1,
            made_at=at,
            database=kind,
            revision=taken.revision,
            photos=copied.count,
            files={path: listed.digest_of(part / path) for path in files},
            erased=copied.erased,
            lost=copied.lost,
            covered=copied.covered,
        )
    listed.write(part, manifest)
    for path in (*(part / PHOTOS).iterdir(), part / PHOTOS, part / INSTANCE, part):
        sync(path)
    return manifest


def _instance_files(settings: Settings, part: Path) -> Iterator[str]:
    """Copies the files and gives their paths in the backup."""
    (part / INSTANCE).mkdir(mode=0o700)
    for name in INSTANCE_FILES:
        if (settings.instance / name).is_file():
            put(part / INSTANCE / name, (settings.instance / name).read_bytes())
            yield f"{INSTANCE}/{name}"


class _Photos:
    """Copies photos one at a time and keeps count."""

    def __init__(self, part: Path, database: Database, store: PhotoStore) -> None:
        self._part = part
        self._database = database
        self._store = store
        self.count = 0
        self.erased: list[str] = []
        self.lost: list[str] = []
        self.covered = 0

    def copy(self, taken: Snapshot, progress: Progress) -> None:
        """Every photo that the snapshot names, and the list with their digests."""
        (self._part / PHOTOS).mkdir(mode=0o700)
        with os.fdopen(os.open(self._part / PHOTO_LIST, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as lines:
            for name, promised, photo_id in taken.photos:
                jpeg = self._read(name, photo_id)
                if jpeg is not None:
                    lines.write(self._line(name, jpeg, promised))
                progress(1)
            lines.flush()
            os.fsync(lines.fileno())

    def _read(self, name: str, photo_id: uuid.UUID) -> bytes | None:
        """The photo, or None when it is gone: destroyed or covered since the snapshot was taken, or lost."""
        try:
            return self._store.get(name)
        except PhotoMissing:
            if has_row(self._database, name):
                self.lost.append(name)
                return None
            self.erased.append(name)
            with self._database.reading() as session:
                self.covered += session.get(Photo, photo_id) is not None
            return None

    def _line(self, name: str, jpeg: bytes, promised: str) -> str:
        digest = hashlib.sha256(jpeg).hexdigest()
        if digest != promised:
            self.lost.append(name)
        path = self._part / photo_path(name)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        put(path, jpeg)
        self.count += 1
        return f"{digest}  {photo_path(name)}\n"


def photos_to_copy(database: Database) -> int:
    """How many photos a backup would copy now. For showing progress."""
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Photo)) or 0

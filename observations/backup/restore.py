"""Fills an empty instance from a backup."""

import hashlib
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from config import Settings
from observations import journal
from observations.backup import databases, manifest
from observations.backup.manifest import PHOTO_LIST, BackupUnusable, Manifest, Progress, photo_path, put, sync
from observations.backup.write import INSTANCE
from observations.database import Database
from observations.migrations import __file__ as migrations
from observations.migrations import migrate
from observations.record.tables import Photo
from uploads.stores import PhotoMissing, PhotoStore, open_store


class InstanceNotEmpty(Exception):
    """The instance has rows or photos of its own, which a restore would mix with others or overwrite."""


def restore(settings: Settings, folder: Path, *, by: str, at: datetime, progress: Progress) -> Manifest:
    """Verify the whole backup, then put photos, the instance's files and the database in place, in that order.

    Nothing is touched when this raises BackupUnusable or InstanceNotEmpty. A restore that is broken off can be
    started again. The service must not run meanwhile. Raises ToolFailed, StoreUnavailable and OSError too.
    """
    found = manifest.verify(folder, progress)
    database = Database(settings.database_url)
    try:
        _refuse_other_kind(database, found)
        if databases.has_rows(database):
            raise InstanceNotEmpty("there are rows in the database already; restore only into an empty instance")
        store = open_store(settings.photo_store)
        _refuse_other_photos(store, folder)
        for name, digest in manifest.photos(folder):
            _put_photo(store, folder, name, digest)
        for path in found.files:
            if path.startswith(f"{INSTANCE}/"):
                _put_file(settings, folder / path)
        databases.put_back(database, folder / _database_file(found))
        _finish(database, found, by=by, at=at)
    finally:
        database.dispose()
    return found


def _refuse_other_kind(database: Database, found: Manifest) -> None:
    kind = database.url.get_backend_name()
    if kind != found.database:
        raise BackupUnusable(f"the backup is of {found.database}, OGON_DATABASE_URL names {kind}")
    try:
        ScriptDirectory(str(Path(migrations).parent)).get_revision(found.revision)
    except CommandError:
        raise BackupUnusable("the backup was made by a later version of this program") from None


def _refuse_other_photos(store: PhotoStore, folder: Path) -> None:
    """Photos of this very backup may be there, from a restore that was broken off."""
    if any(not (folder / photo_path(name)).is_file() for name, _ in store.names()):
        raise InstanceNotEmpty("there are photos in the store already; restore only into an empty instance")


def _put_photo(store: PhotoStore, folder: Path, name: str, digest: str) -> None:
    jpeg = (folder / photo_path(name)).read_bytes()
    if hashlib.sha256(jpeg).hexdigest() != digest:
        raise BackupUnusable(f"{photo_path(name)} changed while it was read")
    try:
        if store.get(name) == jpeg:
            return
        store.delete(name)
    except PhotoMissing:
        pass
    store.put(name, jpeg)


def _put_file(settings: Settings, source: Path) -> None:
    settings.instance.mkdir(parents=True, exist_ok=True)
    new = settings.instance / f"{source.name}.part"
    new.unlink(missing_ok=True)
    put(new, source.read_bytes())
    new.replace(settings.instance / source.name)
    sync(settings.instance)


def _database_file(found: Manifest) -> str:
    (path,) = (path for path in found.files if "/" not in path and path != PHOTO_LIST)
    return path


def _finish(database: Database, found: Manifest, *, by: str, at: datetime) -> None:
    """Take the newer migrations, forget the photos that were destroyed while the backup was made, and write it down."""
    migrate(database)
    with database.writing() as session:
        for name in found.erased:
            session.execute(sa.delete(Photo).where(Photo.name == name))
        journal.write(
            session,
            "instance.restored",
            subject=f"backup:{found.made_at.isoformat(timespec='seconds')}",
            by=by,
            at=at,
            after={"photos": found.photos, "lost": len(found.lost)},
        )
        session.commit()

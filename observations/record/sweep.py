"""Compares the photo store with the photos' rows, and takes away what a crash left behind."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from observations.database import Database
from observations.record.tables import Photo, Submission
from uploads.stores import PhotoMissing, PhotoStore

log = logging.getLogger(__name__)

LEFT_ALONE = timedelta(hours=1)
"""A younger file may belong to a report that is being kept right now."""
FEW = 100
"""So many files without a row may be any share of the store; more than that may be half of it at most."""
PREFIXES = tuple(f"{number:02x}" for number in range(256))
"""How names begin: one of these at a time is compared."""


class TooManyOrphans(Exception):
    """So many files have no row that the database is more likely the wrong one; nothing was removed."""


@dataclass(frozen=True)
class Compared:
    """What differs between store and rows, for the names that begin alike."""

    files: int
    young: int
    """Files without a row that are too young to be judged."""
    orphans: list[str]
    """Names of older files that no row names."""
    missing: list[str]
    """Names that rows have and the store has not."""


@dataclass(frozen=True)
class Swept:
    """What a sweep removed, and how many photos it found to be lost."""

    temporary_files: int
    orphan_files: int
    photos_lost: int


def sweep(database: Database, store: PhotoStore, *, at: datetime) -> Swept:
    """Remove temporary files and files without a row that are older than an hour; a row without its file is an alarm.

    Lists the store once and reads every photo's name once, a 256th at a time; asks once more for each file that goes.
    Raises StoreUnavailable, and TooManyOrphans instead of emptying the store when the database seems to be another's.
    """
    temporary = store.sweep_temporary(at - LEFT_ALONE)
    files, orphans, lost = 0, list[str](), 0
    for compared in compare(database, store, at=at):
        files += compared.files
        orphans += compared.orphans
        lost += len(compared.missing)
        for name in compared.missing:
            log.error("ALARM photo file %s is missing, its row is there", name)
    if orphans and (_has_no_reports(database) or len(orphans) > max(FEW, files // 2)):
        log.error("ALARM %d of %d photo files have no row: is this their database? All are kept", len(orphans), files)
        raise TooManyOrphans(f"{len(orphans)} of {files} photo files have no row; none was removed")
    removed = 0
    for name in orphans:
        if not has_row(database, name):  # one that was not as old as the store's clock said may have it by now
            store.delete(name)
            removed += 1
    return Swept(temporary, removed, lost)


def compare(database: Database, store: PhotoStore, *, at: datetime) -> Iterator[Compared]:
    """Store and rows side by side, a 256th of the names at a time; right also while reports come and go.

    Files are listed before rows are read: an older file whose row is not there then has none. A file that seems to be
    missing is asked for once more, and its row after that, because rows go before files.
    """
    for prefix in PREFIXES:
        files = dict(store.names(prefix))
        rows = _names(database, prefix)
        without = files.keys() - rows
        orphans = sorted(name for name in without if files[name] < at - LEFT_ALONE)
        missing = [name for name in sorted(rows - files.keys()) if is_lost(database, store, name)]
        yield Compared(len(files), len(without) - len(orphans), orphans, missing)


def is_lost(database: Database, store: PhotoStore, name: str) -> bool:
    """Whether a row names a photo that the store does not have."""
    try:
        store.get(name)
    except PhotoMissing:
        return has_row(database, name)
    return False


def has_row(database: Database, name: str) -> bool:
    """Whether a photo of that name is promised. One statement, by a unique index."""
    with database.reading() as session:
        return session.scalar(sa.select(sa.exists().where(Photo.name == name))) is True


def _names(database: Database, prefix: str) -> set[str]:
    """One statement, by a range of the unique index."""
    first, last = prefix + "0" * 30, prefix + "f" * 30
    with database.reading() as session:
        return set(session.scalars(sa.select(Photo.name).where(Photo.name.between(first, last))))


def _has_no_reports(database: Database) -> bool:
    """Whether no report was ever received here: then these files cannot be what one of them left."""
    with database.reading() as session:
        return session.scalar(sa.select(sa.exists().select_from(Submission))) is not True

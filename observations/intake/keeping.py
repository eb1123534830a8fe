"""Files, then rows, then one commit, and only then an answer: the order in which whatever comes with a photo is kept.

Whatever goes wrong on the way takes its own files with it, as long as no row can name them. A crash leaves at most a
file without a row, for the sweep to take.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import Session

import uploads
from observations.clock import Clock
from observations.database import Database
from observations.intake.refused import ReportRefused
from observations.record import counting
from observations.record import photos as photo_files
from observations.record.sweep import LEFT_ALONE
from observations.record.tables import Photo
from observations.web import Busy
from uploads import PhotoRejected, SanitisedPhoto
from uploads.stores import PhotoStore, StoreUnavailable

log = logging.getLogger(__name__)

Written = TypeVar("Written")

FILES_TO_ROWS = LEFT_ALONE / 2
"""A process that was halted for longer in between may find its files swept: it begins again."""


def cleaned(photos: Iterable[bytes]) -> list[SanitisedPhoto]:
    """Pixels only, of each photo as sent. Raises ReportRefused when one of them cannot be taken."""
    try:
        return [uploads.sanitise(photo) for photo in photos]
    except PhotoRejected as rejected:
        raise ReportRefused({"photos": rejected.reason}) from None


def keep(
    photos: Sequence[SanitisedPhoto],
    write: Callable[[Session, list[Photo]], Written],
    *,
    database: Database,
    store: PhotoStore,
    clock: Clock,
) -> Written:
    """What `write` gives, once it is committed. It gets the rows that name the files, and adds them and all others.

    Raises whatever went wrong, after taking the files away again.
    """
    kept: list[Photo] = []
    began, rows_may_be_there = clock(), False
    try:
        for position, photo in enumerate(photos):
            kept.append(photo_files.store(store, photo, position))
        with database.writing() as session:
            with counting.at_the_end(
                session
            ):  # what fails in here has failed; only the commit may leave nobody knowing
                written = write(session, kept)
            if kept and clock() - began > FILES_TO_ROWS:
                raise Busy
            rows_may_be_there = True
            session.commit()
    except BaseException as error:
        # Where nobody can say whether the commit went through, the files stay: if the rows are there they need them,
        # and if not, the sweep takes them.
        if not rows_may_be_there or _has_failed(error):
            _destroy(store, kept)
        raise
    return written


def _has_failed(error: BaseException) -> bool:
    """Whether a commit that ended in this has certainly left no row.

    Not if the connection broke; nor if SQLite could not bring its log to disk, because the rows are in the log then,
    and whoever reads that after a crash takes them for committed.
    """
    if not isinstance(error, DBAPIError) or error.connection_invalidated:
        return False
    code: int | None = getattr(error.orig, "sqlite_errorcode", None)
    return code is None or code & 0xFF != sqlite3.SQLITE_IOERR


def _destroy(store: PhotoStore, kept: list[Photo]) -> None:
    for photo in kept:
        try:
            store.delete(photo.name)
        except StoreUnavailable:
            log.warning("a photo without a row is left for the sweep")


@contextmanager
def busy_when_away() -> Iterator[None]:
    """Turns a locked or full database, a store that is away and a queue for decoding into web.Busy."""
    try:
        yield
    except (OperationalError, NoConnectionFree, StoreUnavailable, uploads.Busy) as error:
        log.warning("a report could not be kept: %s", type(error).__name__)
        raise Busy from error

"""What `serve` does beside answering: the sweep, and what became due with photos."""

import logging
import secrets
import threading
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from observations import jobs
from observations.record import photos, redaction, screening
from observations.record.sweep import TooManyOrphans, sweep
from observations.web import Runtime
from uploads.stores import StoreUnavailable

log = logging.getLogger(__name__)

SWEEP_EVERY_S = 3600
LOOK_EVERY_S = 2
PHOTOS_AT_A_TIME = 20
JOB = "photos"
AGAIN_AFTER = timedelta(minutes=1)
LEASE = timedelta(seconds=90)
"""Taken anew for each photo, and longer than one takes; after a crash the next process waits as long."""


def start(runtime: Runtime) -> None:
    """Begin both, each in a thread that ends with the process."""
    photos_due = PhotosDue(runtime)
    for name, work, pause_s in (
        ("sweep", partial(sweep_once, runtime), SWEEP_EVERY_S),
        (JOB, photos_due, LOOK_EVERY_S),
    ):
        threading.Thread(target=_for_ever, args=(work, pause_s), name=name, daemon=True).start()


def _for_ever(work: Callable[[], object], pause_s: float) -> None:
    pause = threading.Event()
    while True:
        work()
        pause.wait(pause_s)


def sweep_once(runtime: Runtime) -> None:
    """Take away what a crash left; trouble is told in the log, and the next time tries again."""
    try:
        swept = sweep(runtime.database, runtime.store, at=runtime.clock())
    except TooManyOrphans:
        return  # the sweep has raised the alarm
    except (StoreUnavailable, SQLAlchemyError, OSError) as error:
        log.error("the photo store was not swept: %s", type(error).__name__)
        return
    if swept.temporary_files or swept.orphan_files:
        log.info("swept: %d temporary files, %d photo files without a row", swept.temporary_files, swept.orphan_files)


class PhotosDue:
    """Boxes that were ordered are burned in, condemned files destroyed, new photos looked through.

    All of it stands in the database, so whatever a crash cut off is taken up again. One process of several does it.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._holder = secrets.token_hex(16)
        self._unburned: dict[uuid.UUID, datetime] = {}
        self._unseen: dict[uuid.UUID, datetime] = {}
        """What failed, and when: it is tried again after a while. Meanwhile it stays hidden, or unscreened."""
        self._in_trouble = False

    def __call__(self) -> None:
        """What is due now, a few photos at a time; trouble is told once in the log, and the next time tries again."""
        try:
            self._do()
            self._in_trouble = False
        except Exception as error:  # whatever it is, the thread goes on: nobody else does this work
            if not self._in_trouble:
                log.error("photos that are due have to wait: %s", type(error).__name__)
            self._in_trouble = True

    def _do(self) -> None:
        """Reads first, so that a service with nothing to do writes nothing."""
        runtime, most = self._runtime, PHOTOS_AT_A_TIME
        with runtime.database.reading() as session:
            to_burn = redaction.unfinished(session, limit=most, apart_from=self._resting(self._unburned))
            resting = self._resting(self._unseen)
            unscreened = screening.unscreened(session, limit=most, apart_from=resting) if runtime.look else []
            condemned = photos.any_condemned(session)
        if not (to_burn or unscreened or condemned):
            return
        work: list[Callable[[], object]] = [partial(self._burn, photo_id) for photo_id in to_burn]
        if condemned:
            work.append(partial(photos.destroy_condemned, runtime.database, runtime.store))
        work += [partial(self._look, photo_id) for photo_id in unscreened]
        for do in work:
            if not jobs.lease(runtime.database, JOB, self._holder, at=runtime.clock(), for_=LEASE):
                return
            do()

    def _burn(self, photo_id: uuid.UUID) -> None:
        runtime = self._runtime
        came = redaction.attempt(runtime.database, runtime.store, photo_id, at=runtime.clock())
        if came is not redaction.Outcome.DONE:
            self._unburned[photo_id] = runtime.clock()

    def _look(self, photo_id: uuid.UUID) -> None:
        runtime = self._runtime
        assert runtime.look is not None
        if not screening.screen(runtime.database, runtime.store, photo_id, runtime.look, at=runtime.clock()):
            self._unseen[photo_id] = runtime.clock()

    def _resting(self, failed: dict[uuid.UUID, datetime]) -> list[uuid.UUID]:
        """What failed a short while ago; the rest is forgotten, so that it is tried again."""
        now = self._runtime.clock()
        for photo_id in [each for each, at in failed.items() if now - at >= AGAIN_AFTER]:
            del failed[photo_id]
        return list(failed)

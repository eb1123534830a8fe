"""THE gate: the one way in which a report becomes an observation.

What is answered is kept, once and whole. So files come before rows, rows come in one transaction, and the answer comes
after the commit; whatever goes wrong on the way takes its own files with it, as long as no row can name them. A crash
leaves at most a file without a row, for the sweep to take.
"""

import logging
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import Session

import uploads
from observations import journal
from observations.access import Actor
from observations.clock import Clock
from observations.clock import now as real_now
from observations.database import Database
from observations.intake import queries
from observations.intake.draft import Draft, Receipt
from observations.intake.identity import digest as digest_of
from observations.intake.placing import place
from observations.intake.refused import Conflict, ReportRefused, TooManyReports
from observations.intake.validation import validated
from observations.record import photos as photo_files
from observations.record.actions import set_time
from observations.record.sweep import LEFT_ALONE
from observations.record.tables import Observation, Photo, Submission
from observations.record.workflow import Review
from observations.web import Busy
from uploads import DecodeSlots, PhotoRejected, SanitisedPhoto
from uploads.stores import PhotoStore, StoreUnavailable

log = logging.getLogger(__name__)

FILES_TO_ROWS = LEFT_ALONE / 2
"""A process that was halted for longer in between may find its files swept: it begins again."""


@dataclass(frozen=True)
class Gate:
    """What the gate stands on; the same for every report that one process receives."""

    database: Database
    store: PhotoStore
    slots: DecodeSlots
    secret: bytes = field(repr=False)
    reports_per_hour: int
    clock: Clock = real_now
    """The one that files are dated by."""


def receive(draft: Draft, gate: Gate, *, actor: Actor, now: datetime) -> Receipt:
    """Keep the report and say so; a report that was kept before is answered in the same way, with `created` False.

    Owns its transactions: the caller holds none open. About seven statements and one commit.
    Raises ReportRefused, Conflict (the id belongs to another report), TooManyReports, and web.Busy when the database or
    the photo store is away, full or locked: nothing was kept then, and sending the same again is right.
    """
    checked = validated(draft, now=now)
    digest = digest_of(draft, gate.secret)
    with _busy_when_away():
        with gate.database.reading() as session:
            if known := queries.earlier(session, draft.id, digest):
                return known
            _refuse_too_many(session, actor, gate.reports_per_hour, now)
            observation = _observation(session, checked, now)
        if draft.photos:
            with gate.slots.held(draft.photos):
                if known := _kept_meanwhile(gate.database, draft, digest):
                    return known
                cleaned = _cleaned(draft.photos)
            if known := _kept_meanwhile(gate.database, draft, digest):
                return known
        else:
            cleaned = []
        try:
            return _keep(observation, cleaned, gate, actor=actor, digest=digest, now=now)
        except IntegrityError:  # the same report came twice at once, and the other one was faster
            if known := _kept_meanwhile(gate.database, draft, digest):
                return known
            _refuse_taken(gate.database, draft.id)
            raise Busy from None


def _observation(session: Session, checked: Draft, now: datetime) -> Observation:
    """The row to be, outside any session: places are looked up here, so that the write lock is held for less."""
    assert checked.observed_at is not None
    observation = Observation(
        id=checked.id,
        category=checked.category,
        received_at=now,
        note=checked.note,
        urgent=checked.urgent,
        review=Review.RECEIVED,
    )
    set_time(observation, checked.observed_at, checked.time_source)
    place(session, observation, checked)
    return observation


def _cleaned(photos: tuple[bytes, ...]) -> list[SanitisedPhoto]:
    try:
        return [uploads.sanitise(photo) for photo in photos]
    except PhotoRejected as rejected:
        raise ReportRefused({"photos": rejected.reason}) from None


def _refuse_too_many(session: Session, actor: Actor, reports_per_hour: int, now: datetime) -> None:
    wait_s = queries.seconds_until_free(session, actor.device_id, reports_per_hour=reports_per_hour, at=now)
    if wait_s:
        raise TooManyReports(wait_s)


def _kept_meanwhile(database: Database, draft: Draft, digest: str) -> Receipt | None:
    with database.reading() as session:
        return queries.earlier(session, draft.id, digest)


def _refuse_taken(database: Database, report_id: uuid.UUID) -> None:
    """An observation that no report became, as simulated ones, has the id for good: sending again would never help."""
    with database.reading() as session:
        if session.scalar(sa.select(sa.exists().where(Observation.id == report_id))):
            raise Conflict


def _keep(
    observation: Observation,
    cleaned: list[SanitisedPhoto],
    gate: Gate,
    *,
    actor: Actor,
    digest: str,
    now: datetime,
) -> Receipt:
    """Files, then rows, then the commit. Raises whatever went wrong, after taking the files away again."""
    kept: list[Photo] = []
    began, rows_may_be_there = gate.clock(), False
    try:
        for position, photo in enumerate(cleaned):
            kept.append(photo_files.store(gate.store, photo, position))
        with gate.database.writing() as session:
            observation.photos = kept
            _write(session, observation, actor=actor, digest=digest, now=now)
            session.flush()  # what fails here has failed; only the commit may leave nobody knowing
            if kept and gate.clock() - began > FILES_TO_ROWS:
                raise Busy
            rows_may_be_there = True
            session.commit()
    except BaseException as error:
        # Where nobody can say whether the commit went through, the files stay: if the rows are there they need them,
        # and if not, the sweep takes them.
        if not rows_may_be_there or _has_failed(error):
            _destroy(gate.store, kept)
        raise
    return queries.receipt_of(observation, created=True)


def _has_failed(error: BaseException) -> bool:
    """Whether a commit that ended in this has certainly left no row.

    Not if the connection broke; nor if SQLite could not bring its log to disk, because the rows are in the log then,
    and whoever reads that after a crash takes them for committed.
    """
    if not isinstance(error, DBAPIError) or error.connection_invalidated:
        return False
    code: int | None = getattr(error.orig, "sqlite_errorcode", None)
    return code is None or code & 0xFF != sqlite3.SQLITE_IOERR


def _write(session: Session, observation: Observation, *, actor: Actor, digest: str, now: datetime) -> None:
    session.add(observation)
    session.flush()  # gives the number
    session.add(
        Submission(
            id=observation.id, digest=digest, device_id=actor.device_id, received_at=now, number=observation.number
        )
    )
    journal.write(
        session,
        queries.RECEIVED,
        subject=observation.subject,
        by=actor.pseudonym,
        at=now,
        after={"category": observation.category.value, **queries.told(observation)},
    )


def _destroy(store: PhotoStore, kept: list[Photo]) -> None:
    for photo in kept:
        try:
            store.delete(photo.name)
        except StoreUnavailable:
            log.warning("a photo without a row is left for the sweep")


@contextmanager
def _busy_when_away() -> Iterator[None]:
    """Turns a locked or full database, a store that is away and a queue for decoding into web.Busy."""
    try:
        yield
    except (OperationalError, NoConnectionFree, StoreUnavailable, uploads.Busy) as error:
        log.warning("a report could not be kept: %s", type(error).__name__)
        raise Busy from error

"""THE gate: the one way in which a report becomes an observation.

What is answered is kept, once and whole: keeping.py has the order in which that happens.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from observations import journal
from observations.access import Actor
from observations.clock import Clock
from observations.clock import now as real_now
from observations.database import Database
from observations.intake import keeping, queries
from observations.intake.draft import Draft, Receipt
from observations.intake.identity import digest as digest_of
from observations.intake.placing import place
from observations.intake.refused import Conflict, TooManyReports
from observations.intake.validation import validated
from observations.record.actions import set_time
from observations.record.tables import Observation, Photo, Submission
from observations.record.workflow import Review
from observations.web import Busy
from uploads import DecodeSlots, SanitisedPhoto
from uploads.stores import PhotoStore


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
    with keeping.busy_when_away():
        with gate.database.reading() as session:
            if known := queries.earlier(session, draft.id, digest):
                return known
            refuse_too_many(session, actor, gate.reports_per_hour, now)
            observation = _observation(session, checked, now)
        if draft.photos:
            with gate.slots.held(draft.photos):
                if known := _kept_meanwhile(gate.database, draft, digest):
                    return known
                cleaned = keeping.cleaned(draft.photos)
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


def refuse_too_many(session: Session, actor: Actor, reports_per_hour: int, now: datetime) -> None:
    """Raise TooManyReports when the device has sent as many as it may in an hour. One statement."""
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

    def write(session: Session, photos: list[Photo]) -> None:
        observation.photos = photos
        _write(session, observation, actor=actor, digest=digest, now=now)

    keeping.keep(cleaned, write, database=gate.database, store=gate.store, clock=gate.clock)
    return queries.receipt_of(observation, created=True)


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

"""Disposal of what was reported: the link to the reporter first, then photos, then whole observations."""

import calendar
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from observations import jobs
from observations.database import Database
from observations.journal import Event
from observations.record import counting, photos
from observations.record.tables import Followup, Observation, Photo, Round, Sighting, Submission
from uploads.stores import PhotoStore

DEVICE = "device:"
CUT = "device:cut"
"""What stands in the journal in the place of a device, once its link is cut."""


def months_before(at: datetime, months: int) -> datetime:
    """The same day of the month so many months earlier, or that month's last day."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, calendar.monthrange(year, month + 1)[1]))


def cut_links(database: Database, *, before: datetime) -> int:
    """Forget which device sent, saw or walked what came before that moment; says how many rows there were.

    The ids stay, so that a late repetition is still known.
    """
    linked, followed = (
        sa.or_(table.device_id.is_not(None), table.digest.is_not(None)) for table in (Submission, Followup)
    )
    nobody: dict[str, None] = {"device_id": None}
    cut = 0
    for table, at, is_linked, values in (
        (Submission, Submission.received_at, linked, nobody | {"digest": None}),
        (Followup, Followup.received_at, followed, nobody | {"digest": None}),
        (Sighting, Sighting.seen_at, Sighting.device_id.is_not(None), nobody),
        (Round, Round.started_at, Round.device_id.is_not(None), nobody),
    ):
        for ids in jobs.steps(database, table.id, at < before, is_linked):
            with database.writing() as session:
                session.execute(sa.update(table).where(table.id.in_(ids)).values(values))
                session.commit()
            cut += len(ids)
    return cut


def dispose_rounds(database: Database, *, before: datetime) -> int:
    """Delete the rounds that began before that moment; says how many there were."""
    disposed = 0
    for ids in jobs.steps(database, Round.id, Round.started_at < before):
        with database.writing() as session:
            session.execute(sa.delete(Round).where(Round.id.in_(ids)))
            session.commit()
        disposed += len(ids)
    return disposed


def cut_pseudonyms(database: Database, *, before: datetime) -> int:
    """Take the devices out of the events written before that moment; says how many events there were.

    What happened, when, and to what stays. This is the only change that is ever made to an event
    (docs/decisions/0010-events-forget-devices.md).
    """
    names_device = sa.or_(
        sa.and_(Event.by.startswith(DEVICE), Event.by != CUT),
        sa.and_(Event.subject.startswith(DEVICE), Event.subject != CUT),
    )
    cut = 0
    for ids in jobs.steps(database, Event.id, Event.at < before, names_device):
        with database.writing() as session:
            for event in session.scalars(sa.select(Event).where(Event.id.in_(ids))):
                event.by, event.subject = _cut(event.by), _cut(event.subject)
                event.before, event.after = _without_device(event.before), _without_device(event.after)
            session.commit()
        cut += len(ids)
    return cut


def dispose_photos(database: Database, store: PhotoStore, *, before: datetime, at: datetime) -> int:
    """Destroy the photos of observations received before that moment; says how many there were."""
    old = Photo.observation_number.in_(sa.select(Observation.number).where(Observation.received_at < before))
    disposed = 0
    for ids in jobs.steps(database, Photo.id, old):
        with database.writing() as session:
            disposed += _delete_photos(session, Photo.id.in_(ids), at)
            session.commit()
        photos.destroy_condemned(database, store)
    return disposed


def dispose_observations(database: Database, store: PhotoStore, *, before: datetime, at: datetime) -> int:
    """Delete the observations received before that moment, with their photos; says how many there were.

    The report's id and number stay, and the events, which hold no place and no text.
    """
    disposed = 0
    for numbers in jobs.steps(database, Observation.number, Observation.received_at < before):
        with database.writing() as session:
            _delete_photos(session, Photo.observation_number.in_(numbers), at)
            counting.count(session, [(each, -1) for each in counting.locked(session, numbers)])
            session.execute(sa.delete(Observation).where(Observation.number.in_(numbers)))
            session.commit()
        photos.destroy_condemned(database, store)
        disposed += len(numbers)
    return disposed


def _delete_photos(session: Session, which: sa.ColumnElement[bool], at: datetime) -> int:
    """Remove rows and condemn their files; says how many."""
    names = list(session.scalars(sa.select(Photo.name).where(which)))
    photos.condemn(session, names, at=at)
    session.execute(sa.delete(Photo).where(which).execution_options(synchronize_session=False))
    return len(names)


def _cut(name: str) -> str:
    return CUT if name.startswith(DEVICE) else name


def _without_device(told: dict[str, Any] | None) -> dict[str, Any] | None:
    return told and {key: value for key, value in told.items() if key != "device"}

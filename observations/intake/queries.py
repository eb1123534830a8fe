"""Reading what was sent: under an id, by a device."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from observations import limits
from observations.intake.draft import Receipt, ReceiptPhoto
from observations.intake.refused import Conflict
from observations.journal import Event
from observations.record.tables import Followup, Observation, Sighting, Submission
from observations.record.workflow import Review

RECEIVED, KEPT = "observation.received", "kept"
"""The event with which a report begins, and where in it its photos stand: id, width, height."""


def earlier(session: Session, report_id: uuid.UUID, digest: str) -> Receipt | None:
    """The receipt of the report that was kept under this id, or None. Raises Conflict if it was another report.

    It is the receipt that was given then, whatever review or time have made of the report since. One statement when
    there is none, two when there is. A report whose link to the reporter has been cut has no digest any more; it counts
    as the same, because its id was never anybody else's.
    """
    submission = session.get(Submission, report_id)
    if submission is None:
        return None
    if submission.digest not in (digest, None):
        raise Conflict
    said = session.scalar(
        sa.select(Event.after).where(Event.subject == f"observation:{report_id}", Event.what == RECEIVED).limit(1)
    )
    if not said or len(said.get(KEPT, ())) != said.get("photos"):  # kept by a version that did not write it down
        return _as_it_is_now(session, submission)
    photos = tuple(ReceiptPhoto(uuid.UUID(photo_id), *size) for photo_id, *size in said.get(KEPT, ()))
    return Receipt(report_id, submission.number, Review(said["review"]), photos, created=False)


def told(observation: Observation) -> dict[str, Any]:
    """What the event of its receipt tells, so that the same receipt can be given again."""
    kept = [[str(photo.id), photo.width_px, photo.height_px] for photo in observation.before_photos]
    return {"review": observation.review.value, "photos": len(kept)} | ({KEPT: kept} if kept else {})


def _as_it_is_now(session: Session, submission: Submission) -> Receipt:
    """Two statements."""
    observation = session.get(Observation, submission.number, options=[selectinload(Observation.photos)])
    if observation is None:  # disposed of since; the number is all that is left
        return Receipt(submission.id, submission.number, Review.REJECTED, photos=(), created=False)
    return receipt_of(observation, created=False)


def receipt_of(observation: Observation, *, created: bool) -> Receipt:
    """What is promised to the sender of this observation."""
    photos = tuple(ReceiptPhoto(photo.id, photo.width_px, photo.height_px) for photo in observation.before_photos)
    return Receipt(observation.id, observation.number, observation.review, photos, created)


def seconds_until_free(session: Session, device_id: uuid.UUID, *, reports_per_hour: int, at: datetime) -> int:
    """0 if the device may send a report now, else how long until it may. One statement, by three indexes.

    What it has seen again (`Sighting`) and its after-photos (`Followup`) count as reports. Reports that arrive at the
    very same time are counted without each other, so a device may be ahead by a few.
    """
    since = at - limits.WINDOW
    sent = sa.union_all(
        sa.select(Submission.received_at.label("at")).where(
            Submission.device_id == device_id, Submission.received_at > since
        ),
        sa.select(Sighting.seen_at).where(Sighting.device_id == device_id, Sighting.seen_at > since),
        sa.select(Followup.received_at).where(Followup.device_id == device_id, Followup.received_at > since),
    ).subquery()
    count, oldest = session.execute(
        sa.select(sa.func.count(), sa.func.min(sent.c.at, type_=Submission.received_at.type)).select_from(sent)
    ).one()
    if count < reports_per_hour:
        return 0
    return max(1, int((oldest - since).total_seconds()) + 1)


def own(session: Session, device_id: uuid.UUID, report_id: uuid.UUID, *, to_change: bool = False) -> Observation | None:
    """The observation that this device sent under that id, with its photos' rows. Two statements at most.

    `to_change` makes others who want to change it wait until this transaction is over, as in the coordinator's queue.
    """
    query = _sent_by(device_id).where(Submission.id == report_id).options(selectinload(Observation.photos))
    return session.scalar(query.with_for_update(of=Observation) if to_change else query)


def mine(session: Session, device_id: uuid.UUID, *, at: datetime) -> list[Observation]:
    """What this device sent in the last days (limits.MINE_FOR), newest first, with photos' rows. Two statements."""
    query = (
        _sent_by(device_id)
        .where(Submission.received_at > at - limits.MINE_FOR)
        .order_by(Submission.received_at.desc(), Observation.number.desc())
        .limit(limits.MINE_ROWS)
        .options(selectinload(Observation.photos))
    )
    return list(session.scalars(query))


def _sent_by(device_id: uuid.UUID) -> sa.Select[Observation]:
    return (
        sa.select(Observation)
        .join(Submission, Submission.number == Observation.number)
        .where(Submission.device_id == device_id)
    )

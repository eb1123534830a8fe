"""The after-photo: what a place looks like once it is cleaned up, beside the photo that its report came with.

It is a row among the observation's photos, kept in the same order as a report (keeping.py) and known again by the id
that the phone gave it (docs/decisions/0021-an-after-photo-is-a-photo.md).
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from observations import limits
from observations.access import Actor, Role
from observations.database import Database
from observations.intake import actions, keeping, same
from observations.intake.draft import AfterDraft, AfterReceipt, ReceiptPhoto
from observations.intake.identity import after_digest
from observations.intake.receive import Gate, refuse_too_many
from observations.intake.refused import Conflict, NotOpen, Refusal, ReportRefused, Why
from observations.intake.validation import NOBODYS, time_fault
from observations.record.tables import Followup, Observation, Photo, PhotoKind, Submission
from observations.web import Busy


@dataclass(frozen=True)
class Followed:
    """An observation that somebody may add an after-photo to, and what they may see of it."""

    observation: Observation
    is_own: bool
    """Sent from this very device, and the link to it is not cut."""
    before: Photo | None
    """The photo to find the same view by, if there is one that may be shown."""

    @property
    def is_full(self) -> bool:
        """Whether it has as many after-photos as it may have."""
        return _is_full(self.observation)


class _Overtaken(Exception):
    """The same after-photo came twice at once, and the other one was faster."""


def find(session: Session, observation_id: uuid.UUID, actor: Actor, *, to_change: bool = False) -> Followed | None:
    """The observation, if this actor may add to it. Three statements at most.

    Coordinators may add to all whose content is not destroyed, reporters to their own, and to accepted ones whose photo
    they are shown anyway when they report the same thing (`same.photo_to_show`). `to_change` makes others who want to
    change it wait until this transaction is over.
    """
    query = sa.select(Observation).where(Observation.id == observation_id, Observation.review.in_(same.REVIEWS))
    query = query.options(selectinload(Observation.photos))
    observation = session.scalar(query.with_for_update(of=Observation) if to_change else query)
    if observation is None:
        return None
    submission = session.get(Submission, observation.id)
    is_own = submission is not None and submission.device_id == actor.device_id
    before = _before(observation, actor, is_own=is_own)
    may = actor.role is Role.COORDINATOR or is_own or before is not None
    return Followed(observation, is_own, before) if may else None


def can_follow_up(observation: Observation) -> bool:
    """Whether the one who sent it may add an after-photo now."""
    return observation.review in same.REVIEWS and not _is_full(observation)


def receive(draft: AfterDraft, gate: Gate, *, actor: Actor, now: datetime) -> AfterReceipt:
    """Keep the after-photo and say so; one that was kept before is answered in the same way, with `created` False.

    Owns its transactions: the caller holds none open. Raises NotOpen, ReportRefused, Conflict (the id belongs to
    another after-photo), TooManyReports, and web.Busy when nothing could be kept and sending the same again is right.
    """
    if draft.id.int in NOBODYS:
        raise ReportRefused({"id": Refusal.ID_INVALID})
    digest = after_digest(draft, gate.secret)
    with keeping.busy_when_away():
        with gate.database.reading() as session:
            if known := _earlier(session, draft, digest):
                return known
            refuse_too_many(session, actor, gate.reports_per_hour, now)
            _checked(find(session, draft.observation_id, actor), draft, now)
        with gate.slots.held((draft.photo,)):
            if known := _kept_meanwhile(gate.database, draft, digest):
                return known
            cleaned = keeping.cleaned((draft.photo,))
        try:
            return keeping.keep(
                cleaned,
                lambda session, kept: _write(session, kept[0], draft, actor=actor, digest=digest, now=now),
                database=gate.database,
                store=gate.store,
                clock=gate.clock,
            )
        except (IntegrityError, _Overtaken):
            if known := _kept_meanwhile(gate.database, draft, digest):
                return known
            raise Busy from None


def _is_full(observation: Observation) -> bool:
    return len(observation.after_photos) >= limits.AFTER_PHOTOS


def _before(observation: Observation, actor: Actor, *, is_own: bool) -> Photo | None:
    """One that nothing has looked through is shown to coordinators alone: not even to the one who sent it."""
    photos = observation.before_photos
    if actor.role is Role.COORDINATOR:
        return next((photo for photo in photos if not photo.to_burn), None)
    if is_own:
        return next((photo for photo in photos if photo.is_looked_over), None)
    return same.photo_to_show(observation)


def _earlier(session: Session, draft: AfterDraft, digest: str) -> AfterReceipt | None:
    """What was answered when this was kept, whatever has become of it since. One statement. Raises Conflict."""
    followup = session.get(Followup, draft.id)
    if followup is None:
        return None
    if followup.digest not in (digest, None):  # None: the link is cut, and nobody else's was this id
        raise Conflict
    photo = ReceiptPhoto(followup.photo_id, followup.width_px, followup.height_px)
    return AfterReceipt(followup.id, followup.number, photo, created=False)


def _kept_meanwhile(database: Database, draft: AfterDraft, digest: str) -> AfterReceipt | None:
    with database.reading() as session:
        return _earlier(session, draft, digest)


def _checked(followed: Followed | None, draft: AfterDraft, now: datetime) -> Observation:
    """The observation that takes the photo. Raises NotOpen and ReportRefused."""
    if followed is None:
        raise NotOpen
    wrong: dict[str, Why] = {}
    taken_at, observed_at = draft.taken_at or now, followed.observation.observed_at
    if fault := time_fault(taken_at, now):
        wrong["taken_at"] = fault
    elif taken_at < observed_at - limits.AFTER_BEFORE:
        wrong["taken_at"] = Refusal.TIME_BEFORE_REPORT
    if followed.is_full:
        wrong["photos"] = Refusal.NO_MORE_AFTER_PHOTOS
    if wrong:
        raise ReportRefused(wrong)
    return followed.observation


def _write(
    session: Session, photo: Photo, draft: AfterDraft, *, actor: Actor, digest: str, now: datetime
) -> AfterReceipt:
    """The rows, after a second look: it may have been rejected, or got its last photo, while this one was cleaned."""
    followed = find(session, draft.observation_id, actor, to_change=True)
    if session.get(Followup, draft.id) is not None:
        raise _Overtaken
    observation = _checked(followed, draft, now)
    photo.kind, photo.taken_at = PhotoKind.AFTER, draft.taken_at or now
    photo.position = 1 + max((each.position for each in observation.photos), default=-1)
    observation.photos.append(photo)
    session.flush()  # gives the photo its id
    size = {"width_px": photo.width_px, "height_px": photo.height_px}
    session.add(
        Followup(
            id=draft.id,
            digest=digest,
            device_id=actor.device_id,
            received_at=now,
            number=observation.number,
            photo_id=photo.id,
            **size,
        )
    )
    actions.follow_up(session, observation, photo, by=actor.pseudonym, at=now)
    return AfterReceipt(draft.id, observation.number, ReceiptPhoto(photo.id, **size), created=True)

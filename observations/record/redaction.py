"""Boxes on a photo: suggested by a recognizer, drawn by a person, and burned in.

From the moment at which boxes are ordered, in one commit with the event, nobody is shown the photo until it has them.
The picture with the boxes gets a new name and is durable before the row names it; the old file is condemned in that
same commit. So a crash leaves the old picture hidden or the new one shown, and whoever comes next finishes the work.
"""

import logging
import math
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

import sqlalchemy as sa
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Session

from observations import journal
from observations.database import Database
from observations.record import photos
from observations.record.tables import Photo
from uploads import Box, PhotoRejected, SanitisedPhoto, burn
from uploads.recognizers import Kind, Suggestion
from uploads.stores import PhotoMissing, PhotoStore, StoreUnavailable

log = logging.getLogger(__name__)

ANSWERED_BY = 0.8
"""A suggestion is answered by a box that lies on so much of it."""
STEPS = 10_000
"""What a box is written down in: a fifth of a pixel of the largest photo."""


class PhotoGone(Exception):
    """The photo was destroyed while somebody was about to cover a part of it."""


class Outcome(Enum):
    """What came of carrying an order out."""

    DONE = auto()
    LATER = auto()
    """The store is away: the photo stays hidden, and the next one who tries goes on from there."""
    UNREADABLE = auto()
    """Its file is lost or damaged, or the order spoilt: the photo stays hidden for good. An alarm in the log."""


class SuggestionUnknown(Exception):
    """Nobody suggests that box any more: it has been answered."""


def corners(box: Box) -> list[float]:
    """Left, top, right, bottom, as they are written down: rounded outwards, so that no box is without an area."""
    left, right = _steps(box.left, box.right)
    top, bottom = _steps(box.top, box.bottom)
    return [left / STEPS, top / STEPS, right / STEPS, bottom / STEPS]


def _steps(start: float, end: float) -> tuple[int, int]:
    first = min(math.floor(round(start * STEPS, 6)), STEPS - 1)
    return first, max(math.ceil(round(end * STEPS, 6)), first + 1)


def suggestions(photo: Photo) -> list[Suggestion]:
    """What waits for an answer, in the order in which it was found; also of a recognizer that is not here any more."""
    return [
        Suggestion(Kind(each["kind"]) if each["kind"] in set(Kind) else Kind.OTHER, Box(*each["box"]))
        for each in photo.suggestions or ()
    ]


def suggest(photo: Photo, found: Iterable[Suggestion]) -> None:
    """Let these wait for an answer, in the place of any others."""
    photo.suggestions = [{"kind": each.kind.value, "box": corners(each.box)} for each in found] or None


def order(session: Session, photo: Photo, boxes: Sequence[Box], *, by: str, at: datetime) -> None:
    """Have the boxes burned in. From the commit on the photo is shown to nobody; then `carry_out` does it.

    Suggestions that a box lies on are answered by it. Others who change the photo wait until this is committed.
    Raises PhotoGone.
    """
    _lock(session, photo)
    photo.ordered_at = photo.ordered_at or at
    photo.to_burn = [*(photo.to_burn or ()), *map(corners, boxes)]
    open_ = [each for each in suggestions(photo) if not any(_answers(box, each) for box in boxes)]
    suggest(photo, open_)
    told = {"photo": str(photo.id), "boxes": [corners(box) for box in boxes]}
    journal.write(session, "photo.redacted", subject=photo.observation.subject, by=by, at=at, after=told)


def skip(session: Session, photo: Photo, box: Box, *, by: str, at: datetime) -> None:
    """Answer a suggestion with no: there is nothing personal there. Raises SuggestionUnknown and PhotoGone."""
    _lock(session, photo)
    open_ = suggestions(photo)
    left = [each for each in open_ if corners(each.box) != corners(box)]
    if len(left) == len(open_):
        raise SuggestionUnknown
    suggest(photo, left)
    told = {"photo": str(photo.id), "box": corners(box)}
    journal.write(session, "photo.suggestion_skipped", subject=photo.observation.subject, by=by, at=at, after=told)


def attempt(database: Database, store: PhotoStore, photo_id: uuid.UUID, *, at: datetime) -> Outcome:
    """As `carry_out`, with whatever keeps it from being done told in the log."""
    try:
        carry_out(database, store, photo_id, at=at)
    except StoreUnavailable as error:
        log.error("boxes are left to the background: %s", error)
        return Outcome.LATER
    except (PhotoMissing, PhotoRejected, ValueError) as error:
        log.error("ALARM photo %s: its boxes are not burned in: %s", photo_id, type(error).__name__)
        return Outcome.UNREADABLE
    return Outcome.DONE


def carry_out(database: Database, store: PhotoStore, photo_id: uuid.UUID, *, at: datetime) -> None:
    """Burn in what is ordered for the photo, under a new name, and destroy the old file. Nothing, if nothing is.

    Holds no lock while it burns, about 0.1 CPU-seconds; if more was ordered meanwhile it begins again.
    Raises PhotoMissing and PhotoRejected for a file that is lost or damaged, StoreUnavailable, and ValueError for an
    order that is none. A file that cannot be destroyed now is left to the list of the condemned, or to the sweep.
    """
    while ordered := _ordered(database, photo_id):
        try:
            jpeg = store.get(ordered.name)
        except PhotoMissing:
            if _ordered(database, photo_id) == ordered:
                raise
            continue  # somebody else was faster
        burned = burn(jpeg, [Box(*edges) for edges in ordered.boxes])
        name = photos.keep(store, burned)
        shown = _shown(database, store, photo_id, ordered, name, burned, at)
        try:
            if shown:
                photos.destroy_condemned(database, store)
            else:
                store.delete(name)
        except StoreUnavailable as error:
            log.error("a file waits to be destroyed: %s", error)


def unfinished(session: Session, *, limit: int, apart_from: Collection[uuid.UUID] = ()) -> list[uuid.UUID]:
    """Photos that boxes are ordered for. One statement, by an index of just those."""
    ordered = sa.select(Photo.id).where(Photo.to_burn.is_not(None), Photo.id.not_in(apart_from))
    return list(session.scalars(ordered.order_by(Photo.id).limit(limit)))


@dataclass(frozen=True)
class _Ordered:
    name: str
    boxes: list[list[float]]


def _ordered(database: Database, photo_id: uuid.UUID) -> _Ordered | None:
    with database.reading() as session:
        photo = session.get(Photo, photo_id)
        return _Ordered(photo.name, photo.to_burn) if photo and photo.to_burn else None


def _shown(
    database: Database,
    store: PhotoStore,
    photo_id: uuid.UUID,
    ordered: _Ordered,
    name: str,
    burned: SanitisedPhoto,
    at: datetime,
) -> bool:
    """Whether the row now names the new picture; not if it, or what is ordered for it, has changed meanwhile.

    Nor if the new file is gone: a process that was halted for an hour may wake up after the sweep has been there.
    """
    with database.writing() as session:
        photo = session.get(Photo, photo_id, with_for_update=True)
        if photo is None or _Ordered(photo.name, photo.to_burn or []) != ordered or not _is_there(store, name):
            return False
        photos.condemn(session, [photo.name], at=at)
        photos.show(photo, name, burned)
        photo.to_burn = photo.ordered_at = None
        session.commit()
        return True


def _is_there(store: PhotoStore, name: str) -> bool:
    try:
        store.get(name)
    except PhotoMissing:
        return False
    return True


def _lock(session: Session, photo: Photo) -> None:
    """Read the row anew and hold it: what two people order at once must not overwrite each other. Raises PhotoGone."""
    session.flush()
    try:
        session.refresh(photo, ["to_burn", "ordered_at", "suggestions"], with_for_update=True)
    except InvalidRequestError:
        raise PhotoGone from None


def _answers(box: Box, suggestion: Suggestion) -> bool:
    return suggestion.box.share_within(box) >= ANSWERED_BY

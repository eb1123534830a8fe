"""The service's audit of itself: photos whole and clean, no file without its row, no text with what it may not hold.

What it found last is an event, by number and kind, so that the coordinator sees it without a shell.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from observations import jobs, journal, privacy
from observations.database import Database
from observations.record import sweep
from observations.record.tables import Condemned, Observation, Photo
from observations.record.workflow import Review
from uploads import limits
from uploads.proof import NotClean, proven
from uploads.stores import NameInvalid, PhotoMissing, PhotoStore

DONE_WITHIN = timedelta(hours=1)
"""What was ordered is done within this, or it is a fault."""


class Fault(StrEnum):
    """What can be wrong, in the words of the report."""

    FILE_MISSING = "the file is missing"
    SIZE = "the file has another length than its row"
    CONTENT = "the file has another SHA-256 than its row"
    NOT_CLEAN = "the file holds more than a picture"
    DIMENSIONS = "the picture is too large, or not as large as its row says"
    NO_ROW = "no row names this file"
    NOT_DESTROYED = "the file was to be destroyed over an hour ago"
    NOT_BURNED = "its boxes were to be burned in over an hour ago"
    STRANGE = "the service did not put this file there"
    PERSONNUMMER = "a personal identity number is in the text"
    REJECTED_KEPT = "a rejected report still has text, place or photos"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, by the id of what it is in, never by its content."""

    subject: str
    fault: Fault


@dataclass
class Tally:
    """What was looked at, and how much of it is not as it should be."""

    photos: int = 0
    unscreened: int = 0
    """Photos that nothing has looked through for faces yet: only the coordinator opens them."""
    hidden: int = 0
    """Photos with boxes that are not burned in yet: nobody opens them."""
    files: int = 0
    young_files: int = 0
    """Files without a row that are under an hour old: perhaps of a report that is being kept right now."""
    texts: int = 0
    questions: Counter[privacy.Kind] = field(default_factory=Counter)
    """What may be personal in texts and is a question to a person, not a fault."""
    faults: Counter[Fault] = field(default_factory=Counter)

    @property
    def findings(self) -> int:
        """How much is wrong altogether."""
        return self.faults.total()


Found = Callable[[Finding], None]
Progress = Callable[[int], None]
"""Called with the number of rows that were looked at since the last call."""


def audit(database: Database, store: PhotoStore, *, at: datetime, found: Found, progress: Progress) -> Tally:
    """Look at everything once and hand each finding to `found`; memory is bounded whatever the number of rows.

    Reads every photo, about 2 ms each, and every text, about half a millisecond each. Raises StoreUnavailable.
    """
    tally = Tally()
    for finding in _findings(database, store, at, tally, progress):
        tally.faults[finding.fault] += 1
        found(finding)
    return tally


def note(database: Database, tally: Tally, *, by: str, at: datetime) -> None:
    """Write down that an audit was made and what came of it, in numbers."""
    after = {
        "photos": tally.photos,
        "unscreened": tally.unscreened,
        "hidden": tally.hidden,
        "files": tally.files,
        "texts": tally.texts,
        "questions": tally.questions.total(),
        "faults": {fault.name: count for fault, count in sorted(tally.faults.items())},
    }
    with database.writing() as session:
        journal.write(session, journal.AUDIT, subject=journal.AUDIT_SUBJECT, by=by, at=at, after=after)
        session.commit()


def rows(database: Database) -> int:
    """How many rows an audit looks at. Two statements."""
    with database.reading() as session:
        texts = session.scalar(sa.select(sa.func.count()).select_from(Observation)) or 0
        return texts + (session.scalar(sa.select(sa.func.count()).select_from(Photo)) or 0)


def _findings(
    database: Database, store: PhotoStore, at: datetime, tally: Tally, progress: Progress
) -> Iterator[Finding]:
    for ids in jobs.steps(database, Photo.id):
        with database.reading() as session:
            photos = session.scalars(sa.select(Photo).where(Photo.id.in_(ids)).order_by(Photo.id)).all()
        for photo in photos:
            tally.photos += 1
            tally.unscreened += photo.screened_at is None
            tally.hidden += photo.to_burn is not None
            if photo.ordered_at is not None and photo.ordered_at < at - DONE_WITHIN:
                yield Finding(f"photo:{photo.id}", Fault.NOT_BURNED)
            yield from (Finding(f"photo:{photo.id}", fault) for fault in _photo_faults(database, store, photo))
            progress(1)
    for compared in sweep.compare(database, store, at=at):
        tally.files += compared.files
        tally.young_files += compared.young
        yield from (Finding(f"file:{name}", Fault.NO_ROW) for name in compared.orphans)
    yield from (Finding(f"file:{name}", Fault.STRANGE) for name in store.strangers(at - DONE_WITHIN))
    for names in jobs.steps(database, Condemned.name, Condemned.at < at - DONE_WITHIN):
        yield from (Finding(f"file:{name}", Fault.NOT_DESTROYED) for name in names)
    for numbers in jobs.steps(database, Observation.number):
        with database.reading() as session:
            yield from _text_findings(session, numbers, tally)
        progress(len(numbers))


def _photo_faults(database: Database, store: PhotoStore, photo: Photo) -> Iterator[Fault]:
    try:
        jpeg = store.get(photo.name)
    except NameInvalid:
        yield Fault.FILE_MISSING
        return
    except PhotoMissing:
        if sweep.has_row(database, photo.name):  # else it was destroyed meanwhile, as rows go before files
            yield Fault.FILE_MISSING
        return
    if len(jpeg) != photo.size_bytes:
        yield Fault.SIZE
    if hashlib.sha256(jpeg).hexdigest() != photo.sha256:
        yield Fault.CONTENT
    try:
        size = proven(jpeg)
    except NotClean:
        yield Fault.NOT_CLEAN
    else:
        if max(size) > limits.LONG_SIDE_PX or size != (photo.width_px, photo.height_px):
            yield Fault.DIMENSIONS


def _text_findings(session: Session, numbers: list[int], tally: Tally) -> Iterator[Finding]:
    """One statement."""
    has_photo = sa.exists().where(Photo.observation_number == Observation.number).label("has_photo")
    place = (Observation.latitude, Observation.longitude, Observation.accuracy_m, Observation.cell, Observation.area_id)
    has_place = sa.or_(*(column.is_not(None) for column in place)).label("has_place")
    kept = (Observation.id, Observation.review, Observation.address, Observation.note, has_place, has_photo)
    for row in session.execute(sa.select(*kept).where(Observation.number.in_(numbers)).order_by(Observation.number)):
        subject = f"observation:{row.id}"
        if row.review is Review.REJECTED and (row.address or row.note or row.has_place or row.has_photo):
            yield Finding(subject, Fault.REJECTED_KEPT)
        seen = [finding for text in (row.address, row.note) for finding in privacy.screen(text)]
        tally.texts += bool(row.address) + bool(row.note)
        tally.questions.update(finding.kind for finding in seen if not finding.refused)
        if any(finding.refused for finding in seen):
            yield Finding(subject, Fault.PERSONNUMMER)

"""Sets what phones were promised against what the service has, read behind its back: the rows and the files."""

import hashlib
import uuid
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

import uploads
from observations.database import Database
from observations.record.tables import Observation, Photo, Submission
from tests.faults.phones import Outbox, Report


@dataclass(frozen=True)
class Accounts:
    """What does not agree. Nothing should."""

    lost: int = 0
    """Reports that were acknowledged and are not there."""
    doubled: int = 0
    """Rows beyond one for each report that was sent, and reports that were answered in more than one way."""
    wrong: int = 0
    """Reports that are there with other fields or photos than were sent."""
    missing: int = 0
    """Photos that a row promises and whose file is not there, or is another."""
    orphans: int = 0
    """Files that no row names."""
    half_written: int = 0
    """Temporary files."""


BALANCED = Accounts()


def drawn_up(database: Database, folder: Path, outbox: Outbox) -> Accounts:
    """The accounts of everything that the phones have sent. Reads all of it."""
    with database.reading() as session:
        query = sa.select(Observation).options(selectinload(Observation.photos)).order_by(Observation.number)
        rows = list(session.scalars(query))
        keys = list(session.scalars(sa.select(Submission.id)))
        promised = list(session.scalars(sa.select(Photo)))
    by_id = {row.id: row for row in rows}
    files = {path.name: path for path in folder.rglob("*") if path.is_file()}
    half_written = {name for name in files if name.endswith(".part")}
    return Accounts(
        lost=sum(report_id not in by_id for report_id in outbox.heard),
        doubled=_surplus([row.id for row in rows], outbox) + _surplus(keys, outbox) + _answered_differently(outbox),
        wrong=sum(
            not _is_as_sent(by_id[report_id], report) for report_id, report in outbox.sent.items() if report_id in by_id
        ),
        missing=sum(not _is_whole(photo, files.get(photo.name)) for photo in promised),
        orphans=len(files.keys() - half_written - {photo.name for photo in promised}),
        half_written=len(half_written),
    )


def _surplus(ids: list[uuid.UUID], outbox: Outbox) -> int:
    return len(ids) - len(outbox.sent.keys() & ids)


def _answered_differently(outbox: Outbox) -> int:
    return sum(len({answer.text for answer in answers}) > 1 for answers in outbox.heard.values())


def _is_as_sent(row: Observation, report: Report) -> bool:
    sent = (report.category, report.note, [cleaned(photo) for photo in report.photos])
    return sent == (row.category.value, row.note, [(each.sha256, each.width_px, each.height_px) for each in row.photos])


@cache
def cleaned(photo: bytes) -> tuple[str, int, int]:
    """What the kernel makes of a photo, here as in the server: digest, width, height."""
    clean = uploads.sanitise(photo)
    return clean.sha256, clean.width_px, clean.height_px


def _is_whole(photo: Photo, path: Path | None) -> bool:
    if path is None:
        return False
    jpeg = path.read_bytes()
    return (photo.size_bytes, photo.sha256) == (len(jpeg), hashlib.sha256(jpeg).hexdigest())

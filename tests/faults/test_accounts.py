"""The control of the counting itself: every way in which a report can be lost, doubled or spoilt is seen as that."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from observations.database import Database
from observations.intake.draft import Draft
from observations.record.categories import Category
from observations.record.tables import Photo
from tests.builders import an_observation
from tests.faults.accounts import BALANCED, drawn_up
from tests.faults.phones import PHOTOS, Outbox, Report
from tests.faults.sending import Answer
from tests.intake.drafts import Intake, a_draft
from tests.operations.files import file_of
from uploads.stores import new_name

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)


class Town:
    """Three reports that were sent, acknowledged and kept, the last with two photos."""

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.outbox = Outbox()
        for photos in ((), PHOTOS[:1], PHOTOS[1:3]):
            report = Report(uuid.uuid4(), "KLO", "Två taggar", photos)
            receipt = intake.receive(self.draft(report))
            self.outbox.sent[report.id] = report
            self.outbox.heard[report.id] = [Answer(201, "application/json", f"{receipt.number}")]

    @staticmethod
    def draft(report: Report) -> Draft:
        """As the channel would read it."""
        return a_draft(id=report.id, category=Category(report.category), note=report.note, photos=report.photos)

    def sql(self, statement: str) -> None:
        """Change a row behind everybody's back."""
        with self.intake.database.writing() as session:
            session.execute(sa.text(statement))
            session.commit()

    @property
    def last(self) -> uuid.UUID:
        """The id of the report with two photos."""
        return [*self.outbox.sent][-1]

    @property
    def file(self) -> Path:
        """The file of one of its photos."""
        with self.intake.database.reading() as session:
            photo = session.scalars(sa.select(Photo).order_by(Photo.observation_number.desc()).limit(1)).one()
        return file_of(self.intake, photo)


@pytest.fixture
def town(database: Database, tmp_path: Path) -> Town:
    """All as it should be."""
    return Town(Intake(database, tmp_path / "photos"))


def a_row_is_lost(town: Town) -> None:
    """With its photos, as a cascade would take them; their files are orphans then."""
    town.sql("DELETE FROM observation WHERE number = 3")


def a_report_is_there_twice(town: Town) -> None:
    """Under an id that nobody sent."""
    with town.intake.database.writing() as session:
        an_observation(session)
        session.commit()


def the_answers_differ(town: Town) -> None:
    """Another number at the second time."""
    town.outbox.heard[town.last].append(Answer(200, "application/json", "17"))


def the_note_is_another(town: Town) -> None:
    """Cut off, say."""
    town.sql("UPDATE observation SET note = 'Två' WHERE number = 1")


def a_photo_is_not_named(town: Town) -> None:
    """Its row did not come with the others."""
    town.sql("DELETE FROM photo WHERE observation_number = 3 AND position = 1")


def photos_are_exchanged(town: Town) -> None:
    """One of another report."""
    town.sql("UPDATE photo SET observation_number = 1 WHERE observation_number = 2")


def a_file_is_missing(town: Town) -> None:
    """The row still promises it."""
    town.file.unlink()


def a_byte_is_another(town: Town) -> None:
    """In a file of the right length."""
    jpeg = bytearray(town.file.read_bytes())
    jpeg[-9] ^= 1
    town.file.write_bytes(jpeg)


def a_file_is_left(town: Town) -> None:
    """As after a crash before the rows."""
    town.intake.store.put(new_name(), b"pixels")


def half_a_file_is_left(town: Town) -> None:
    """As after a crash before the name."""
    town.file.with_name(f"{new_name()}.0a1b2c3d.part").write_bytes(b"half")


def nothing(_town: Town) -> None:
    """And then nothing is counted."""


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        (nothing, {}),
        (a_row_is_lost, {"lost": 1, "orphans": 2}),
        (a_report_is_there_twice, {"doubled": 1}),
        (the_answers_differ, {"doubled": 1}),
        (the_note_is_another, {"wrong": 1}),
        (a_photo_is_not_named, {"wrong": 1, "orphans": 1}),
        (photos_are_exchanged, {"wrong": 2}),
        (a_file_is_missing, {"missing": 1}),
        (a_byte_is_another, {"missing": 1}),
        (a_file_is_left, {"orphans": 1}),
        (half_a_file_is_left, {"half_written": 1}),
    ],
)
def test_every_fault_is_counted_as_what_it_is(town: Town, fault: Callable[[Town], None], seen: dict[str, int]) -> None:
    """Each alone, planted in an instance that is in order."""
    fault(town)

    assert replace(BALANCED, **seen) == drawn_up(town.intake.database, town.intake.folder, town.outbox)

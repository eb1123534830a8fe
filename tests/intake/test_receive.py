"""The gate's promise: what is acknowledged is kept, whole and once; what is refused leaves nothing behind."""

import sqlite3
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from observations import journal
from observations.access import Actor, Role
from observations.database import Database
from observations.intake.receive import Gate, receive
from observations.intake.refused import Conflict, ReportRefused, TooManyReports
from observations.record.categories import Category
from observations.record.tables import Observation, PositionSource, Submission, TimeSource
from observations.record.workflow import Review
from observations.web import Busy
from tests.builders import an_address, an_area, an_observation
from tests.intake.drafts import HERE, NOTHING, NOW, REPORTER, FailingStore, Intake, a_draft, a_photo
from uploads import DecodeSlots, Reason

AT_ONCE = 16


@pytest.fixture
def intake(database: Database, tmp_path: Path) -> Intake:
    """A gate before an empty database and an empty store."""
    return Intake(database, tmp_path / "photos")


def test_a_report_is_kept_as_it_was_sent(intake: Intake) -> None:
    """What the reporter chose and typed is what the coordinator gets, and the photo without its secrets."""
    draft = a_draft(photos=(a_photo(),), urgent=True)
    receipt = intake.receive(draft)
    kept = intake.only()

    assert receipt.created
    assert (draft.id, receipt.number) == (kept.id, kept.number)
    assert (Category.KLO, NOW, TimeSource.TYPED) == (kept.category, kept.observed_at, kept.observed_source)
    assert ("Ringvägen 12", "Två taggar på porten", True) == (kept.address, kept.note, kept.urgent)
    assert (HERE.latitude, HERE.longitude, 12.0) == (kept.latitude, kept.longitude, kept.accuracy_m)
    assert Review.RECEIVED is kept.review
    assert [(photo.id, 96, 64) for photo in kept.photos] == [
        (photo.id, photo.width_px, photo.height_px) for photo in receipt.photos
    ]
    assert b"KANARIE" not in intake.store.get(kept.photos[0].name)


def test_the_observation_does_not_lead_to_the_reporter(intake: Intake) -> None:
    """Only the key of the report and the journal know the device, by its pseudonym, and can be cut."""
    intake.receive(a_draft())
    with intake.database.reading() as session:
        submission = session.scalars(sa.select(Submission)).one()
        written = session.scalars(sa.select(journal.Event)).one()

    assert REPORTER.device_id == submission.device_id
    assert ("observation.received", REPORTER.pseudonym) == (written.what, written.by)
    assert {"category": "KLO", "review": "received", "photos": 0} == written.after
    assert not any(str(REPORTER.device_id) in str(value) for value in vars(intake.only()).values())


def test_the_same_report_again_is_the_same_receipt(intake: Intake) -> None:
    """A phone that did not hear the answer sends again, and nothing is doubled."""
    draft = a_draft(photos=(a_photo(),))
    first = intake.receive(draft)
    again = intake.receive(draft, now=NOW + timedelta(hours=3))

    assert replace(first, created=False) == again
    assert NOTHING | {"observation": 1, "submission": 1, "photo": 1, "event": 1} == intake.rows()
    assert set() == intake.files_without_rows()


def test_now_stays_the_moment_of_the_first_sending(intake: Intake) -> None:
    """A report "now" that is sent again later is the same report, with its first time."""
    draft = a_draft(observed_at=None, time_source=TimeSource.SENT)
    intake.receive(draft)

    assert not intake.receive(draft, now=NOW + timedelta(minutes=20)).created
    assert intake.only().observed_at == NOW


@pytest.mark.parametrize(
    "other",
    [
        {"note": "Tre taggar"},
        {"category": Category.GLA},
        {"photos": (a_photo(80, 64),)},
        {"photos": ()},
        {"point": None},
        {"urgent": True},
        {"observed_at": NOW - timedelta(seconds=1)},
    ],
)
def test_another_report_under_the_same_id_is_refused(intake: Intake, other: dict[str, object]) -> None:
    """One id is one report: the second is neither swallowed nor put over the first."""
    draft = a_draft(photos=(a_photo(),))
    intake.receive(draft)
    with pytest.raises(Conflict):
        intake.receive(replace(draft, **other))  # type: ignore[arg-type]  # any field may be the other one

    assert intake.rows()["observation"] == 1
    assert intake.only().note == draft.note


def test_an_id_that_no_report_gave_is_a_conflict(intake: Intake) -> None:
    """A client that were told to come back later would come back for ever."""
    with intake.database.writing() as session:
        simulated = an_observation(session)
        session.commit()

    with pytest.raises(Conflict):
        intake.receive(a_draft(id=simulated.id, photos=(a_photo(),)))
    assert [] == list(intake.store.names())


@pytest.mark.parametrize("photos", [(), (a_photo(),)], ids=["without photo", "with photo"])
def test_sixteen_at_once_are_one(intake: Intake, photos: tuple[bytes, ...]) -> None:
    """A double tap in bad coverage: one report, one set of files, and everybody hears the same."""
    draft = a_draft(photos=photos)
    together = threading.Barrier(AT_ONCE)
    gate = Gate(intake.database, intake.store, DecodeSlots(wait_s=30), b"s" * 32, 1000)

    def send(_: int) -> tuple[bool, int, tuple[object, ...]]:
        together.wait()
        receipt = receive(draft, gate, actor=REPORTER, now=NOW)
        return receipt.created, receipt.number, receipt.photos

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(send, range(AT_ONCE)))

    assert 1 == sum(created for created, _, _ in answers)
    assert 1 == len({(number, kept) for _, number, kept in answers})
    assert NOTHING | {"observation": 1, "submission": 1, "photo": len(photos), "event": 1} == intake.rows()
    assert set() == intake.files_without_rows()


def test_a_store_that_fails_half_way_leaves_nothing(intake: Intake) -> None:
    """The disk is full at the second photo: no report, no first photo, and the phone is asked to come back."""
    intake.store = FailingStore(intake.store, at=2)
    draft = a_draft(photos=(a_photo(), a_photo(80)))
    with pytest.raises(Busy):
        intake.receive(draft)

    assert NOTHING == intake.rows()
    assert set() == intake.files_without_rows()
    assert intake.receive(draft).created, "sending again is all it takes"


def test_a_commit_that_fails_leaves_nothing(intake: Intake) -> None:
    """The disk of the database is full: the photos that were kept already go again."""
    draft = a_draft(photos=(a_photo(),))
    with commits_fail(intake.database), pytest.raises(Busy):
        intake.receive(draft)

    assert NOTHING == intake.rows()
    assert set() == intake.files_without_rows()
    assert intake.receive(draft).created


def test_a_commit_whose_outcome_nobody_knows_keeps_the_files(intake: Intake) -> None:
    """If the connection breaks while the rows become durable, the photos may be needed; the sweep decides later."""
    with commits_fail(intake.database, connection_lost=True), pytest.raises(Busy):
        intake.receive(a_draft(photos=(a_photo(),)))

    assert 1 == len(intake.files_without_rows())


def test_the_search_for_orphans_finds_one(intake: Intake) -> None:
    """The control of the tests above: a file without a row is seen, also a half-written one."""
    (intake.folder / "ab").mkdir()
    (intake.folder / "ab" / "planted.part").write_bytes(b"half")

    assert {"planted.part"} == intake.files_without_rows()


def test_a_locked_database_is_a_request_to_come_back(tmp_path: Path) -> None:
    """Somebody else writes for long; the report is neither lost nor half kept."""
    from observations.migrations import migrate

    database = Database(f"sqlite:///{tmp_path / 'locked.sqlite3'}")
    migrate(database)
    event.listen(database.engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=50"))
    database.dispose()
    intake = Intake(database, tmp_path / "photos")
    with database.writing() as other:
        other.execute(sa.select(sa.literal(1)))
        with pytest.raises(Busy):
            intake.receive(a_draft(photos=(a_photo(),)))

    assert NOTHING == intake.rows()
    assert set() == intake.files_without_rows()
    database.dispose()


def test_one_bad_photo_refuses_the_report_with_its_reason(intake: Intake) -> None:
    """The good one beside it is not kept alone."""
    with pytest.raises(ReportRefused) as refused:
        intake.receive(a_draft(photos=(a_photo(), b"<svg onload=alert(1)>")))

    assert ({"photos": Reason.NOT_A_PHOTO}, 415) == (refused.value.fields, refused.value.status)
    assert NOTHING == intake.rows()
    assert set() == intake.files_without_rows()


def test_an_hour_has_so_many_reports(intake: Intake) -> None:
    """A phone run wild is stopped, other phones are not, and after the hour it may go on."""
    intake.reports_per_hour = 3
    drafts = [a_draft() for _ in range(3)]
    for minute, draft in enumerate(drafts):
        intake.receive(draft, now=NOW + timedelta(minutes=minute))
    with pytest.raises(TooManyReports) as many:
        intake.receive(a_draft(), now=NOW + timedelta(minutes=10))

    assert 50 * 60 < many.value.retry_after_s <= 50 * 60 + 1
    assert not intake.receive(drafts[0], now=NOW + timedelta(minutes=10)).created, "a repetition is no new report"
    assert intake.receive(a_draft(), actor=Actor(Role.REPORTER, uuid.uuid4())).created
    assert intake.receive(a_draft(), now=NOW + timedelta(seconds=many.value.retry_after_s + 600)).created


def test_an_address_in_the_register_is_a_point(intake: Intake) -> None:
    """Typing the address is enough to be on the map."""
    with intake.database.writing() as session:
        an_address(session, "Kvarngatan", "3", search="kvarngatan 3", latitude=59.34, longitude=18.09)
        area = an_area(session)
        session.commit()
    intake.receive(a_draft(point=None, address="  kvarngatan   3 "))
    kept = intake.only()

    assert (59.34, 18.09, PositionSource.ADDRESS) == (kept.latitude, kept.longitude, kept.position_source)
    assert (area.id, Review.RECEIVED) == (kept.area_id, kept.review)


def test_an_address_that_nobody_knows_waits_for_a_person(intake: Intake) -> None:
    """Behind the pavilion is a fine report; the coordinator puts it on the map."""
    intake.receive(a_draft(point=None, address="Bakom paviljongen"))
    kept = intake.only()

    assert ("Bakom paviljongen", None, Review.NEEDS_PLACE) == (kept.address, kept.latitude, kept.review)


@pytest.mark.parametrize(("longitude", "label"), [(18.0840, "Ringvägen 12"), (18.0850, "")])
def test_a_point_gets_the_nearest_address_within_sixty_metres(intake: Intake, longitude: float, label: str) -> None:
    """28 metres away is meant, 85 metres away would mislead."""
    with intake.database.writing() as session:
        an_address(session, latitude=59.3371, longitude=18.0835)
        session.commit()
    intake.receive(a_draft(address="", point=replace(HERE, longitude=longitude)))

    assert label == intake.only().address


def test_a_point_outside_every_area_waits_for_a_person(intake: Intake) -> None:
    """Outside the municipality it would be counted nowhere."""
    with intake.database.writing() as session:
        an_area(session, bounds=(17.0, 58.0, 17.1, 58.1))
        session.commit()
    intake.receive(a_draft())

    assert Review.NEEDS_PLACE is intake.only().review


def test_a_report_without_photo_takes_few_statements(intake: Intake) -> None:
    """Speed that does not depend on the machine: nine statements and one commit, two of them for the counts."""
    intake.receive(a_draft())
    with counted(intake.database) as statements:
        intake.receive(a_draft())

    assert len(statements) <= 9, statements
    with intake.database.reading() as session:
        assert 2 == session.scalar(sa.select(sa.func.count()).select_from(Observation))


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that are sent meanwhile, without BEGIN and COMMIT."""
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(database.engine, "before_cursor_execute", note)


@contextmanager
def commits_fail(database: Database, *, connection_lost: bool = False) -> Iterator[None]:
    """Meanwhile every commit that has something to commit finds the disk full, or the line cut."""
    is_sqlite = database.engine.dialect.name == "sqlite"
    driver = sqlite3.OperationalError if is_sqlite else psycopg.OperationalError

    def fail(connection: sa.Connection) -> NoReturn:
        if not is_sqlite:  # that server ends a transaction whose commit fails, SQLite may leave it open
            connection.connection.rollback()
        raise OperationalError("COMMIT", {}, driver("disk full"), connection_invalidated=connection_lost)

    event.listen(database.engine, "commit", fail)
    yield
    event.remove(database.engine, "commit", fail)

"""What can come between two steps of keeping a report: a failing disk, a broken line, a halted process, a power cut."""

import os
import uuid
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from observations.access import Role
from observations.clock import now
from observations.database import Database
from observations.intake.draft import Draft
from observations.intake.keeping import FILES_TO_ROWS
from observations.intake.receive import Gate, receive
from observations.record.sweep import PREFIXES, sweep
from observations.record.tables import Photo
from observations.web import Busy
from tests.conftest import MovableClock
from tests.faults import careless
from tests.faults.accounts import BALANCED, Accounts, drawn_up
from tests.faults.killing import Server, started
from tests.faults.phones import PHOTOS, Outbox, Report
from tests.faults.sending import post
from tests.faults.tracing import disk_that_fails
from tests.intake.drafts import NOW, REPORTER, Intake, a_draft, a_photo
from tests.journeys.serving import COMMAND_LINE, an_instance
from tests.operations.files import age
from uploads import DecodeSlots
from uploads.stores import PhotoStore, new_name
from uploads.stores.folder import FolderStore

on_sqlite = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("fresh_database", ["postgresql"], indirect=True)


@pytest.fixture
def intake(database: Database, tmp_path: Path) -> Intake:
    """A gate before an empty database and an empty store."""
    return Intake(database, tmp_path / "photos")


def after_a_failing_disk(folder: Path, program: tuple[str, ...]) -> tuple[list[int], Accounts]:
    """What a report is answered while the disk of the database fails, and after a crash; and the accounts then."""
    server = Server(an_instance(folder), program=program)
    report = Report(uuid.uuid4(), "KLO", "Två taggar", PHOTOS[:2])
    outbox = Outbox(sent={report.id: report})
    with started(server) as service:
        token = service.token(Role.REPORTER)
        with disk_that_fails(service.pid):
            statuses = [post(service, token, report.body).status]
            server.kill()
        outbox.heard[report.id] = [post(server.start(), token, report.body)]
    statuses += [answer.status for answer in outbox.heard[report.id]]
    database = Database(server.settings.database_url)
    accounts = drawn_up(database, server.photos, outbox)
    database.dispose()
    return statuses, accounts


def test_a_disk_that_fails_under_the_rows_costs_no_photo(tmp_path: Path) -> None:
    """SQLite has the rows in its log when it says that they could not be synced; after a crash they are there."""
    statuses, accounts = after_a_failing_disk(tmp_path, COMMAND_LINE)

    assert [503, 200] == statuses, "the rows came back"
    assert BALANCED == accounts


def test_photos_that_go_with_a_failed_sync_are_caught(tmp_path: Path) -> None:
    """Control: a server that takes every commit that raised for one that left nothing."""
    statuses, accounts = after_a_failing_disk(tmp_path, careless.program("files-destroyed"))

    assert [503, 200] == statuses
    assert replace(BALANCED, missing=2) == accounts


BREAKS_DURING_COMMIT = """
    CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER break_off AFTER INSERT ON submission
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION break_off()
"""


@on_postgresql
def test_a_line_that_breaks_during_the_commit_costs_no_photo(intake: Intake) -> None:
    """Whether the rows are there only the server knows: the files stay, and what nobody needs is swept."""
    with intake.database.writing() as session:
        session.execute(sa.text(BREAKS_DURING_COMMIT))
        session.commit()
    draft = a_draft(photos=(a_photo(),))
    with pytest.raises(Busy):
        intake.receive(draft)
    assert 1 == len(intake.files_without_rows())

    with intake.database.writing() as session:
        session.execute(sa.text("DROP TRIGGER break_off ON submission"))
        session.commit()
    assert intake.receive(draft).created
    assert 1 == sweep(intake.database, intake.store, at=now() + timedelta(hours=2)).orphan_files
    assert set() == intake.files_without_rows()


class HaltedOnce:
    """A store after whose first `put` the process is halted for two hours; others sweep meanwhile."""

    def __init__(self, intake: Intake, clock: MovableClock) -> None:
        self._intake, self._clock = intake, clock
        self._halted = False

    def put(self, name: str, data: bytes) -> None:
        """Keep the bytes; the first time, come back two hours later."""
        self._intake.store.put(name, data)
        if not self._halted:
            self._halted = True
            self._clock.tick(hours=2)
            age(self._intake, name)
            sweep(self._intake.database, self._intake.store, at=now())

    def __getattr__(self, name: str) -> object:
        return getattr(self._intake.store, name)


def a_gate(intake: Intake, store: PhotoStore, clock: MovableClock) -> Gate:
    """The gate before that store, which tells the time by that clock."""
    return Gate(intake.database, store, DecodeSlots(), b"secret" * 6, 1000, clock)


@pytest.fixture
def draft(intake: Intake) -> Draft:
    """A report with a photo, in an instance that knows reports already, so that its sweep removes what it does not."""
    intake.receive(a_draft())
    return a_draft(photos=(a_photo(),))


def test_a_process_that_was_halted_begins_again(intake: Intake, draft: Draft, clock: MovableClock) -> None:
    """Its photo has been swept as an orphan by the time the rows would name it."""
    before = intake.rows()
    gate = a_gate(intake, HaltedOnce(intake, clock), clock)  # type: ignore[arg-type]  # all of a store by __getattr__
    with pytest.raises(Busy):
        receive(draft, gate, actor=REPORTER, now=NOW)
    assert before == intake.rows()
    assert set() == intake.files_without_rows()

    assert receive(draft, gate, actor=REPORTER, now=NOW).created
    assert 0 == sweep(intake.database, intake.store, at=now()).photos_lost


def test_a_halt_that_nobody_notices_is_caught(intake: Intake, draft: Draft, clock: MovableClock) -> None:
    """Control: by a clock that stands still meanwhile, the rows come, and their photo is lost."""
    store = HaltedOnce(intake, MovableClock(clock.at))
    receive(draft, a_gate(intake, store, clock), actor=REPORTER, now=NOW)  # type: ignore[arg-type]  # as above

    assert 1 == sweep(intake.database, intake.store, at=now()).photos_lost


@on_sqlite
def test_a_slow_report_is_no_halted_one(intake: Intake, draft: Draft, clock: MovableClock) -> None:
    """Just under the limit is in time: a slow disk refuses nobody."""
    before = intake.rows()["photo"]

    class Slow(FolderStore):
        def put(self, name: str, data: bytes) -> None:
            clock.at += FILES_TO_ROWS
            super().put(name, data)

    assert receive(draft, a_gate(intake, Slow(intake.folder), clock), actor=REPORTER, now=NOW).created
    assert before + 1 == intake.rows()["photo"]


def test_a_row_that_comes_during_the_sweep_keeps_its_photo(intake: Intake, draft: Draft) -> None:
    """Where the store's clock is hours behind, a file that is just being kept seems old: it is asked about twice."""
    intake.receive(draft)
    name = f"00{new_name()[2:]}"
    intake.store.put(name, b"pixels")
    age(intake, name)

    class RowComesLate:
        """A store that is listed to its end before the rows come."""

        def names(self, prefix: str = "") -> object:
            if prefix == PREFIXES[-1]:
                with intake.database.writing() as session:
                    session.execute(sa.update(Photo).values(name=name))
                    session.commit()
            return intake.store.names(prefix)

        def __getattr__(self, attribute: str) -> object:
            return getattr(intake.store, attribute)

    swept = sweep(intake.database, RowComesLate(), at=now())  # type: ignore[arg-type]  # as above

    assert 0 == swept.orphan_files
    assert b"pixels" == intake.store.get(name)


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What is brought to disk from now on."""
    paths: list[Path] = []
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        paths.append(Path(f"/proc/self/fd/{descriptor}").readlink())
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    return paths


def test_a_subfolder_that_another_made_lasts_too(tmp_path: Path, synced: list[Path]) -> None:
    """Its maker may have died before its entry was on disk, or not have come so far: the photo would go with it."""
    store, name = FolderStore(tmp_path), new_name()
    (tmp_path / name[:2]).mkdir()
    synced.clear()
    store.put(name, b"pixels")
    assert [tmp_path, tmp_path / name[:2]] == [path for path in synced if path.is_dir()]

    synced.clear()
    store.put(name[:2] + new_name()[2:], b"pixels")
    assert [tmp_path / name[:2]] == [path for path in synced if path.is_dir()], "once for each is enough"


def test_the_folders_of_a_new_instance_last(tmp_path: Path, synced: list[Path]) -> None:
    """Each is an entry in the one above it; one that an earlier start made may not be on disk yet."""
    FolderStore(tmp_path / "new" / "photos")
    assert {tmp_path, tmp_path / "new"} <= set(synced)

    synced.clear()
    FolderStore(tmp_path / "new" / "photos")
    assert [tmp_path / "new"] == synced

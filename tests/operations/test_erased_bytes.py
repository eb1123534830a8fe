"""What was erased is in no file: looked for byte by byte in the database, its free pages, its log and a new backup."""

import sqlite3
import uuid
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from config import Settings
from observations import backup, retention
from observations.access import Actor, Role
from observations.database import Database
from observations.record.tables import Observation
from tests.conftest import ClientFor, MovableClock
from tests.intake.drafts import NOW, Intake, a_draft, a_photo

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

MONTH = timedelta(days=31)
SENDER = uuid.UUID("c0ffee00-1234-4abc-8def-5ca1ab1e0001")
"""As no other bytes would be by chance."""
TEXTS = {"rejected": "Kanariefågel 4711 vid grinden", "disposed": "Sädesärla 1147 vid grinden"}
PLACES = {"rejected": "Utanför Anettes port", "disposed": "Bakom Bertils vagn"}


def traces(folder: Path) -> set[str]:
    """Which of the texts, places and senders stand in any file below the folder, in either encoding that SQLite has."""
    whole = b"\0".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    looked_for = {
        f"{what} {kind}": text for kind, two in (("text", TEXTS), ("place", PLACES)) for what, text in two.items()
    }
    looked_for |= {"sender": str(SENDER), "sender in hex": SENDER.hex}
    found = {name for name, text in looked_for.items() if text.encode() in whole or text.encode("utf-16-le") in whole}
    return found | ({"sender in bytes"} if SENDER.bytes in whole else set())


@pytest.fixture
def intake(app: Flask, database: Database, settings: Settings) -> Intake:
    """The gate of the instance that the pages look at."""
    return Intake(database, Path(settings.photo_store.removeprefix("folder:")))


@pytest.fixture
def reports(intake: Intake) -> dict[str, uuid.UUID]:
    """A report that will be rejected and one that will be disposed of, each with a photo, by the same sender."""
    assert set() == traces(intake.folder.parent)
    ids = {}
    for what in TEXTS:
        draft = a_draft(note=TEXTS[what], address=PLACES[what], photos=(a_photo(),))
        intake.receive(draft, actor=Actor(role=Role.REPORTER, device_id=SENDER))
        ids[what] = draft.id
    return ids


def test_a_rejected_text_is_in_no_file(client: ClientFor, reports: dict[str, uuid.UUID], tmp_path: Path) -> None:
    """As soon as the page answers; the other report is there still, so that the look is known to see."""
    assert {"rejected text", "rejected place", "disposed text", "disposed place"} <= traces(tmp_path)
    photos = tmp_path / "instance" / "photos"
    before = {path for path in photos.rglob("*") if path.is_file()}
    form = {"version": "1", "reason": "person"}
    answer = client(Role.COORDINATOR).post(f"/granska/{reports['rejected']}/avsla", data=form)

    assert 303 == answer.status_code, answer.text
    assert {"disposed text", "disposed place"} == {name for name in traces(tmp_path) if "sender" not in name}
    assert 1 == len(before - {path for path in photos.rglob("*") if path.is_file()})


@pytest.mark.parametrize("own", [True, False], ids=["this process reads", "another process reads"])
def test_a_log_that_is_in_use_is_emptied_as_soon_as_it_is_not(
    app: Flask, database: Database, client: ClientFor, reports: dict[str, uuid.UUID], tmp_path: Path, own: bool
) -> None:
    """Somebody looks at the map for long, or a backup runs: the text stays in the log for just as long."""
    browser = client(Role.COORDINATOR)
    reader: Database = app.extensions["ogon"].database if own else database
    with reader.reading() as session:
        session.execute(sa.select(sa.func.count()).select_from(Observation))
        form = {"version": "1", "reason": "person"}
        assert 303 == browser.post(f"/granska/{reports['rejected']}/avsla", data=form).status_code
        assert "rejected text" in traces(tmp_path), "control: so long it is there"
        assert 200 == browser.get("/lista").status_code
        assert "rejected text" in traces(tmp_path)
    if not own:
        assert 200 == browser.get("/lista").status_code

    assert {"disposed text", "disposed place"} == {name for name in traces(tmp_path) if "sender" not in name}


def test_what_is_disposed_of_leaves_one_trace_after_the_other(
    intake: Intake, reports: dict[str, uuid.UUID], settings: Settings, tmp_path: Path
) -> None:
    """First the sender, in the journal's events too, then photos, then texts and places; the clock is moved for it."""
    assert reports
    assert {"sender", "sender in hex"} & traces(tmp_path), "control: the sender is found while it is there"

    def run(months: int) -> set[str]:
        retention.run(intake.database, intake.store, settings, by="test", at=NOW + months * MONTH)
        return traces(tmp_path)

    words = {"rejected text", "rejected place", "disposed text", "disposed place"}
    assert words == run(months=4)
    assert [*intake.store.names()]
    assert words == run(months=25)
    assert [] == [*intake.store.names()]
    assert set() == run(months=61)
    assert 2 == intake.rows()["submission"], "the ids stay, so that a late repetition is still known"


def test_a_backup_made_afterwards_holds_nothing_of_it(
    intake: Intake, reports: dict[str, uuid.UUID], settings: Settings, clock: MovableClock, tmp_path: Path
) -> None:
    """Nor does the database that is restored from it. One that was made before does, and is deleted in time."""
    assert reports

    def made(name: str) -> Path:
        backup.write(settings, intake.database, intake.store, tmp_path / name, at=clock(), progress=lambda _count: None)
        return tmp_path / name

    assert {"disposed text", "disposed place", "rejected text"} <= traces(made("before"))
    retention.run(intake.database, intake.store, settings, by="test", at=NOW + 61 * MONTH)
    afterwards = made("afterwards")
    assert set() == traces(afterwards)

    empty = Settings(instance=tmp_path / "restored", base_url=settings.base_url)
    backup.restore(empty, afterwards, by="test", at=clock(), progress=lambda _count: None)
    assert set() == traces(empty.instance)


@pytest.mark.parametrize("careful", [True, False])
def test_the_look_sees_free_pages_and_the_log(database: Database, tmp_path: Path, careful: bool) -> None:
    """Control: a row that is deleted in the ordinary way still lies there, in the file and, until then, in the log."""
    with database.reading():
        pass
    file = tmp_path / "ogon.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"PRAGMA secure_delete={'ON' if careful else 'OFF'}")
        connection.execute("CREATE TABLE planted (text TEXT)")
        connection.executemany("INSERT INTO planted VALUES (?)", [(TEXTS["rejected"],)] * 500)
        connection.commit()
        assert {"rejected text"} == traces(tmp_path)
        connection.execute("DROP TABLE planted")
        connection.commit()
        assert {"rejected text"} == traces(tmp_path), "in the log"
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert connection.execute("PRAGMA freelist_count").fetchone()[0] > 0
        assert (set() if careful else {"rejected text"}) == traces(tmp_path)

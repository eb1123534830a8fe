"""The addresses that watching programs ask: is the process there, can it take a report."""

import shutil
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from config import Settings
from observations.api.health import DiskFull, probe_disk
from observations.database import Database
from tests.conftest import ClientFor


def test_a_healthy_service_says_so_and_no_more(client: ClientFor) -> None:
    """Anybody may ask, and learns nothing about the installation."""
    assert {"ok": True} == client().get("/live").json
    assert {"ok": True} == client().get("/ready").json


def test_a_lost_photo_folder_is_named_and_the_process_lives(client: ClientFor, settings: Settings) -> None:
    """Whoever is on duty reads which part it is."""
    browser = client()
    photos = Path(settings.photo_store.removeprefix("folder:"))
    shutil.rmtree(photos)
    photos.write_text("a file where the folder should be")
    answer = browser.get("/ready")

    assert (503, {"ok": False, "failing": ["store"]}) == (answer.status_code, answer.json)
    assert browser.get("/live").status_code == 200


def test_a_database_without_its_tables_is_named(client: ClientFor, database: Database) -> None:
    """A database that answers but is not ours does not count as ready."""
    browser = client()
    with database.engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE alembic_version"))
    answer = browser.get("/ready")

    assert (503, {"ok": False, "failing": ["database"]}) == (answer.status_code, answer.json)


@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
def test_a_locked_database_is_named(client: ClientFor, database: Database) -> None:
    """It can be read, and a report could not be kept; the answer does not wait for the lock as a report would."""
    browser = client()
    with database.writing() as session:
        session.execute(sa.select(1))
        began = time.monotonic()
        answer = browser.get("/ready")
        took_s = time.monotonic() - began

    assert (503, {"ok": False, "failing": ["database"]}) == (answer.status_code, answer.json)
    assert took_s < 4
    assert 200 == browser.get("/ready").status_code


def test_asking_leaves_nothing(client: ClientFor, database: Database) -> None:
    """What is written is what was there."""
    browser = client()
    with database.reading() as session:
        before = session.scalars(sa.text("SELECT version_num FROM alembic_version")).all()
    for _ in range(3):
        assert 200 == browser.get("/ready").status_code
    with database.reading() as session:
        assert before == session.scalars(sa.text("SELECT version_num FROM alembic_version")).all()


def test_a_full_disk_is_noticed(tmp_path: Path) -> None:
    """Before the last report is refused, the watcher knows."""
    probe_disk(tmp_path, needed_bytes=1)

    with pytest.raises(DiskFull):
        probe_disk(tmp_path, needed_bytes=2**60)

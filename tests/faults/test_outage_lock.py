"""Another process writes for long: whoever changes something is asked to come back, whoever reads notices nothing."""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from observations.access import Role
from observations.cli import cli
from tests.faults.outage_scene import Scene, not_refused, scene, slow, unlike
from tests.faults.outages import locked
from tests.journeys.serving import an_instance

WAYS = ("BEGIN EXCLUSIVE", "BEGIN IMMEDIATE") if os.environ.get("FAULTS") else ("BEGIN EXCLUSIVE",)
"""In SQLite's write-ahead mode they are the same; both are tried where somebody has the time."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A service on SQLite."""
    folder = tmp_path_factory.mktemp("locked")
    with scene(an_instance(folder / "instance"), folder / "tmp") as there:
        yield there


def database(there: Scene) -> Path:
    """The file that is locked."""
    return there.service.settings.instance / "ogon.sqlite3"


@pytest.mark.parametrize("how", WAYS)
def test_a_locked_database(running: Scene, how: str, figures: Callable[[str], None]) -> None:
    """Every change is 503 within six seconds and leaves nothing; every page is there within half of one."""
    before, there = running.kept(), running.anew()
    began = time.monotonic()
    with locked(database(running), how), ThreadPoolExecutor(1) as beside:
        changing = beside.submit(there.try_all)
        pages = running.read_all()
        ready = running.ready()
        changes = changing.result()
        held_s = time.monotonic() - began
    after = running.kept()
    again = there.report()

    assert held_s > 10
    assert [] == not_refused(changes)
    assert [] == slow(pages)
    assert (503, ["database"]) == ready
    assert before == after
    assert 201 == again.status, "the very next request"
    assert (200, []) == running.ready()
    figures(f"{how}: changes 503 after {max(a.seconds for a in changes.values()):.1f} s at most")
    figures(f"{how}: pages after {max(a.seconds for a in pages.values()) * 1000:.0f} ms at most")


@pytest.mark.parametrize("command", ["check", "retention"])
def test_a_command_ends_with_a_sentence(running: Scene, command: str) -> None:
    """And not with a page of code in the timer's mail."""
    with locked(database(running)):
        done = CliRunner(env=running.service.environment).invoke(cli, command.split())

    assert 1 == done.exit_code
    assert "Error: Database: " in done.stderr
    assert isinstance(done.exception, SystemExit)


def test_without_the_lock_all_of_it_is_done(tmp_path: Path) -> None:
    """Control: the same requests, one after the other; so it is the lock that they were refused for."""
    with scene(an_instance(tmp_path / "instance"), tmp_path / "tmp") as there:
        expected = {name: status for name, (_, status) in there.changes().items()}
        answers = {name: there.site.send(raw) for name, (raw, _) in there.changes().items()}

        assert [] == unlike(answers, expected)
        assert set(expected) == {line.partition(":")[0] for line in not_refused(answers)}
        assert (200, []) == there.ready()
        assert [] == there.service.faults_logged()


def test_what_is_left_behind_is_seen(running: Scene) -> None:
    """Control of the count: a temporary file, half a photo, a photo without a row, and one row more."""
    before = running.kept()
    store = Path(running.service.settings.photo_store.removeprefix("folder:"))
    planted = [running.temporary / "upload", store / "ab.part", store / ("0" * 32)]
    for path in planted:
        path.write_bytes(b"left")
    seen = running.kept()
    for path in planted:
        path.unlink()

    assert {"upload"} == seen.temporary
    assert {"ab.part", "0" * 32} == seen.orphans - before.orphans
    assert before.rows == seen.rows
    assert before == running.kept()
    running.service.invitation(Role.REPORTER)
    assert before != running.kept()

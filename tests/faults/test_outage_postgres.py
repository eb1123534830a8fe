"""PostgreSQL is killed under the service and comes back: nothing is half kept, and nobody restarts anything."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from observations.cli import cli
from tests.databases import CHOSEN
from tests.faults.hostile import Answer, request
from tests.faults.killing import settings_on
from tests.faults.outage_scene import Scene, not_refused, scene, slow, unlike
from tests.faults.outages import OwnPostgres, own_postgres

pytestmark = pytest.mark.skipif("postgresql" not in CHOSEN, reason="OGON_TEST_DATABASES leaves PostgreSQL out")

BLOCKED_S = 30


@dataclass(frozen=True)
class Ground:
    """The server that is killed, and the service that stands on it."""

    postgres: OwnPostgres
    there: Scene


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """A service on a PostgreSQL of its own."""
    folder = tmp_path_factory.mktemp("postgres")
    with own_postgres() as postgres, scene(settings_on(postgres.url, folder / "instance"), folder / "tmp") as there:
        yield Ground(postgres, there)


def test_a_killed_server(ground: Ground, figures: Callable[[str], None]) -> None:
    """All that needs the database is 503 at once; the process lives, and works again with the next request."""
    before, there = ground.there.kept(), ground.there.anew()
    ground.postgres.kill()
    changes = there.try_all()
    pages = there.read_all()
    ready = there.ready()
    live = min(there.site.send(request("GET", "/live")).seconds for _ in range(3))
    command = CliRunner(env=there.service.environment).invoke(cli, ["check"])
    ground.postgres.start()
    again = there.report()
    after = there.kept()

    assert [] == not_refused(changes)
    assert [] == slow({"/live": pages.pop("/live")})
    assert [] == not_refused(pages)
    assert (503, ["database"]) == ready
    assert live < 0.5
    assert (1, True) == (command.exit_code, "Error: Database: " in command.stderr)
    assert 201 == again.status, "the very next request"
    assert 1 == after.rows["observation"] - before.rows["observation"] == after.photos - before.photos
    assert before.orphans == after.orphans
    assert before.temporary == after.temporary
    assert (200, []) == there.ready()
    figures(f"PostgreSQL killed: changes 503 after {max(each.seconds for each in changes.values()):.2f} s at most")


@pytest.mark.parametrize("table", ["observation", "submission"])
def test_a_server_that_is_killed_in_the_middle_of_a_report(ground: Ground, table: str) -> None:
    """The photo is in its folder and the rows are half written when the connection breaks: neither stays for good."""
    before, there = ground.there.kept(), ground.there.anew()
    heard: list[Answer] = []
    sender = threading.Thread(target=lambda: heard.append(there.report()))
    blocker = psycopg.connect(ground.postgres.url)
    with closing(blocker):
        blocker.execute(f"LOCK TABLE {table} IN SHARE MODE")  # who reads goes on, who writes waits
        sender.start()
        until = time.monotonic() + BLOCKED_S
        while not _waits_for_a_lock(ground.postgres.url) and time.monotonic() < until:
            time.sleep(0.05)
        ground.postgres.kill()
    sender.join()
    ground.postgres.start()
    there.swept_later()
    after = there.kept()
    again = there.report()

    assert [] == not_refused({"report": heard[0]})
    assert before == after
    assert 201 == again.status


def test_connections_that_an_operator_ends(ground: Ground) -> None:
    """One that was idle is replaced without anybody noticing."""
    there = ground.there
    assert [] == slow(there.read_all(), than_s=30)
    with psycopg.connect(ground.postgres.url, autocommit=True) as operator:
        operator.execute(OTHERS_OUT)
    assert [] == slow(there.read_all(), than_s=30)


def test_a_standby_that_takes_no_writes(ground: Ground) -> None:
    """After a failover to the wrong server: changes are refused, pages are there, /ready knows."""
    before, there = ground.there.kept(), ground.there.anew()
    with psycopg.connect(ground.postgres.url, autocommit=True) as operator:
        operator.execute("ALTER DATABASE postgres SET default_transaction_read_only = on")
        operator.execute(OTHERS_OUT)
        try:
            changes, pages, ready = there.try_all(), there.read_all(), there.ready()
        finally:
            operator.execute("SET default_transaction_read_only = off")
            operator.execute("ALTER DATABASE postgres RESET default_transaction_read_only")
            operator.execute(OTHERS_OUT)
    after = there.kept()

    assert [] == not_refused(changes)
    assert [] == slow(pages)
    assert (503, ["database"]) == ready
    assert before == after
    assert 201 == there.report().status


def test_a_table_that_somebody_has_locked(ground: Ground) -> None:
    """An index that is being built by hand, say: the wait has an end."""
    before, there = ground.there.kept(), ground.there.anew()
    with psycopg.connect(ground.postgres.url) as blocker:
        blocker.execute("LOCK TABLE event IN SHARE MODE")
        changes, pages = there.try_all(), there.read_all()
    after = there.kept()

    assert [] == not_refused(changes)
    assert [] == slow(pages)
    assert before == after


def test_without_a_kill_all_of_it_is_done(tmp_path: Path) -> None:
    """Control: the same requests on a server that lives."""
    with own_postgres() as postgres, scene(settings_on(postgres.url, tmp_path / "instance"), tmp_path / "tmp") as there:
        expected = {name: status for name, (_, status) in there.changes().items()}
        answers = {name: there.site.send(raw) for name, (raw, _) in there.changes().items()}

        assert [] == unlike(answers, expected)
        assert [] == there.service.faults_logged()


OTHERS_OUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def _waits_for_a_lock(url: str) -> bool:
    with psycopg.connect(url, autocommit=True) as looking:
        found = looking.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'").fetchone()
        return found is not None and bool(found[0])

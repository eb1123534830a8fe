"""The server is killed again and again while phones send: what was acknowledged is there, once and whole, alone.

SIGKILL takes the process and leaves the machine. It shows the order of the steps; that each reaches the disk is shown
in test_order.py. So PostgreSQL, which nobody kills here, may run without fsync, as it does for all tests.
"""

import os
import random
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from observations.access import Role
from observations.clock import now
from observations.database import Database
from observations.record.sweep import Swept, sweep
from tests.faults import careless
from tests.faults.accounts import BALANCED, drawn_up
from tests.faults.killing import Server, settings_on, started
from tests.faults.phones import Phones, send_all_again
from uploads.stores import open_store

KILLS = int(os.environ.get("FAULTS") or 3)
"""`make faults` kills oftener."""
REPORTS_BETWEEN = 60 if KILLS > 3 else 16
IN_TWO_HOURS = timedelta(hours=2)


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Server:
    """A server that has not been started, on an empty instance."""
    return Server(settings_on(database_url, tmp_path / "instance"))


def killed_at_work(server: Server, phones: Phones, kills: int, chance: random.Random) -> int:
    """Kill and start the server so many times, at moments that nobody chose; how many kills broke a connection.

    Every fifth comes while the server is starting.
    """
    hits = 0
    for kill in range(kills):
        phones.acknowledged(more=REPORTS_BETWEEN)
        time.sleep(chance.uniform(0, 0.1))
        before = phones.outbox.broken
        server.kill()
        if kill % 5 == 4:
            server.launch()
            time.sleep(chance.uniform(0, 2.5))
            server.kill()
        server.start()
        hits += phones.outbox.broken > before
    return hits


def swept(server: Server, database: Database) -> Swept:
    """The sweep, as it is an hour and more after the last report."""
    return sweep(database, open_store(server.settings.photo_store), at=now() + IN_TWO_HOURS)


def test_nothing_is_lost_doubled_or_left(server: Server, database: Database, figures: Callable[[str], None]) -> None:
    """Eight phones, a server that dies under them, and at the end each report as it was sent, with its one number."""
    chance = random.Random(random.getrandbits(32))  # --randomly-seed repeats the reports, if not the moments
    with started(server) as service:
        token = service.token(Role.REPORTER)
        with Phones(service, token, seed=chance.randrange(1000)) as phones:
            hits = killed_at_work(server, phones, KILLS, chance)
        outbox = phones.outbox
        send_all_again(outbox, server.service, token)
        left = swept(server, database)
        accounts = drawn_up(database, server.photos, outbox)
        figures(
            f"{database.url.get_backend_name()}: {KILLS} kills, {hits} of them at work ({outbox.broken} connections); "
            f"{len(outbox.heard)} reports with {outbox.photos} photos acknowledged, {outbox.unheard} of them kept "
            f"before the answer was lost; swept {left.orphan_files} files and {left.temporary_files} half-written; "
            f"{accounts}"
        )

        assert BALANCED == accounts
        assert [] == outbox.refused
        assert outbox.sent.keys() == outbox.heard.keys(), "every phone got rid of its report"
        assert {200} == {answers[-1].status for answers in outbox.heard.values()}
        assert hits > 0, "no kill met work, so nothing was shown"
        assert "findings: 0" in server.service.command("check")


@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("fault", "account"), [("files-late", "missing"), ("rows-late", "lost")])
def test_the_reversed_order_is_caught(
    database_url: str, database: Database, tmp_path: Path, fault: str, account: str
) -> None:
    """Control: a server that answers before the file, or the row, is there. One kill is enough."""
    server = Server(settings_on(database_url, tmp_path / "instance"), program=careless.program(fault))
    with started(server) as service:
        with Phones(service, service.token(Role.REPORTER), seed=1) as phones:
            phones.acknowledged(more=REPORTS_BETWEEN)
            server.kill()
            server.start()
        time.sleep(2 * careless.LATE_S)  # what came late is there by now, apart from what was killed
        accounts = drawn_up(database, server.photos, phones.outbox)

    assert getattr(accounts, account) > 0, accounts

"""A real service to travel through: an instance in its own folder, the real commands, the real server as a process."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import sqlalchemy as sa
from click.testing import CliRunner

from config import PREFIX, Settings
from observations.access import Role
from observations.cli import cli
from observations.database import Database
from observations.places.queries import distance_m
from observations.places.tables import Address, Area
from observations.record.nearby import NEAR_M
from tests.contracts import ROOT

START_S = 60
MANY = 100_000


class NotStarted(Exception):
    """The server ended, or did not answer in time; the text is what it logged."""


@dataclass(frozen=True)
class Service:
    """A running server, and the shell beside it."""

    settings: Settings
    log: Path
    pid: int
    """Of the server's process."""
    given: list[Address] = field(default_factory=list)
    """Where somebody stands already."""

    @property
    def address(self) -> str:
        """Where it answers, without a slash at the end."""
        return self.settings.base_url

    @property
    def environment(self) -> dict[str, str]:
        """What a shell has to be told for the commands to work on this instance."""
        return _environment(self.settings)

    def command(self, *words: str) -> str:
        """Run a command of the service; what it printed. A process of its own would only take longer to start."""
        done = CliRunner(env=self.environment).invoke(cli, words, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout.strip()

    def invitation(self, role: Role, team: str = "") -> str:
        """A link that signs one browser in."""
        return self.command("invite", "--role", role.value, "--team", team)

    def token(self, role: Role) -> str:
        """A token for another system."""
        return self.command("token", "--role", role.value, "--name", "Journeys")

    def address_in(self, area: str) -> Address:
        """One of the town's addresses where nobody has stood yet, so that what others report is not near.

        From the middle of the area outwards, so that its neighbours lie in the same area.
        """
        database = Database(self.settings.database_url)
        with database.reading() as session:
            chosen = sa.select(Address).join(Area, Area.id == Address.area_id).where(Area.name == area)
            found = session.scalars(chosen.order_by(Address.id)).all()
        database.dispose()
        middle = found[len(found) // 2]
        from_the_middle = sorted(found, key=lambda each: _metres(each, middle))
        free = (each for each in from_the_middle if all(_metres(each, other) > 2 * NEAR_M for other in self.given))
        self.given.append(next(free))
        return self.given[-1]

    def faults_logged(self) -> list[str]:
        """Lines of the log that tell of something that should not have happened."""
        signs = (" ERROR ", " CRITICAL ", "Traceback")
        return [line for line in self.log.read_text().splitlines() if any(sign in line for sign in signs)]


def _metres(one: Address, other: Address) -> float:
    return distance_m(one.latitude, one.longitude, other.latitude, other.longitude)


def _environment(settings: Settings) -> dict[str, str]:
    return {
        "OGON_INSTANCE": str(settings.instance),
        "OGON_BASE_URL": settings.base_url,
        "OGON_REPORTS_PER_HOUR": str(settings.reports_per_hour),
    }


def an_instance(folder: Path) -> Settings:
    """Settings for an instance in `folder` on a free port; whoever tests does so faster than people report."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    return Settings(instance=folder, base_url=f"http://127.0.0.1:{port}", reports_per_hour=MANY)


COMMAND_LINE = ("-m", "observations")


@contextmanager
def serving(settings: Settings, *, program: Sequence[str] = COMMAND_LINE, **environment: str) -> Iterator[Service]:
    """The server of that instance, as whoever runs the service starts it, until the block ends.

    A control starts another program in the place of the command line.
    """
    settings.instance.mkdir(parents=True, exist_ok=True)
    log_file = settings.instance / "server.log"
    port = settings.base_url.rpartition(":")[2]
    machine = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *program, "serve", "--port", port],
            cwd=ROOT,
            env=machine | _environment(settings) | {"PYTHONPATH": str(ROOT)} | environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_ready(process, int(port), log_file)
        yield Service(settings, log_file, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=START_S)


def _wait_until_ready(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/ready")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)  # nobody listens yet
        finally:
            connection.close()
    raise NotStarted(log.read_text())

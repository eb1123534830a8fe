"""The real server of one instance, on either database, as a process that a test kills and starts again."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from os import environ
from pathlib import Path

from config import PREFIX, Settings
from tests.contracts import ROOT
from tests.journeys.serving import COMMAND_LINE, START_S, NotStarted, Service, an_instance


@dataclass(frozen=True)
class Running(Service):
    """A running server and its shell, wherever its database is."""

    @property
    def environment(self) -> dict[str, str]:
        """As for every service, and the database's address."""
        return super().environment | {"OGON_DATABASE_URL": self.settings.database_url}


def settings_on(database_url: str, folder: Path) -> Settings:
    """Settings for an instance in `folder` with that database, on a free port."""
    chosen = an_instance(folder)
    return Settings(
        instance=folder,
        database_url=database_url,
        base_url=chosen.base_url,
        reports_per_hour=chosen.reports_per_hour,
    )


class Server:
    """Started, killed without warning, started again, always at the same address; its log goes on."""

    def __init__(
        self, settings: Settings, *, program: Sequence[str] = COMMAND_LINE, under: Sequence[str | Path] = ()
    ) -> None:
        """`program` takes the place of the command line in a control; `under` is a program that watches the server."""
        self.settings = settings
        self.log = settings.instance / "server.log"
        self._line = [*map(str, under), sys.executable, *program, "serve", "--port", self._port]
        self._process: subprocess.Popen[bytes] | None = None
        settings.instance.mkdir(parents=True, exist_ok=True)

    @property
    def service(self) -> Running:
        """The server as it runs now."""
        assert self._process is not None
        return Running(self.settings, self.log, self._process.pid)

    @property
    def photos(self) -> Path:
        """The folder of the photo store."""
        return Path(self.settings.photo_store.removeprefix("folder:"))

    def start(self) -> Running:
        """Start it and wait until it is ready. Raises NotStarted."""
        self.launch()
        until = time.monotonic() + START_S
        while time.monotonic() < until and self._runs():
            if self._is_ready():
                return self.service
            time.sleep(0.02)
        raise NotStarted(self.log.read_text())

    def launch(self) -> None:
        """Start it and wait for nothing."""
        machine = {name: value for name, value in environ.items() if not name.startswith(PREFIX)}
        ours = Running(self.settings, self.log, 0).environment
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._line, cwd=ROOT, env=machine | ours | {"PYTHONPATH": str(ROOT)}, stdout=log, stderr=log
            )

    def kill(self) -> None:
        """SIGKILL: nothing in the process is told."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    @property
    def _port(self) -> str:
        return self.settings.base_url.rpartition(":")[2]

    def _runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _is_ready(self) -> bool:
        connection = HTTPConnection("127.0.0.1", int(self._port), timeout=5)
        try:
            connection.request("GET", "/ready")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False  # nobody listens yet
        finally:
            connection.close()


@contextmanager
def started(server: Server) -> Iterator[Running]:
    """The server, ready, until the block ends."""
    try:
        yield server.start()
    finally:
        server.kill()

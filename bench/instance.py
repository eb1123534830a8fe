"""A real service to measure: its own folder, a simulated history, the real server as its own process."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import psutil

START_S = 60


@dataclass(frozen=True)
class Service:
    """A running server: where it is, how to come in, and the process whose work is counted."""

    port: int
    coordinator: str
    reporter: str
    process: psutil.Process

    def cpu_s(self) -> float:
        """CPU seconds that the server has used so far."""
        times = self.process.cpu_times()
        return times.user + times.system


def command(environment: dict[str, str], *words: str) -> str:
    """Run a command of the service; returns what it printed."""
    line = [sys.executable, "-m", "observations", *words]
    done = subprocess.run(line, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


@contextmanager
def service(folder: Path, *, reports: int, database_url: str = "") -> Iterator[Service]:
    """An instance in `folder` with that many simulated reports, served until the block ends."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OGON_")}
    environment |= {"OGON_INSTANCE": str(folder), "OGON_REPORTS_PER_HOUR": "100000"}
    environment |= {"OGON_DATABASE_URL": database_url} if database_url else {}
    folder.mkdir(parents=True, exist_ok=True)
    command(environment, "simulate", "--reports", str(reports), "--years", "5", "--seed", "1")
    tokens = {
        role: command(environment, "token", "--role", role, "--name", "bench") for role in ("coordinator", "reporter")
    }
    port = _free_port()
    with (folder / "serve.log").open("wb") as log:
        line = [sys.executable, "-m", "observations", "serve", "--port", str(port)]
        process = subprocess.Popen(line, env=environment, stdout=log, stderr=log)
    try:
        _wait(port)
        yield Service(port, tokens["coordinator"], tokens["reporter"], psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(port: int) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=1)
            connection.request("GET", "/live")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"the server did not answer within {START_S} s")

"""Many phones send their photos at once: each is taken, or asked to come back; none is cut off, none counts twice."""

import os
import statistics
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
import sqlalchemy as sa

from observations.access import Role
from observations.database import Database
from observations.record.tables import Observation, Photo
from tests.faults.sending import CONTENT_TYPE, PATH, a_report
from tests.journeys.serving import Service, an_instance, serving
from tests.uploads.scenes import a_noise, saved

CLIENTS = 24
PATIENCE_S = 90
MEMORY_BOUND = 1024 * 1024 * 1024
"""What docs/operations.md says that the server takes at most, on two cores and with the default settings."""


@dataclass
class Met:
    """What the clients and the watchers met with."""

    answers: list[tuple[int, str | None]] = field(default_factory=list)
    """Status and Retry-After of each answer."""
    broken: list[str] = field(default_factory=list)
    live_s: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    """Bytes of the server's process, without the one that looks for faces."""

    def __str__(self) -> str:
        counted = Counter(status for status, _ in self.answers)
        live_ms = f"{statistics.median(self.live_s) * 1000:.0f} ms, at most {max(self.live_s) * 1000:.0f} ms"
        return f"{dict(counted)}, {len(self.broken)} broken; /live {live_ms}; {max(self.memory) >> 20} MB at most"


@pytest.fixture(scope="module")
def photos() -> list[bytes]:
    """A full one of 12 megapixels among those that phones have shrunk, all of them full of detail."""
    shrunk = [saved(a_noise(1600, 1200, seed), "JPEG", quality=80) for seed in range(5)]
    return [saved(a_noise(4000, 3000), "JPEG", quality=80), *shrunk]


@pytest.fixture(params=["256", "32"] if os.environ.get("FAULTS") else ["32"], ids=lambda megabytes: f"{megabytes} MB")
def service(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Service]:
    """The server as it is run, and with as little memory for uploads as can be set."""
    with serving(an_instance(tmp_path / "instance"), OGON_UPLOAD_MEMORY_MB=request.param) as service:
        yield service


def send_until_taken(service: Service, token: str, body: bytes, met: Met) -> None:
    """As a phone does: the same report again, after as long as was asked."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": CONTENT_TYPE}
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        connection = HTTPConnection(urlsplit(service.address).netloc, timeout=PATIENCE_S)
        try:
            connection.request("POST", PATH, body, headers)
            answer = connection.getresponse()
            answer.read()
        except OSError as error:
            met.broken.append(repr(error))
            return
        finally:
            connection.close()
        met.answers.append((answer.status, answer.headers["Retry-After"]))
        if answer.status != 503:
            return
        time.sleep(float(answer.headers["Retry-After"]) / 5)
    met.broken.append("never taken")


@contextmanager
def watched(service: Service, met: Met) -> Iterator[None]:
    """Asks for /live and looks at the memory, again and again."""
    over, process = threading.Event(), psutil.Process(service.pid)

    def look() -> None:
        while not over.wait(0.02):
            began = time.monotonic()
            connection = HTTPConnection(urlsplit(service.address).netloc, timeout=PATIENCE_S)
            connection.request("GET", "/live")
            assert connection.getresponse().status == 200
            connection.close()
            met.live_s.append(time.monotonic() - began)
            met.memory.append(process.memory_info().rss)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_many_phones_at_once_are_all_served(service: Service, photos: list[bytes]) -> None:
    """Twenty-four reports with photos at the same moment, while somebody looks whether the service lives."""
    met, token = Met(), service.token(Role.REPORTER)
    ids = [uuid.uuid4() for _ in range(CLIENTS)]
    bodies = [a_report(photos[n % len(photos)], id=str(report_id)) for n, report_id in enumerate(ids)]
    clients = [threading.Thread(target=send_until_taken, args=(service, token, body, met)) for body in bodies]
    with watched(service, met):
        for client in clients:
            client.start()
        for client in clients:
            client.join()
    print(f"\n{CLIENTS} clients: {met}")
    database = Database(service.settings.database_url)
    with database.reading() as session:
        kept = Counter(session.scalars(sa.select(Observation.id)))
        kept_photos = session.scalar(sa.select(sa.func.count()).select_from(Photo))
    database.dispose()

    assert [] == met.broken
    assert {201, 503} >= {status for status, _ in met.answers}
    assert all(wait for status, wait in met.answers if status == 503)
    assert Counter(ids) == kept
    assert CLIENTS == kept_photos
    assert max(met.memory) < MEMORY_BOUND
    assert statistics.median(met.live_s) < 1
    assert [] == service.faults_logged()

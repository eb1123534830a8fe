"""Clients that ask one thing many times and say how long each answer took."""

import statistics
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.client import HTTPConnection

from bench.instance import Service

Request = tuple[str, str, bytes, dict[str, str]]
"""Method, path, body, headers."""
BOUNDARY = "measured"


@dataclass(frozen=True)
class Timing:
    """What a series of equal requests cost."""

    requests: int
    wall_s: float
    cpu_ms: float
    median_ms: float
    p95_ms: float
    largest_bytes: int

    @property
    def per_second(self) -> float:
        """Answers in a second, all clients together."""
        return self.requests / self.wall_s


class UnexpectedAnswer(Exception):
    """The service answered with another status than the measurement is about: its figure would mean nothing."""


def measure(service: Service, make: Callable[[int], Request], *, requests: int, clients: int, expect: int) -> Timing:
    """Send `requests` requests over `clients` kept connections; CPU is the server process's own."""
    for request in map(make, range(-3, 0)):
        _send(service, [request], expect)
    made = [make(n) for n in range(requests)]
    times: list[tuple[float, int]] = []
    failed: list[Exception] = []

    def work(share: list[Request]) -> None:
        try:
            times.extend(_send(service, share, expect))
        except Exception as error:  # told below, in the thread that can stop the run
            failed.append(error)

    threads = [threading.Thread(target=work, args=(made[n::clients],)) for n in range(clients)]
    cpu, wall = service.cpu_s(), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall, cpu = time.perf_counter() - wall, service.cpu_s() - cpu
    if failed:
        raise failed[0]
    spans = sorted(span for span, _ in times)
    return Timing(
        requests=requests,
        wall_s=wall,
        cpu_ms=cpu * 1000 / requests,
        median_ms=statistics.median(spans) * 1000,
        p95_ms=spans[int(len(spans) * 0.95)] * 1000,
        largest_bytes=max(size for _, size in times),
    )


def get(service: Service, path: str) -> Request:
    """A reading request of the coordinator."""
    return "GET", path, b"", {"Authorization": f"Bearer {service.coordinator}"}


def always(request: Request) -> Callable[[int], Request]:
    """The same request every time."""
    return lambda _n: request


def report(service: Service, photo: bytes = b"") -> Request:
    """A new report, every one with an id of its own."""
    fields = {
        "id": str(uuid.uuid4()),
        "category": "KLO",
        "observed_at": "2026-09-10T10:00:00+02:00",
        "latitude": "59.607",
        "longitude": "16.545",
        "accuracy_m": "8",
        "note": "Nytt sedan i fredags.",
    }
    body = b"".join(_part(name, value.encode()) for name, value in fields.items())
    if photo:
        body += _part('photos"; filename="image.jpg', photo, b"Content-Type: image/jpeg\r\n")
    headers = {
        "Authorization": f"Bearer {service.reporter}",
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
    }
    return "POST", "/api/v1/observations", body + f"--{BOUNDARY}--\r\n".encode(), headers


def _part(name: str, value: bytes, more: bytes = b"") -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n'.encode()
    return head + more + b"\r\n" + value + b"\r\n"


def _send(service: Service, requests: Iterable[Request], expect: int) -> list[tuple[float, int]]:
    connection = HTTPConnection("127.0.0.1", service.port, timeout=60)
    times = []
    for method, path, body, headers in requests:
        start = time.perf_counter()
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        size = len(answer.read())
        times.append((time.perf_counter() - start, size))
        if answer.status != expect:
            raise UnexpectedAnswer(f"{method} {path}: {answer.status}, not {expect}")
    connection.close()
    return times

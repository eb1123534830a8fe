"""What lies between a phone and the service: a net that breaks off, answers with nonsense, or is not there.

A proxy on loopback that hands every request on, and does to reports what a test asks for.
"""

import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

REPORTS = "/api/v1/observations"
PROBLEM = "application/problem+json"
HOP = {"connection", "keep-alive", "transfer-encoding"}
PATIENCE_S = 60


class Cut(Enum):
    """Where the net breaks off."""

    BEFORE = "before the first byte"
    HALFWAY = "when half of the report has been sent"
    AFTER = "when the service has the report and before its answer is through"


@dataclass(frozen=True)
class Answer:
    """An answer that comes from somebody else than the service, or in its place."""

    status: int
    body: str = '{"title": "planted"}'
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": PROBLEM})


@dataclass
class Net:
    """A net with its faults, and what has passed through it."""

    service: str
    address: str = ""
    down: bool = False
    delay_s: float = 0
    """How long each request waits before anything happens to it."""
    held: dict[str, float] = field(default_factory=dict)
    """How many seconds longer a request waits whose path ends so."""
    gates: dict[str, threading.Event] = field(default_factory=dict)
    """What a request waits for whose path ends so."""
    lost: set[str] = field(default_factory=set)
    """Ends of paths that are never answered."""
    unheard: set[str] = field(default_factory=set)
    """Ends of paths that are handed on, and whose answers are lost."""
    faults: "deque[Cut | Answer | None]" = field(default_factory=deque)
    """What becomes of the next reports, one after the other; None lets one through."""
    reports: list[bytes] = field(default_factory=list)
    """The bodies of those that were handed on."""
    seen: list[str] = field(default_factory=list)
    """Method and path of every request that came."""
    answered: list[str] = field(default_factory=list)
    """The same, of those that got an answer."""
    bytes_to_phone: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, amount: int) -> None:
        """Bytes that the phone has been sent."""
        with self.lock:
            self.bytes_to_phone += amount

    def next_fault(self) -> "Cut | Answer | None":
        """What becomes of this report."""
        with self.lock:
            return self.faults.popleft() if self.faults else None


@contextmanager
def between(service: str) -> Iterator[Net]:
    """The net, reachable at its `address` until the block ends."""
    net = Net(service)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("OneRequest", (Handler,), {"net": net}))
    server.daemon_threads = True
    net.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield net
    finally:
        net.down = True
        server.shutdown()
        thread.join()
        server.server_close()


class Handler(BaseHTTPRequestHandler):
    """One connection. Every answer closes it, so that none is left open when the net goes down."""

    protocol_version = "HTTP/1.1"
    net: Net

    def do_GET(self) -> None:
        """Hand it on, or break off."""
        self.close_connection = True
        self.net.seen.append(f"{self.command} {self.path}")
        time.sleep(self.net.delay_s + sum(more for end, more in self.net.held.items() if self.path.endswith(end)))
        for gate in [gate for end, gate in self.net.gates.items() if self.path.endswith(end)]:
            gate.wait(PATIENCE_S)
        if self.net.down or self.path.endswith(tuple(self.net.lost)):
            return
        is_report = self.command == "POST" and self.path == REPORTS
        fault = self.net.next_fault() if is_report else None
        length = int(self.headers.get("Content-Length", 0))
        if fault is Cut.BEFORE:
            return
        if fault is Cut.HALFWAY:
            self.rfile.read(length // 2)
            return
        body = self.rfile.read(length)
        if isinstance(fault, Answer):
            self._write(fault.status, [*fault.headers.items()], fault.body.encode())
            return
        if is_report:
            self.net.reports.append(body)
        status, headers, answer = self._handed_on(body)
        if fault is not Cut.AFTER and not self.path.endswith(tuple(self.net.unheard)):
            self._write(status, headers, answer)

    do_POST = do_GET  # noqa: N815  # the name that the standard library looks for

    def _handed_on(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = HTTPConnection(urlsplit(self.net.service).netloc, timeout=PATIENCE_S)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
        try:
            connection.request(self.command, self.path, body=body or None, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def _write(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        kept = [(name, value) for name, value in headers if name.lower() not in HOP | {"content-length"}]
        lines = [f"HTTP/1.1 {status} Planted", *(f"{name}: {value}" for name, value in kept)]
        if status != 304:
            lines.append(f"Content-Length: {len(body)}")
        whole = "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1") + body
        self.net.count(len(whole))
        self.net.answered.append(f"{self.command} {self.path}")
        try:
            self.wfile.write(whole)
        except OSError:
            return  # the phone has gone

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: what came is in `seen`."""

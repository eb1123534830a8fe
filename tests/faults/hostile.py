"""Requests that no browser makes, sent byte by byte over a real connection, and what the server says to them."""

import re
import socket
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from dataclasses import field as field_
from datetime import UTC, datetime
from http.client import HTTPException, HTTPResponse
from urllib.parse import urlencode, urlsplit

from observations.access import Role
from tests.journeys.serving import Service

BOUNDARY = "between-the-parts"
FORM = f"Content-Type: multipart/form-data; boundary={BOUNDARY}"
REST = "/api/v1/observations"
MOST_READ = 2_000_000
QUIET_S = 3
"""A server that has nothing more to say for so long has said it all."""
PATIENCE_S = 30
"""After that there is no answer. What an answer may take is for the test to say."""

Part = tuple[bytes, bytes]
"""The head of a part of a form, without its line ends, and its content."""


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 and the kind of trouble as text when that was no answer at all."""

    status: int
    kind: str
    text: str
    seconds: float
    headers: Mapping[str, str] = field_(default_factory=dict)


@dataclass(frozen=True)
class Browser:
    """What a browser brings along: its cookies, and the token that its forms carry."""

    cookies: str
    csrf: str

    @property
    def head(self) -> str:
        """The header line."""
        return f"Cookie: {self.cookies}"


@dataclass(frozen=True)
class Site:
    """A running service, and what it takes to be somebody there."""

    host: str
    port: int
    token: str
    """Of another system that may do what a coordinator may."""
    coordinator: Browser
    stranger: Browser
    """Nobody has signed in on it."""
    report: str = ""
    """The id of a report that waits there, where a test has sent one."""
    photo: str = ""
    """The id of its photo."""

    @classmethod
    def of(cls, service: Service) -> "Site":
        """Sign another system and a browser in, by the doors that there are."""
        address = urlsplit(service.address)
        site = cls(
            str(address.hostname), address.port or 80, service.token(Role.COORDINATOR), Browser("", ""), Browser("", "")
        )
        stranger = site.browser("/in")
        secret = service.invitation(Role.COORDINATOR).partition("#")[2]
        entered = site.send(submitted(stranger, "/in", secret=secret))
        assert 303 == entered.status, entered
        cookie = entered.headers["Set-Cookie"].partition(";")[0]
        coordinator = site.browser("/rapportera", f"{stranger.cookies}; {cookie}")
        return replace(site, coordinator=coordinator, stranger=stranger)

    def browser(self, path: str, cookies: str = "") -> Browser:
        """One that has opened a page with a form."""
        page = self.send(request("GET", path, [f"Cookie: {cookies}"] if cookies else []))
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        assert token, page
        return Browser(cookies or page.headers["Set-Cookie"].partition(";")[0], token[1])

    def send(self, raw: bytes) -> Answer:
        """Whatever these bytes are, and whatever the answer is."""
        began = time.monotonic()
        with socket.create_connection((self.host, self.port), timeout=PATIENCE_S) as connection:
            sender = threading.Thread(target=_sent, args=(connection, raw))
            sender.start()
            try:
                answer = _answer(connection, began)
            except (OSError, HTTPException) as error:
                answer = Answer(0, "", f"{type(error).__name__}: {error}", time.monotonic() - began)
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            sender.join()
        return answer

    def all_answers(self, raw: bytes) -> list[int]:
        """The statuses of everything that is answered to these bytes before the server closes or waits for more."""
        with socket.create_connection((self.host, self.port), timeout=QUIET_S) as connection:
            connection.sendall(raw)
            whole = b""
            with suppress(OSError):
                while piece := connection.recv(65_536):
                    whole += piece
        return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", whole)]

    def form(self, *parts: "Part", head: Sequence[str] = ()) -> bytes:
        """A report from the page /rapportera."""
        return request("POST", "/rapportera", [self.coordinator.head, FORM, *head], multipart(parts))

    def rest(self, *parts: "Part", head: Sequence[str] = (FORM,)) -> bytes:
        """A report from another system."""
        return request("POST", REST, [self.bearer, *head], multipart(parts))

    def get(self, target: str, *head: str) -> bytes:
        """A question of another system."""
        return request("GET", target, [self.bearer, *head])

    def page(self, target: str, *head: str) -> bytes:
        """A page that somebody opens."""
        return request("GET", target, [self.coordinator.head, *head])

    @property
    def bearer(self) -> str:
        """The header line that says who the other system is."""
        return f"Authorization: Bearer {self.token}"


def request(method: str, target: str, head: Sequence[str] = (), body: bytes = b"") -> bytes:
    """A request of one's own making: `target` and `head` go as they are."""
    lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", *head]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def chunked(head: bytes, body: bytes, size: int = 65_536) -> bytes:
    """The request with that head, its body in pieces and its length not said."""
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    framed = b"".join(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces)
    return head + framed + b"0\r\n\r\n"


def multipart(parts: Sequence[Part], boundary: str = BOUNDARY) -> bytes:
    """The parts as a form sends them."""
    between = f"--{boundary}\r\n".encode()
    return b"".join(between + head + b"\r\n\r\n" + content + b"\r\n" for head, content in parts) + (
        f"--{boundary}--\r\n".encode()
    )


def field(name: str, value: str | bytes) -> Part:
    """An ordinary text field."""
    content = value.encode() if isinstance(value, str) else value
    return f'Content-Disposition: form-data; name="{name}"'.encode(), content


def file(content: bytes, name: bytes = b"image.jpg", field: bytes = b"photos") -> Part:
    """A chosen file."""
    return b'Content-Disposition: form-data; name="%s"; filename="%s"' % (field, name), content


def report(**changed: str | bytes | None) -> list[Part]:
    """The fields of an ordinary report as another system sends it; None leaves one out."""
    fields: dict[str, str | bytes | None] = {
        "id": str(uuid.uuid4()),
        "category": "KLO",
        "observed_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "latitude": "59.338",
        "longitude": "18.086",
    }
    return [field(name, value) for name, value in (fields | changed).items() if value is not None]


def typed(browser: Browser, **changed: str | bytes | None) -> list[Part]:
    """The fields of the page /rapportera as a browser sends them; None leaves one out."""
    fields: dict[str, str | bytes | None] = {
        "csrf_token": browser.csrf,
        "id": str(uuid.uuid4()),
        "category": "KLO",
        "place": "address",
        "address": "Ringvägen 12",
        "time": "now",
    }
    return [field(name, value) for name, value in (fields | changed).items() if value is not None]


def submitted(browser: Browser, path: str, **fields: str) -> bytes:
    """A button pressed on a page of that browser's."""
    body = urlencode({"csrf_token": browser.csrf, **fields}).encode()
    return request("POST", path, [browser.head, "Content-Type: application/x-www-form-urlencoded"], body)


def _sent(connection: socket.socket, raw: bytes) -> None:
    with suppress(OSError):  # a server may answer and close before it has read all
        connection.sendall(raw)


def _answer(connection: socket.socket, began: float) -> Answer:
    response = HTTPResponse(connection)
    response.begin()
    text = response.read(MOST_READ).decode(errors="replace")
    return Answer(
        response.status, response.headers.get_content_type(), text, time.monotonic() - began, dict(response.headers)
    )

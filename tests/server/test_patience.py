"""Nothing lasts for ever: who says nothing, who crawls and who does not listen is left, and the others are answered."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from flask import Flask, Response, request
from flask.typing import ResponseReturnValue

from config import Settings
from observations import limits
from observations.access import allow
from observations.server.bounds import Bounds
from tests.server.wire import (
    announced,
    asked,
    closed_by_the_server,
    connected,
    eventually,
    head,
    heard,
    listening,
)

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

LIVE = head("GET", "/live")
MB = 1_000_000
SHORT = Bounds(idle_s=1, header_s=1, request_s=1, answer_s=1)


def add(app: Flask, path: str, view: Callable[[], ResponseReturnValue]) -> None:
    """A page for anyone."""
    app.add_url_rule(path, endpoint=path, view_func=allow.anyone(view), methods=["GET", "POST"])


def crawl(connection: socket.socket, start: bytes) -> None:
    """Say a little again and again, as long as somebody takes it; never long enough silent to be called idle."""
    connection.sendall(start)
    until = time.monotonic() + 30
    connection.settimeout(0.1)
    while time.monotonic() < until:
        try:
            connection.sendall(b"x")
            if connection.recv(1) == b"":
                return
        except TimeoutError:
            continue
        except OSError:
            return
    raise AssertionError("still there")


def test_who_says_nothing_is_left(app: Flask, settings: Settings) -> None:
    """A connection costs something, also an idle one."""
    with listening(app, settings, SHORT) as server, connected(server.port) as silent:
        assert closed_by_the_server(silent)


@pytest.mark.parametrize("start", [b"GET /live HTTP/1.1\r\nX: ", announced(1000)], ids=["headers", "body"])
def test_who_crawls_is_left_in_the_end(app: Flask, settings: Settings, start: bytes) -> None:
    """A byte now and then does not keep a request open for ever."""
    with listening(app, settings, Bounds(header_s=1, request_s=1)) as server, connected(server.port) as connection:
        crawl(connection, start)
        assert 200 == asked(server.port, LIVE).status


def test_who_does_not_listen_is_left_and_holds_nobody_up(app: Flask, settings: Settings) -> None:
    """As many as there are workers ask for something long and take none of it."""

    def long() -> ResponseReturnValue:
        return Response(bytes(MB) for _ in range(100))

    add(app, "/long", long)
    with listening(app, settings, SHORT) as server, ExitStack() as stack:
        deaf = [stack.enter_context(connected(server.port)) for _ in range(limits.PAGE_THREADS)]
        for connection in deaf:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall(head("GET", "/long"))
        assert 200 == asked(server.port, LIVE).status


def test_answers_that_nobody_takes_are_given_up_when_they_are_too_many(app: Flask, settings: Settings) -> None:
    """The longest waiting first, so that memory has a bound; whoever asked last gets its answer."""
    add(app, "/large", lambda: Response(bytes(8 * MB)))
    with listening(app, settings, Bounds(unsent_bytes=9 * MB)) as server, ExitStack() as stack:
        deaf = []
        for _ in range(4):
            connection = stack.enter_context(connected(server.port))
            connection.sendall(head("GET", "/large"))
            deaf.append(connection)
            time.sleep(0.05)
        assert eventually(lambda: len(server.listeners[0].active_channels) < 4, within_s=20)
        last = heard(deaf[-1])

        assert (200, 8 * MB) == (last.status, len(last.body))


def test_a_new_connection_is_taken_for_one_that_does_nothing(app: Flask, settings: Settings) -> None:
    """Silent ones go first, the oldest before the others; a report that is coming in stays."""
    with listening(app, settings, Bounds(connections=20)) as server, ExitStack() as stack:
        busy = stack.enter_context(connected(server.port))
        busy.sendall(head("POST", "/language/en", "Content-Length: 5") + b"ne")
        silent = [stack.enter_context(connected(server.port)) for _ in range(60)]
        assert 200 == asked(server.port, LIVE).status
        assert closed_by_the_server(silent[0])
        busy.sendall(b"xt=")
        assert 303 == heard(busy).status


@pytest.fixture
def gate(app: Flask) -> Iterator[threading.Event]:
    """A page that answers once the gate is open."""
    gate = threading.Event()

    def slow() -> ResponseReturnValue:
        request.get_data()
        gate.wait(30)
        return "done"

    add(app, "/slow", slow)
    yield gate
    gate.set()


def test_half_headers_keep_nobody_out(app: Flask, settings: Settings) -> None:
    """As many connections as there may be have sent one byte each: the newcomer is answered all the same."""
    with ExitStack() as stack:
        server = stack.enter_context(listening(app, settings, Bounds(connections=20)))
        for _ in range(20):
            stack.enter_context(connected(server.port)).sendall(b"G")
        time.sleep(0.2)  # the server has read them; not that the outcome hangs on it
        answers = [asked(server.port, LIVE).status for _ in range(10)]

    assert [200] * 10 == answers


def test_uploads_that_are_worked_on_keep_no_page_waiting(app: Flask, settings: Settings, gate: threading.Event) -> None:
    """However many photos wait for a core, /live and the coordinator's queue are answered."""
    with listening(app, settings) as server, ExitStack() as stack:
        sending = [stack.enter_context(connected(server.port)) for _ in range(30)]
        for connection in sending:
            connection.sendall(announced(MB, "/slow") + bytes(MB))
        assert eventually(lambda: server.room.taken > 25 * MB)
        assert 200 == asked(server.port, LIVE).status
        gate.set()

        assert {200} == {heard(connection).status for connection in sending}


def test_what_is_under_way_is_finished_when_the_server_stops(
    app: Flask, settings: Settings, gate: threading.Event
) -> None:
    """An upgrade cuts nobody off who is being answered; connections with nothing on them are closed at once."""
    with listening(app, settings) as server, connected(server.port) as idle, connected(server.port) as asking:
        asking.sendall(head("GET", "/slow"))
        assert eventually(lambda: any(c.requests for c in list(server.listeners[0].active_channels.values())))
        server.stop()
        assert closed_by_the_server(idle)
        with pytest.raises(OSError, match="refused"):
            connected(server.port)
        gate.set()

        assert (200, b"done") == ((answer := heard(asking)).status, answer.body)


def test_the_server_stops_though_somebody_is_not_done(app: Flask, settings: Settings) -> None:
    """A phone that is half-way through its report sends it again."""
    with listening(app, settings, Bounds(stop_s=0.5)) as server, connected(server.port) as half_way:
        half_way.sendall(announced(MB) + b"x")
        assert eventually(lambda: bool(server.listeners[0].active_channels))
        server.stop()
        assert closed_by_the_server(half_way)

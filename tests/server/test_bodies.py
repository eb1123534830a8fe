"""Bodies that are too large, or for which there is no room: read to their end, thrown away, answered like all else."""

import json
import time

import pytest
from flask import Flask, request
from flask.typing import ResponseReturnValue

from config import Settings
from observations import limits
from observations.access import allow
from observations.server.bounds import Bounds
from tests.server.wire import announced, asked, closed_by_the_server, connected, eventually, head, heard, listening

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

MB = 1_000_000
PIECE = bytes(MB)
CHUNK = b"f4240\r\n" + PIECE + b"\r\n"
CHUNKED = head("POST", "/measured", "Transfer-Encoding: chunked")


@pytest.fixture
def chosen(settings: Settings) -> Settings:
    """Room for one report of full size and some more."""
    return settings.model_copy(update={"upload_memory_mb": 32})


@pytest.fixture
def measuring(app: Flask) -> Flask:
    """An app with a page that says how long the body was."""

    @allow.anyone
    def measured() -> ResponseReturnValue:
        return str(len(request.get_data()))

    app.add_url_rule("/measured", endpoint="measured", view_func=measured, methods=["POST"])
    return app


def test_a_body_of_a_hundred_megabytes_is_answered_and_no_pipe_breaks(app: Flask, chosen: Settings) -> None:
    """A client that sends all before it listens hears that it was too much, in the words of the service."""
    with listening(app, chosen) as server:
        began = time.monotonic()
        answer = asked(server.port, announced(100 * MB), *[PIECE] * 100)
        took_s = time.monotonic() - began
        print(f"\n100 MB refused in {took_s:.2f} s")

        assert (413, "application/problem+json") == (answer.status, answer.headers.get_content_type())
        assert "Skicka högst 25 MB" in json.loads(answer.body)["detail"]
        assert 0 == server.room.taken
        assert took_s < 10  # measured 0.3 s on a quiet machine


def test_a_page_says_it_to_people(app: Flask, chosen: Settings) -> None:
    """The form of the phone, sent with more than it can hold."""
    with listening(app, chosen) as server:
        answer = asked(server.port, announced(30 * MB, "/rapportera"), *[PIECE] * 30)

    assert (413, "text/html") == (answer.status, answer.headers.get_content_type())
    assert "Skicka högst 25 MB" in answer.body.decode()


def test_a_body_in_chunks_is_bounded_too(measuring: Flask, chosen: Settings) -> None:
    """It says its size by its end only."""
    with listening(measuring, chosen) as server:
        small = asked(server.port, CHUNKED, CHUNK, CHUNK, b"0\r\n\r\n")
        large = asked(server.port, CHUNKED, *[CHUNK] * 30, b"0\r\n\r\n")

    assert (200, str(2 * MB).encode()) == (small.status, small.body)
    assert 413 == large.status


def test_what_is_too_large_even_to_be_thrown_away_is_answered_at_once(app: Flask, chosen: Settings) -> None:
    """And the connection is closed, since nobody reads the rest."""
    with listening(app, chosen) as server:
        answer = asked(server.port, announced(limits.DISCARDED_BYTES + 1))

    assert (413, "close") == (answer.status, answer.headers["Connection"])


def test_who_asks_before_sending_is_told_before_sending(app: Flask, chosen: Settings) -> None:
    """Expect: 100-continue (RFC 9110, 10.1.1) saves the client its upload."""
    sent = head("POST", "/api/v1/observations", f"Content-Length: {100 * MB}", "Expect: 100-continue")
    with listening(app, chosen) as server:
        answer = asked(server.port, sent)

    assert 413 == answer.status


def test_the_connection_is_good_for_more_afterwards(measuring: Flask, chosen: Settings) -> None:
    """What was thrown away leaves nothing behind that would be taken for the next request."""
    with listening(measuring, chosen) as server, connected(server.port) as connection:
        connection.sendall(announced(30 * MB, "/measured"))
        for _ in range(30):
            connection.sendall(PIECE)
        refused = heard(connection)
        connection.sendall(head("POST", "/measured", "Content-Length: 3") + b"abc")
        taken = heard(connection)

    assert (413, 200, b"3") == (refused.status, taken.status, taken.body)


def test_where_there_is_no_room_the_client_is_asked_to_come_back(measuring: Flask, chosen: Settings) -> None:
    """Its body was read; pages, and small bodies, are answered meanwhile; and the room is free once the others went."""
    with listening(measuring, chosen) as server, connected(server.port) as first, connected(server.port) as second:
        for connection, count in ((first, 20), (second, 10)):
            connection.sendall(announced(24 * MB, "/measured"))
            for _ in range(count):
                connection.sendall(PIECE)
        assert eventually(lambda: server.room.taken > 29 * MB)
        late = asked(server.port, announced(20 * MB), *[PIECE] * 20)
        page = asked(server.port, head("GET", "/live"))
        small = asked(server.port, announced(1000, "/measured"), bytes(1000))
        second.close()
        assert eventually(lambda: server.room.taken < 21 * MB)
        for _ in range(4):
            first.sendall(PIECE)
        whole = heard(first)

        assert (503, "5") == (late.status, late.headers["Retry-After"])
        assert "application/problem+json" == late.headers.get_content_type()
        assert (200, 200) == (page.status, small.status)
        assert (200, str(24 * MB).encode()) == (whole.status, whole.body)
        assert eventually(lambda: server.room.taken == 0)


def test_connections_that_announce_much_and_send_nothing_take_no_room(measuring: Flask, chosen: Settings) -> None:
    """Counted is what has come."""
    with listening(measuring, chosen) as server:
        silent = [connected(server.port) for _ in range(40)]
        for connection in silent:
            connection.sendall(announced(24 * MB, "/measured") + b"x")
        answer = asked(server.port, announced(24 * MB, "/measured"), *[PIECE] * 24)
        for connection in silent:
            connection.close()

    assert 200 == answer.status


def test_a_body_that_waited_too_long_for_its_turn_is_sent_back(measuring: Flask, chosen: Settings) -> None:
    """Where nobody had time for it the phone hears so, and tries again later."""
    with listening(measuring, chosen, Bounds(queue_s=-1)) as server:
        photo = asked(server.port, announced(MB, "/measured"), PIECE)
        words = asked(server.port, announced(1000, "/measured"), bytes(1000))

    assert (503, 200) == (photo.status, words.status)


def test_a_line_between_chunks_that_has_no_end_is_not_put_together(measuring: Flask, chosen: Settings) -> None:
    """Waitress would join it anew for each piece, while nobody else is answered."""
    with listening(measuring, chosen) as server, connected(server.port) as connection:
        connection.sendall(CHUNKED)
        connection.sendall(b"1" * (2 * limits.CHUNK_LINE_BYTES))
        answer = heard(connection)

        assert 400 == answer.status
        assert closed_by_the_server(connection)

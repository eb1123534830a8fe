"""What is not HTTP is answered by the web server itself: under the headers of every answer, and briefly."""

import pytest
from flask import Flask
from flask.typing import ResponseReturnValue

from config import Settings
from observations.access import allow
from tests.logbook import Entries
from tests.server.wire import Heard, asked, head, listening, waitress_alone

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

CANARY = "811228-9874"
GUARDED = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
NOT_HTTP = {
    "no request line": (f"{CANARY}\r\n\r\n".encode(), 400),
    "a TLS client": (b"\x16\x03\x01 \r\n\r\n", 400),
    "a small method": (f"get /{CANARY} HTTP/1.1\r\n\r\n".encode(), 400),
    "a bare line feed": (f"GET / HTTP/1.1\r\nHost: x\nX: {CANARY}\r\n\r\n".encode(), 400),
    "a header without a name": (head("GET", "/", f": {CANARY}"), 400),
    "a length that is none": (head("POST", "/", f"Content-Length: {CANARY}"), 400),
    "two lengths": (head("POST", "/", "Content-Length: 3", "Content-Length: 4"), 400),
    "a foreign coding": (head("POST", "/", "Transfer-Encoding: gzip"), 501),
    "a chunk without a size": (head("POST", "/", "Transfer-Encoding: chunked") + f"{CANARY}\r\n".encode(), 400),
    "endless headers": (head("GET", "/", f"X: {CANARY * 4000}"), 431),
}


def guarded(answer: Heard) -> dict[str, str | None]:
    """Its headers, of those that every answer must have."""
    return {name: answer.headers[name] for name in GUARDED}


@pytest.mark.parametrize(("sent", "status"), NOT_HTTP.values(), ids=NOT_HTTP)
def test_what_is_not_http_is_told_so_and_nothing_more(
    app: Flask, settings: Settings, entries: Entries, sent: bytes, status: int
) -> None:
    """Neither who answers, nor what was sent: not on the wire, not in the log."""
    with listening(app, settings) as server:
        answer = asked(server.port, sent)

    assert (status, GUARDED) == (answer.status, guarded(answer))
    assert "Server" not in answer.headers
    assert b"\r\n" == answer.body[-2:]
    assert str(status).encode() == answer.body[:3]
    assert CANARY not in entries()
    assert f"method=- route=- status={status}" in entries()


def test_a_broken_application_is_told_of_in_the_same_way(app: Flask, settings: Settings, entries: Entries) -> None:
    """When even the page about the failure fails; the log has no address."""
    app.config["PROPAGATE_EXCEPTIONS"] = True

    @allow.anyone
    def broken(what: str) -> ResponseReturnValue:
        raise ValueError(what)

    app.add_url_rule("/broken/<what>", endpoint="broken", view_func=broken)
    with listening(app, settings) as server:
        answer = asked(server.port, head("GET", f"/broken/{CANARY}"))

    assert (500, GUARDED, b"500 Internal Server Error\r\n") == (answer.status, guarded(answer), answer.body)
    assert "ValueError" in entries()
    assert CANARY not in entries()


def test_transport_security_is_asked_for_where_there_is_any(app: Flask, settings: Settings) -> None:
    """Also by the server itself."""
    secure = settings.model_copy(update={"base_url": "https://ogon.example.se"})
    told = []
    for chosen in (settings, secure):
        with listening(app, chosen) as server:
            told.append("Strict-Transport-Security" in asked(server.port, b"?\r\n\r\n").headers)

    assert [False, True] == told


def test_waitress_alone_says_more(app: Flask) -> None:
    """Control: without this package the same line is answered with the server's name and none of the headers."""
    with waitress_alone(app) as port:
        answer = asked(port, b"?\r\n\r\n")

    assert ("waitress", None) == (answer.headers["Server"], answer.headers["Content-Security-Policy"])

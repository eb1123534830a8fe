"""The real web server in a thread of this process, and clients that speak to it byte by byte."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPResponse
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

from config import Settings
from observations.server import WebServer
from observations.server.bounds import Bounds

PATIENCE_S = 60


@contextmanager
def listening(app: Flask, settings: Settings, bounds: Bounds | None = None) -> Iterator[WebServer]:
    """The app behind the real web server, on a free port of this machine."""
    server = WebServer(app, settings, host="127.0.0.1", port=0, bounds=bounds)
    runner = threading.Thread(target=server.run)
    runner.start()
    try:
        yield server
    finally:
        server.stop()
        runner.join(PATIENCE_S)
        assert not runner.is_alive()


@contextmanager
def waitress_alone(app: Flask, **options: Any) -> Iterator[int]:
    """The app behind waitress as it comes, for controls; the port."""
    sockets: dict[int, Any] = {}
    server: Any = create_server(app, map=sockets, host="127.0.0.1", port=0, **options)
    runner = threading.Thread(target=server.run)
    runner.start()
    try:
        yield server.effective_port
    finally:
        # Closed by its own thread: a socket that another thread closes can be the one it is just waiting on.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(sockets, ignore_all=True))
        runner.join(PATIENCE_S)
        server.task_dispatcher.shutdown()
        assert not runner.is_alive()


@dataclass(frozen=True)
class Heard:
    """An answer, as it came over the wire."""

    status: int
    headers: Message
    body: bytes


def connected(port: int) -> socket.socket:
    """A connection that is patient with a slow machine."""
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)


def heard(connection: socket.socket) -> Heard:
    """The next answer on it."""
    response = HTTPResponse(connection)
    response.begin()
    return Heard(response.status, response.headers, response.read())


def asked(port: int, *sent: bytes) -> Heard:
    """The answer to these bytes, all of which are sent first; a broken pipe is an error."""
    with connected(port) as connection:
        for part in sent:
            connection.sendall(part)
        return heard(connection)


def head(method: str, path: str, *lines: str) -> bytes:
    """Request line and headers."""
    return "\r\n".join((f"{method} {path} HTTP/1.1", "Host: localhost", *lines, "", "")).encode()


def announced(length: int, path: str = "/api/v1/observations") -> bytes:
    """The head of a request with a body of that length."""
    return head("POST", path, "Content-Type: multipart/form-data; boundary=x", f"Content-Length: {length}")


def closed_by_the_server(connection: socket.socket) -> bool:
    """Waits until the other end has closed, and says so; False if it answered or is still there."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def eventually(condition: Callable[[], bool], within_s: float = PATIENCE_S) -> bool:
    """Whether the condition comes true in time."""
    until = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True

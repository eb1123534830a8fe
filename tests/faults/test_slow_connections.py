"""Many connections that send slowly, or nothing, keep nobody else waiting."""

import os
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask

from tests.journeys.serving import an_instance, serving
from tests.server.wire import announced, head, heard, waitress_alone

START = {
    "slow bodies": announced(20_000_000) + b"--x",
    "slow headers": b"POST /api/v1/observations HTTP/1.1\r\nX-Slow: ",
    "silent": b"",
}
"""What each says at first; all but the silent ones go on, a byte at a time."""
PROBED_S = 4
PROMISED_S = 1
NOISE_S = 4
"""What a machine on which others work may take longer, once."""


@contextmanager
def crawling(port: int, each: int, kinds: dict[str, bytes]) -> Iterator[None]:
    """So many connections of each kind, as long as the block lasts."""
    over = threading.Event()
    with ExitStack() as stack:
        slow = []
        for _ in range(each):
            for start in kinds.values():
                connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
                connection.sendall(start)
                slow += [connection] if start else []

        def go_on() -> None:
            while not over.wait(0.5):
                for connection in slow:
                    connection.sendall(b"x")

        thread = threading.Thread(target=go_on)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def probed(port: int) -> list[float]:
    """How long /live took, again and again, in seconds."""
    took, until = [], time.monotonic() + PROBED_S
    while time.monotonic() < until:
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", port), timeout=PROMISED_S + NOISE_S) as connection:
            connection.sendall(head("GET", "/live"))
            assert 200 == heard(connection).status
        took.append(time.monotonic() - began)
        time.sleep(0.05)
    return took


@pytest.mark.parametrize("each", [60, 150] if os.environ.get("FAULTS") else [150])
def test_slow_connections_keep_nobody_waiting(tmp_path: Path, each: int) -> None:
    """So many of every kind at once, and /live answers within a second, every time."""
    with serving(an_instance(tmp_path / "instance")) as service:
        port = urlsplit(service.address).port
        assert port
        with crawling(port, each, START):
            took = probed(port)
    print(f"\n{each} of each kind: /live {statistics.median(took) * 1000:.1f} ms, at most {max(took) * 1000:.0f} ms")

    assert statistics.median(took) < PROMISED_S
    assert max(took) < PROMISED_S + NOISE_S


@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
def test_waitress_with_its_own_limit_answers_nobody(app: Flask) -> None:
    """Control: a hundred connections at most, 150 that say nothing, and the probe waits in vain."""
    with (
        waitress_alone(app, connection_limit=100, threads=8) as port,
        crawling(port, 150, {"silent": b""}),
        pytest.raises(TimeoutError),
    ):
        probed(port)

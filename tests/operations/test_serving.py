"""The server as it is run: what its log tells, what it believes of a proxy, what it tidies up when it starts."""

import http.client
import logging
import os
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from config import Settings
from observations import create_app
from observations.access import allow
from observations.cli.background import sweep_once
from tests import logbook
from tests.builders import an_observation
from tests.conftest import Browser
from tests.contracts import ROOT
from tests.intake.drafts import Intake, a_draft, a_photo
from tests.logbook import Entries
from tests.operations.files import age, file_of
from tests.server.wire import listening
from uploads.stores import new_name

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

SECRET = "Anna Andersson 811228-9874"
VISITOR = "203.0.113.77"
FORWARDED = {"X-Forwarded-For": VISITOR, "X-Forwarded-Proto": "https", "X-Forwarded-Host": "ogon.example.se"}


def asked(port: int, path: str, headers: dict[str, str]) -> str:
    """The body of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers=headers)
    text = connection.getresponse().read().decode()
    connection.close()
    return text


def a_mirror(app: Flask) -> None:
    """A page that tells what the request looks like from inside."""

    @allow.anyone
    def mirror() -> ResponseReturnValue:
        return jsonify(url=request.url, visitor=request.remote_addr)

    app.add_url_rule("/mirror", endpoint="mirror", view_func=mirror)


@pytest.mark.parametrize(
    ("proxies", "url"), [(1, "https://ogon.example.se/mirror"), (0, "http://127.0.0.1:{port}/mirror")]
)
def test_a_proxy_is_believed_only_when_the_operator_says_so(settings: Settings, proxies: int, url: str) -> None:
    """Scheme and host are what the browser sees; who the visitor is, nobody asks."""
    chosen = settings.model_copy(update={"trusted_proxies": proxies})
    app = create_app(chosen)
    a_mirror(app)
    with listening(app, chosen) as server:
        answer = asked(server.port, "/mirror", FORWARDED)
    app.extensions["ogon"].database.dispose()

    assert f'"{url.format(port=server.port)}"' in answer
    assert VISITOR not in answer


@pytest.fixture
def entries(app: Flask) -> Iterator[Entries]:
    """What the log of the process would hold, as text."""
    with logbook.kept() as entries:
        yield entries


def _says_it_in_a_message(_app: Flask) -> None:
    raise ValueError(f"cannot read {SECRET}")


def _says_it_in_the_cause(_app: Flask) -> None:
    try:
        _says_it_in_a_message(_app)
    except ValueError as error:
        raise RuntimeError("above") from error


def _says_it_to_the_database(app: Flask) -> None:
    with app.extensions["ogon"].database.writing() as session:
        first = an_observation(session, note=SECRET)
        an_observation(session, note=SECRET, id=first.id)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (_says_it_in_a_message, "ValueError"),
        (_says_it_in_the_cause, "RuntimeError"),
        (_says_it_to_the_database, "IntegrityError"),
    ],
)
def test_an_error_is_logged_without_what_was_typed(
    app: Flask, entries: Entries, fault: Callable[[Flask], None], kind: str
) -> None:
    """Kind and place in the code are there for whoever mends it; the note is not."""

    @allow.anyone
    def broken() -> ResponseReturnValue:
        fault(app)
        return ""

    app.add_url_rule("/broken", endpoint="broken", view_func=broken)
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    browser = app.test_client()
    assert isinstance(browser, Browser)
    assert 500 == browser.get("/broken").status_code

    assert kind in entries()
    assert fault.__name__ in entries()
    assert SECRET not in entries()


def test_the_databases_own_words_quote_nothing(app: Flask) -> None:
    """Also where an error's text is shown in another way than by our log."""
    with pytest.raises(IntegrityError) as caught:
        _says_it_to_the_database(app)

    assert SECRET not in str(caught.value)


def test_a_connection_is_logged_without_its_address(entries: Entries) -> None:
    """The web server's own complaint about a broken connection names it by address."""
    channel = "<waitress.channel.HTTPChannel connected 203.0.113.77:50001 at 0x7f0000000000>"
    logging.getLogger("waitress").error(
        "uncaptured python exception, closing channel %s (%s)", channel, OSError(9, "gone")
    )

    assert "closing channel <a connection>" in entries()
    assert VISITOR not in entries()


def test_a_full_disk_is_still_called_by_its_name(entries: Entries) -> None:
    """The system's own words quote nobody and help the operator."""
    try:
        raise OSError(28, "No space left on device", SECRET)
    except OSError:
        logging.getLogger("observations").exception("unexpected")

    assert "builtins.OSError: No space left on device" in entries()
    assert SECRET not in entries()


def test_starting_the_server_sweeps_and_serving_logs_nobody(settings: Settings, intake: Intake, tmp_path: Path) -> None:
    """What a crash left is gone soon after the start; good, bad and broken-off requests leave no address in the log."""
    intake.receive(a_draft(photos=(a_photo(),)))
    orphan = new_name()
    intake.store.put(orphan, b"pixels")
    age(intake, orphan)
    with serving(settings, tmp_path / "log") as port:
        assert '"ok":true' in asked(port, "/live", FORWARDED)
        asked(port, f"/{VISITOR}?q={VISITOR}", FORWARDED)
        broken_off(port)
        assert eventually(lambda: [intake.only().photos[0].name] == [name for name, _ in intake.store.names()])
    log = (tmp_path / "log").read_text()

    assert f"Serving on http://127.0.0.1:{port}\n" in log
    assert "swept: 0 temporary files, 1 photo files without a row" in log
    assert VISITOR not in log
    assert 1 == log.count("127.0.0.1")


def test_other_users_of_the_machine_can_read_nothing(settings: Settings, tmp_path: Path) -> None:
    """Neither the database nor its log nor a photo nor the secret, whatever the operator's own umask."""
    chosen = settings.model_copy(update={"instance": tmp_path / "new", "database_url": ""})
    with serving(chosen, tmp_path / "log"):
        paths = [chosen.instance, *chosen.instance.rglob("*")]
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in paths}

    assert {"ogon.sqlite3", "secret", "photos"} <= modes.keys()
    assert {} == {name: oct(mode) for name, mode in modes.items() if mode & 0o077}


def test_trouble_with_the_sweep_does_not_stop_the_server(
    app: Flask, intake: Intake, caplog: pytest.LogCaptureFixture
) -> None:
    """A store that is away is told in the log."""
    intake.receive(a_draft(photos=(a_photo(),)))
    file_of(intake, intake.only().photos[0]).unlink()
    for folder in intake.folder.iterdir():
        folder.rmdir()
    intake.folder.rmdir()
    intake.folder.write_bytes(b"in the way")
    sweep_once(app.extensions["ogon"])

    assert "the photo store was not swept: StoreUnavailable" in caplog.text


@contextmanager
def serving(settings: Settings, log: Path) -> Iterator[int]:
    """`serve` in a process of its own, answering; its stderr goes to `log`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    environment: dict[str, Any] = {name: text for name, text in os.environ.items() if not name.startswith("OGON_")}
    environment |= {"OGON_INSTANCE": str(settings.instance), "OGON_DATABASE_URL": settings.database_url}
    with log.open("w") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "observations", "serve", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stderr=stderr,
            stdout=stderr,
        )
    try:
        eventually(lambda: process.poll() is not None or _answers(port))
        assert _answers(port), log.read_text()
        yield port
    finally:
        process.terminate()
        assert 0 == process.wait(60), "told to stop, it ends well"


def broken_off(port: int) -> None:
    """A client that goes away in the middle of its request, and one that speaks no HTTP."""
    for sent in (b"POST /rapportera HTTP/1.1\r\nContent-Length: 1000\r\nHost: x\r\n\r\nabc", b"\x16\x03\x01 \r\n\r\n"):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
            client.sendall(sent)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


def eventually(condition: Callable[[], bool], within_s: float = 60) -> bool:
    """Whether the condition comes true in time."""
    until = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def _answers(port: int) -> bool:
    try:
        return "ok" in asked(port, "/live", {})
    except OSError:
        return False

"""Each request has a name, on its answer and on every line about it; and its line tells nothing that anybody typed."""

import logging
import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask, request
from flask.typing import ResponseReturnValue

from config import Settings
from observations import create_app
from observations.access import Role, allow
from observations.accounts.sessions import cookie_name
from tests.conftest import Browser, ClientFor
from tests.logbook import Entries
from tests.server.wire import asked, head, listening

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

HEADER = "X-Request-Id"
FRESH = re.compile(r"[0-9a-f]{16}")
OF_A_PROXY = "3f2a9c0012345678deadbeef00112233"
CANARY = "Kanariefågel-4711"
CANARY_WIRE = "Kanarief%C3%A5gel-4711"
SPELLINGS = (CANARY, CANARY_WIRE, "4711")


def test_every_answer_has_a_name_of_its_own(client: ClientFor) -> None:
    """Also the one to an address that is none."""
    browser = client()
    names = [browser.get(path).headers[HEADER] for path in ("/live", "/live", "/no-such-page", "/")]

    assert 4 == len(set(names))
    assert all(FRESH.fullmatch(name) for name in names)


@pytest.mark.parametrize(
    ("proxies", "offered", "taken_over"),
    [
        (1, OF_A_PROXY, True),
        (1, "6c2f1f0e-7a55-4ff0-9df5-1b8d6a1c2f3e", True),
        (0, OF_A_PROXY, False),
        (1, "short", False),
        (1, "f" * 65, False),
        (1, "deadbeef ERROR planted", False),
        (1, "Anna-Andersson", False),
    ],
)
def test_the_name_that_a_proxy_gave_is_kept(settings: Settings, proxies: int, offered: str, taken_over: bool) -> None:
    """So that both logs can be laid side by side. A visitor's own word for it gets into no log."""
    app = create_app(settings.model_copy(update={"trusted_proxies": proxies}))
    app.test_client_class = Browser
    answer = app.test_client().get("/live", headers={HEADER: offered})
    app.extensions["ogon"].database.dispose()

    assert taken_over == (answer.headers[HEADER] == offered)
    assert taken_over or FRESH.fullmatch(answer.headers[HEADER])


def lines(entries: Entries) -> list[str]:
    """What was said of requests, without the moment."""
    return [line.partition(" INFO observations.web.tracing ")[2] for line in entries().splitlines() if "route=" in line]


def test_the_line_of_a_request_says_what_was_done(client: ClientFor, entries: Entries) -> None:
    """Route, status, time and role; not which observation it was about."""
    answer = client(Role.COORDINATOR).get("/granska/6c2f1f0e-7a55-4ff0-9df5-1b8d6a1c2f3e?after=2")

    (line,) = lines(entries)
    found = re.fullmatch(
        r"method=GET route=/granska/<uuid:id> status=404 ms=\d+ role=coordinator in=0 out=\d+ request=(\w+)", line
    )
    assert found, line
    assert answer.headers[HEADER] == found[1]


def test_what_is_no_route_and_no_method_is_not_repeated(client: ClientFor, entries: Entries) -> None:
    """Anybody can make up either."""
    client().open(f"/{CANARY_WIRE}?{CANARY_WIRE}", method="KANARIE")

    assert "method=- route=- status=404" in entries()
    assert "anarie" not in entries()


def test_probes_and_static_files_are_no_news(app: Flask, client: ClientFor, entries: Entries) -> None:
    """A probe every few seconds would be most of the log; one that fails is told."""
    browser = client()
    with app.test_request_context():
        file = app.url_for("static", filename="css/fonts.css", _external=False)
    assert [200, 200, 404] == [browser.get(path).status_code for path in ("/live", file, f"{file}x")]

    assert ["status=404"] == [re.findall(r"status=\d+", line)[0] for line in lines(entries)]


def test_the_log_leads_from_what_a_person_reads_out_to_the_fault(app: Flask, entries: Entries) -> None:
    """The page of a fault shows the name; the error, with its place in the code, stands under the same name."""
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    app.add_url_rule("/broken", endpoint="broken", view_func=allow.anyone(_broken))
    app.add_url_rule("/api/broken", endpoint="broken_api", view_func=allow.anyone(_broken))
    browser = app.test_client()
    page, told = browser.get("/broken"), browser.get("/api/broken")
    not_found = browser.get("/no-such-page")

    assert f"Uppge {page.headers[HEADER]} om du ber om hjälp" in page.text
    assert told.headers[HEADER] == told.get_json()["request_id"]
    assert f"unexpected request={page.headers[HEADER]}" in entries()
    assert 1 == entries().count(f"unexpected request={page.headers[HEADER]}")
    assert not_found.headers[HEADER] not in not_found.text


def _broken() -> ResponseReturnValue:
    raise ValueError(request.args.get("q", ""))


# ---- Nothing private, whatever happens


def sent(port: int, token: str) -> Iterator[int]:
    """A canary in everything that can be sent: the statuses of the answers."""
    form = "Content-Type: application/x-www-form-urlencoded"
    cookie = f"Cookie: {cookie_name()}={CANARY_WIRE}; form={CANARY_WIRE}; language={CANARY_WIRE}"
    agent = [f"User-Agent: {CANARY_WIRE}", f"Referer: http://localhost/{CANARY_WIRE}#{CANARY_WIRE}"]
    body = f"note={CANARY_WIRE}&address={CANARY_WIRE}&secret={CANARY_WIRE}&csrf_token={CANARY_WIRE}".encode()
    for path in ("/rapportera", "/valkommen/in", f"/{CANARY_WIRE}", "/rapportera/fragor", "/broken", "/api/broken"):
        for who in (cookie, f"Authorization: Bearer {CANARY_WIRE}", f"Authorization: Bearer {token}"):
            for method in ("GET", "POST", "PUT"):
                sent = head(method, f"{path}?q={CANARY_WIRE}", form, who, *agent, f"Content-Length: {len(body)}")
                yield asked(port, sent + body).status


@pytest.fixture
def careful(settings: Settings) -> Iterator[Flask]:
    """The service as it is run, with a page that fails."""
    app = create_app(settings)
    for path in ("/broken", "/api/broken"):
        app.add_url_rule(path, endpoint=path, view_func=allow.anyone(_broken), methods=["GET", "POST", "PUT"])
    yield app
    app.extensions["ogon"].database.dispose()


def canaries_logged(app: Flask, settings: Settings, entries: Entries) -> tuple[set[int], set[str]]:
    """What was answered, and which spellings of the canary the log then holds."""
    logging.getLogger().setLevel(logging.DEBUG)  # even what is not written today
    with listening(app, settings) as server:
        statuses = set(sent(server.port, "no-such-token"))
    return statuses, {spelling for spelling in SPELLINGS if spelling in entries()}


def test_nothing_of_what_was_sent_is_in_the_log(careful: Flask, settings: Settings, entries: Entries) -> None:
    """Texts, secrets, cookies, tokens, queries and paths: not when all is well, not when it is refused or fails."""
    statuses, found = canaries_logged(careful, settings, entries)

    assert set() == found
    assert {500, 405, 404, 400} <= statuses
    assert "ValueError" in entries()


def _logs_the_address(app: Flask) -> None:
    app.before_request(lambda: logging.getLogger("planted").info("%s", request.full_path))


def _logs_as_flask_does(app: Flask) -> None:
    del app.log_exception


@pytest.mark.parametrize("fault", [_logs_the_address, _logs_as_flask_does])
def test_a_log_that_tells_more_is_caught(
    careful: Flask, settings: Settings, entries: Entries, fault: Callable[[Flask], None]
) -> None:
    """Control: the address of each request in its line, as everywhere else; and Flask's own line about a failure."""
    careful.add_url_rule(f"/broken/{CANARY}", view_func=allow.anyone(_broken), endpoint="canary")
    fault(careful)
    with listening(careful, settings) as server:
        asked(server.port, head("GET", f"/broken/{CANARY_WIRE}?q={CANARY_WIRE}"))

    assert "4711" in entries()

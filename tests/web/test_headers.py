"""Every answer is guarded by the same headers: of every route, for everybody, whatever went wrong."""

from collections.abc import Callable, Iterator, Mapping

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from config import Settings
from observations import create_app
from observations.access import Role, allow
from observations.web import BadInput, Busy
from observations.web.requests import REFUSED, Refused
from tests.conftest import Browser, ClientFor
from tests.contracts.test_roles import path_of, routes
from uploads.stores import StoreUnavailable

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

EXACTLY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
IN_THE_POLICY = ("default-src 'none'", "frame-ancestors 'none'")
ANYTHING = ("Cache-Control", "X-Request-Id")
METHODS = ("GET", "HEAD", "POST", "PUT", "OPTIONS")
VISITORS = (None, Role.REPORTER, Role.COORDINATOR, Role.ADMIN)


def unguarded(answer: TestResponse) -> list[str]:
    """The headers that this answer should have and has not."""
    headers = answer.headers
    missing = [name for name, value in EXACTLY.items() if headers.getlist(name) != [value]]
    missing += [name for name in ANYTHING if not headers.get(name)]
    policy = headers.get("Content-Security-Policy", "")
    return missing + [part for part in IN_THE_POLICY if part not in policy]


def answers(app: Flask, client: ClientFor) -> Iterator[tuple[str, TestResponse]]:
    """What every route says to every method, asked by everybody who matters, as a real browser would hear it."""
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    for role in VISITORS:
        for method in METHODS:
            browser = client(role)  # a fresh one each time: one of the routes signs it out
            for path in sorted({path_of(rule) for _, rule in routes(app)}):
                yield f"{role or 'nobody'} {method} {path}", browser.open(path, method=method)


def test_every_answer_of_every_route_is_guarded(app: Flask, client: ClientFor) -> None:
    """Pages, redirects, refusals, wrong methods, heads without bodies, static files."""
    seen, faults = set(), []
    for what, answer in answers(app, client):
        seen.add(answer.status_code)
        faults += [f"{what}: {answer.status_code} lacks {missing}" for missing in unguarded(answer)]

    assert [] == faults
    assert {200, 302, 401, 403, 404, 405} <= seen


def _raise(error: Exception) -> Callable[[], str]:
    def view() -> str:
        raise error

    return view


FAILURES: Mapping[str, tuple[Callable[[], str], int]] = {
    "refused input": (_raise(BadInput("no")), 422),
    "busy": (_raise(Busy()), 503),
    "the database is away": (_raise(OperationalError("SELECT", {}, Exception())), 503),
    "the store is away": (_raise(StoreUnavailable("gone")), 503),
    "a fault of ours": (_raise(ZeroDivisionError()), 500),
}


@pytest.mark.parametrize(("view", "status"), FAILURES.values(), ids=FAILURES)
@pytest.mark.parametrize("path", ["/planted", "/api/v1/planted"])
def test_every_failure_is_guarded(app: Flask, view: Callable[[], str], status: int, path: str) -> None:
    """Whatever fails inside, for people and for programs; what may be tried again says when."""
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    app.add_url_rule(path, endpoint="planted", view_func=allow.anyone(view))
    answer = app.test_client().get(path)

    assert (status, []) == (answer.status_code, unguarded(answer))
    assert (status == 503) == ("Retry-After" in answer.headers)


@pytest.mark.parametrize(("told", "status"), [(Refused.TOO_LARGE, 413), (Refused.NO_ROOM, 503)])
@pytest.mark.parametrize("path", ["/rapportera", "/api/v1/observations", "/no-such-page"])
def test_what_the_web_server_threw_away_is_guarded(app: Flask, path: str, told: Refused, status: int) -> None:
    """It is answered before anybody asks for the form or for who sent it."""
    answer = app.test_client().post(path, environ_overrides={REFUSED: told})

    assert (status, []) == (answer.status_code, unguarded(answer))


def test_a_form_without_its_token_is_guarded(app: Flask, client: ClientFor) -> None:
    """400, in the service's words."""
    app.config.update(WTF_CSRF_ENABLED=True)
    answer = client(Role.REPORTER).post("/rapportera")

    assert (400, []) == (answer.status_code, unguarded(answer))


def test_what_the_browser_has_already_is_guarded(app: Flask, client: ClientFor) -> None:
    """304, and a file of the static folder."""
    browser = client(Role.COORDINATOR)
    style = browser.get("/tiles/style-light.json")
    again = browser.get("/tiles/style-light.json", headers={"If-None-Match": style.headers["ETag"]})
    with app.test_request_context():
        file = browser.get(app.url_for("static", filename="css/fonts.css", _external=False))

    assert [(200, []), (304, []), (200, [])] == [(each.status_code, unguarded(each)) for each in (style, again, file)]


@pytest.mark.parametrize("base_url", ["http://localhost", "https://ogon.example.se"])
def test_transport_security_is_asked_for_exactly_where_there_is_any(settings: Settings, base_url: str) -> None:
    """On pages and on failures alike."""
    app = create_app(settings.model_copy(update={"base_url": base_url}))
    app.test_client_class = Browser
    asked = [app.test_client().get(path) for path in ("/live", "/no-such-page")]
    app.extensions["ogon"].database.dispose()

    secure = base_url.startswith("https")
    assert [secure, secure] == ["Strict-Transport-Security" in each.headers for each in asked]


def test_an_answer_without_its_guard_is_noticed(app: Flask, client: ClientFor) -> None:
    """Control: somebody puts the headers on in a view and not on whatever leaves."""
    functions = app.after_request_funcs[None]
    functions[:] = [function for function in functions if function.__module__ != "observations.web.headers"]

    assert {*EXACTLY, "Cache-Control", *IN_THE_POLICY} == set(unguarded(client().get("/valkommen")))

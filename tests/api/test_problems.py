"""Errors of the API are problem+json (RFC 9457), with the headers that HTTP asks for, whatever went wrong."""

from pathlib import Path

import pytest
from flask import Flask

from observations.access import Role
from observations.api.openapi_schemas import PROBLEM
from observations.database import Database
from tests.conftest import ClientFor

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("method", "path", "role", "status", "header"),
    [
        ("GET", "/api/v1/observations", None, 401, "WWW-Authenticate"),
        ("GET", "/api/v1/observations", Role.COUNCIL, 403, None),
        ("GET", "/api/v1/no-such-thing", None, 404, None),
        ("GET", "/api/v2/", None, 404, None),
        ("GET", "/api/", Role.COORDINATOR, 404, None),
        ("GET", f"/api/v1/observations/{UNKNOWN}", Role.COORDINATOR, 404, None),
        ("GET", "/api/v1/observations/7", Role.COORDINATOR, 404, None),
        ("DELETE", "/api/v1/observations", Role.COORDINATOR, 405, "Allow"),
        ("PUT", f"/api/v1/observations/{UNKNOWN}", None, 405, "Allow"),
        ("POST", "/live", None, 405, "Allow"),
        ("POST", "/ready", None, 405, "Allow"),
        ("POST", "/api/v1/observations", Role.REPORTER, 415, None),
        ("POST", f"/api/v1/photos/{UNKNOWN}/redactions", Role.COORDINATOR, 415, None),
        ("GET", "/api/v1/observations?limit=0", Role.COORDINATOR, 422, None),
    ],
)
def test_every_error_is_a_problem(
    client: ClientFor, method: str, path: str, role: Role | None, status: int, header: str | None
) -> None:
    """A program reads one form of error, and the status in it is the status of the answer."""
    answer = client(role).open(path, method=method)

    assert (status, "application/problem+json") == (answer.status_code, answer.mimetype)
    assert status == answer.get_json()["status"]
    assert answer.get_json()["title"]
    assert header is None or answer.headers[header]


@pytest.mark.parametrize("accept", ["text/html", "image/png", "application/xml;q=0.1"])
def test_what_a_client_would_rather_have_changes_nothing(client: ClientFor, accept: str) -> None:
    """There is one form of each answer, so none is 406; errors are no pages, even to a browser."""
    headers = {"Accept": accept}

    assert 200 == client(Role.COORDINATOR).get("/api/v1/observations", headers=headers).status_code
    assert "application/problem+json" == client().get("/api/v1/observations", headers=headers).mimetype


def test_a_page_for_people_names_the_methods_too(client: ClientFor) -> None:
    """RFC 9110 asks for Allow with every 405, pages included, and the page stays one in Swedish."""
    answer = client(Role.COORDINATOR).delete("/karta")

    assert (405, "text/html") == (answer.status_code, answer.mimetype)
    assert {"GET", "HEAD", "OPTIONS"} == set(answer.headers["Allow"].split(", "))


def test_a_database_that_is_away_is_a_problem_as_described(app: Flask, client: ClientFor, database: Database) -> None:
    """503, when to come again, and no field that the description has not; what went wrong stays in the log."""
    browser = client(Role.COORDINATOR)
    for each in (database, app.extensions["ogon"].database):
        each.dispose()
    file = Path(str(database.url.database))
    file.unlink()
    file.mkdir()  # what no database can be opened from
    answer = browser.get("/api/v1/observations")

    assert (503, "application/problem+json") == (answer.status_code, answer.mimetype)
    assert int(answer.headers["Retry-After"]) > 0
    assert set(answer.get_json()) <= set(PROBLEM["properties"])
    assert "observation" not in answer.text

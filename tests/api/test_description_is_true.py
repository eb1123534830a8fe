"""What the OpenAPI document says of the API is what the API does, whoever asks and however odd the question.

FUZZ_EXAMPLES=1000 in the environment asks so many questions by chance of each operation instead of a few.
"""

import os
from typing import Any

import pytest
from flask import Flask
from flask.typing import ResponseReturnValue

from observations.access import Role, allow
from observations.api.openapi import document
from observations.database import Database
from tests.api.describing import Asked, ask, fill

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES") or 10)
SECURED = "GET /api/v1/observations"
ON_SQLITE = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)


@pytest.fixture
def service(app: Flask) -> Flask:
    """The service as it runs: an error is answered, not raised in the test."""
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    return app


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.REPORTER, Role.COUNCIL])
def test_every_answer_is_as_described(service: Flask, database: Database, role: Role) -> None:
    """No error of the server, no status, header, type or field that a client was not told of."""
    token = fill(service, database)[role]

    asked = ask(service, document(), token, examples=EXAMPLES)

    assert [] == asked.findings, report(asked)
    assert asked.requests > 200


def test_without_a_token_every_answer_is_as_described_and_tells_nothing(service: Flask, database: Database) -> None:
    """401 for whatever is not for anybody; an address that is none is 404 before anybody is asked who they are."""
    fill(service, database)

    asked = ask(service, document(), None, examples=EXAMPLES)

    assert [] == asked.findings, report(asked)
    secured = {f"{method.upper()} {path}" for path, method in _operations() if "security" not in _at(path, method)}
    assert SECURED in secured
    assert set() == {status for name in secured for status in asked.statuses[name]} - {401, 404, 405}


@ON_SQLITE
def test_an_error_of_the_server_is_noticed(service: Flask, database: Database) -> None:
    """Control: a described route that breaks."""

    def broken() -> ResponseReturnValue:
        raise ZeroDivisionError

    asked = ask(service, planted(service, broken), fill(service, database)[Role.COORDINATOR], examples=1)

    assert {"GET /api/v1/planted"} == {finding.split(": ")[0] for finding in asked.findings}, report(asked)


@ON_SQLITE
@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        (({"ok": True, "reporter": "Anna"}, 200), "response_schema_conformance"),
        (({}, 200), "response_schema_conformance"),
        (("true", 200), "content_type_conformance"),
        (({"ok": True}, 202), "status_code_conformance"),
        (({"ok": True}, 401), "content_type_conformance"),
    ],
    ids=["a field too many", "a field too few", "another type", "another status", "no problem+json"],
)
def test_an_answer_that_is_not_described_is_noticed(
    service: Flask, database: Database, answer: ResponseReturnValue, finding: str
) -> None:
    """Control: the smallest ways in which an answer can differ from what was said."""
    described = planted(service, lambda: answer)

    asked = ask(service, described, fill(service, database)[Role.COORDINATOR], examples=1)

    assert asked.findings
    assert {"GET /api/v1/planted"} == {found.split(": ")[0] for found in asked.findings}, report(asked)
    assert finding in {found.split(": ")[1] for found in asked.findings}


def planted(app: Flask, view: Any) -> dict[str, Any]:
    """Hang the view into the service; returns the description with it, as one that answers like /live."""
    app.add_url_rule("/api/v1/planted", endpoint="planted", view_func=allow.anyone(view))
    whole = document()
    operation = whole["paths"]["/live"]["get"] | {"operationId": "getPlanted"}
    problem = whole["paths"]["/api/v1/map"]["get"]["responses"]["401"]
    operation["responses"] = operation["responses"] | {"401": problem}
    return whole | {"paths": {"/api/v1/planted": {"get": operation}}}


def report(asked: Asked) -> str:
    """What was found, for whoever reads the failure."""
    return f"{len(asked.findings)} findings in {asked.requests} requests\n\n" + "\n\n".join(asked.findings[:20])


def _operations() -> list[tuple[str, str]]:
    return [(path, method) for path, methods in document()["paths"].items() for method in methods]


def _at(path: str, method: str) -> dict[str, Any]:
    operation: dict[str, Any] = document()["paths"][path][method]
    return operation

"""The OpenAPI document: whole, and telling the truth about the routes there are."""

import json
import re
from typing import Any

from click.testing import CliRunner
from flask import Flask

from observations.access import Role
from observations.api.arguments import template
from observations.api.openapi import PREFIX, document
from observations.cli.describe import openapi
from observations.database import Database
from tests.builders import a_photo, an_observation
from tests.conftest import ClientFor


def test_anybody_may_read_how_the_api_works(client: ClientFor) -> None:
    """The description tells nothing of any observation, so a supplier needs no invitation."""
    answer = client().get("/api/v1/openapi.json")

    assert 200 == answer.status_code
    assert json.loads(json.dumps(document())) == answer.get_json()


def test_every_route_of_the_api_is_described_and_no_other(app: Flask) -> None:
    """A route that is added or renamed without its description is found here, those for watching programs too."""
    served = {
        (template(rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith((PREFIX + "/", "/live", "/ready"))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    described = {(path, method) for path, operations in document()["paths"].items() for method in operations}

    assert served == described


def test_every_reference_leads_somewhere() -> None:
    """A generator of clients gets through the whole document."""
    described = document()
    references = set(re.findall(r'"\$ref": "#/components/schemas/(\w+)"', json.dumps(described)))

    assert references <= set(described["components"]["schemas"])
    assert {
        "PageOut",
        "ObservationOut",
        "Problem",
        "ReportIn",
        "ReceiptOut",
        "AfterPhotoIn",
        "AfterReceiptOut",
    } <= references


def test_what_is_answered_has_the_fields_that_are_described(client: ClientFor, database: Database) -> None:
    """Observation and page, by name and by what is required."""
    with database.writing() as session:
        a_photo(session, an_observation(session))
        session.commit()
    page: dict[str, Any] = client(Role.COORDINATOR).get("/api/v1/observations").get_json()
    schemas = document()["components"]["schemas"]

    assert set(schemas["PageOut"]["properties"]) == set(page)
    assert set(schemas["ObservationOut"]["required"]) == set(page["items"][0])
    assert set(schemas["ObservationPhotoOut"]["required"]) == set(page["items"][0]["photos"][0])


def test_the_command_prints_the_same_document() -> None:
    """A supplier's tools read it without a running service; nothing but the document is on stdout."""
    printed = CliRunner().invoke(openapi)

    assert 0 == printed.exit_code
    assert json.loads(json.dumps(document())) == json.loads(printed.stdout)

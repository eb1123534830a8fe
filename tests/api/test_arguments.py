"""Names in an address of the API: what is not described is refused, by name, before it can mislead."""

import pytest
from flask import Flask

from observations.access import Role
from observations.api.arguments import names, template
from observations.database import Database
from tests.builders import an_observation
from tests.conftest import ClientFor

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    "path",
    ["/api/v1/observations", "/api/v1/map", "/api/v1/trends", "/api/v1/openapi.json", "/api/v1/observations/{id}"],
)
def test_a_misspelt_name_is_refused_and_named(client: ClientFor, database: Database, path: str) -> None:
    """`catgory=GLA` would otherwise be answered with every category there is."""
    with database.writing() as session:
        id_ = an_observation(session).id
        session.commit()

    answer = client(Role.COORDINATOR).get(f"{path.replace('{id}', str(id_))}?catgory=GLA")

    assert (422, "application/problem+json") == (answer.status_code, answer.mimetype)
    assert {"catgory"} == set(answer.get_json()["fields"])


def test_the_answer_names_those_there_are(client: ClientFor) -> None:
    """Whoever misspelt one need not look it up; in Swedish, as every error."""
    answer = client(Role.COORDINATOR).get("/api/v1/trends?form=2026-09-01")

    assert {"form": "Det valet finns inte. De som finns är: from, to."} == answer.get_json()["fields"]


@pytest.mark.parametrize("query", ["limit=1&limit=2", "from=2026-09-01&from=2026-09-02", "bbox=1,2,3,4&bbox=1,2,3,4"])
def test_a_name_that_is_there_twice_is_refused(client: ClientFor, query: str) -> None:
    """Which of the two was meant cannot be known."""
    answer = client(Role.COORDINATOR).get(f"/api/v1/observations?{query}")

    assert (422, {query.split("=")[0]}) == (answer.status_code, set(answer.get_json()["fields"]))


def test_categories_may_be_repeated(client: ClientFor) -> None:
    """As a form sends them, beside commas."""
    assert 200 == client(Role.COORDINATOR).get("/api/v1/observations?category=GLA&category=KLO,BEL").status_code


def test_a_report_is_not_sent_in_the_address(client: ClientFor) -> None:
    """A note there would stand in the log of every proxy on the way."""
    answer = client(Role.REPORTER).post(
        "/api/v1/observations?note=Hemligt", data={}, content_type="multipart/form-data"
    )

    assert (422, {"note"}) == (answer.status_code, set(answer.get_json()["fields"]))


def test_who_may_not_ask_is_told_that_first(client: ClientFor) -> None:
    """The names are no way to find out what there is."""
    assert 401 == client().get("/api/v1/observations?x=1").status_code
    assert 403 == client(Role.COUNCIL).get("/api/v1/observations?x=1").status_code


def test_what_the_map_page_asks_is_described(client: ClientFor, app: Flask) -> None:
    """Control: every choice that the pages hand over is taken, with its box and zoom, and so is a HEAD."""
    query = "from=&to=&category=&area=&review=accepted&bbox=16.4,59.5,16.6,59.7&zoom=14"

    assert 200 == client(Role.COUNCIL).get(f"/api/v1/map?{query}").status_code
    assert 200 == client(Role.COUNCIL).head(f"/api/v1/map?{query}").status_code
    assert 422 == client(Role.COUNCIL).head(f"/api/v1/map?{query}&x=1").status_code
    served = {template(rule.rule) for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")}
    assert served <= {path for path, _ in names()}


@pytest.mark.parametrize("path", ["/live", "/ready"])
def test_a_watching_program_may_add_what_it_likes(client: ClientFor, path: str) -> None:
    """Some add the time, to get past caches; nothing is chosen here, so nothing can be misspelt."""
    assert 200 == client().get(f"{path}?t=1789464600").status_code

"""GET /api/v1/trends: the matrix as data."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from observations.access import Role
from observations.database import Database
from observations.record.categories import Category
from tests.builders import an_area, an_observation
from tests.conftest import ClientFor

SEPTEMBER = {"from": "2026-09-01", "to": "2026-10-01"}


def asked(browser: FlaskClient, query: dict[str, str]) -> dict[str, Any]:
    """The answer as data."""
    data: dict[str, Any] = browser.get("/api/v1/trends", query_string=query).get_json()
    return data


def test_the_matrix_is_data(client: ClientFor, database: Database) -> None:
    """Another system gets each cell's count, rate and verdict."""
    with database.writing() as session:
        an_observation(session, area_id=an_area(session).id)
        session.commit()

    answer = asked(client(Role.COORDINATOR), SEPTEMBER)
    cell = next(cell for cell in answer["cells"] if cell["category"] == Category.KLO)

    assert {"from": "2026-09-01", "to": "2026-10-01", "days": 30} == answer["period"]
    assert {"from": "2026-08-02", "to": "2026-09-01", "days": 30} == answer["before"]
    assert ("Kvarnbacken", 1, 0, 1.0, "too-little") == tuple(
        cell[name] for name in ("area", "count", "count_before", "rate", "verdict")
    )


def test_the_councils_small_counts_are_not_in_the_data(client: ClientFor, database: Database) -> None:
    """What the page hides, the data hides too, the rate that would give it away included."""
    with database.writing() as session:
        an_observation(session, area_id=an_area(session).id)
        session.commit()

    answer = asked(client(Role.COUNCIL), SEPTEMBER)
    cell = next(cell for cell in answer["cells"] if cell["category"] == Category.KLO)

    assert (None, None) == (cell["count"], cell["rate"])
    assert 0 == answer["observations"]


@pytest.mark.parametrize("wrong", ["igår", "20260910", "2026-W37-4", "2026-02-30", "2026-9-1"])
def test_a_wrong_date_is_a_problem_in_words(client: ClientFor, wrong: str) -> None:
    """A program that sends a wrong date, or one in another form than is described, is told which field it is."""
    answer = client(Role.COORDINATOR).get("/api/v1/trends", query_string={"from": wrong})

    assert (422, "application/problem+json") == (answer.status_code, answer.mimetype)
    assert "from" in answer.get_json()["fields"]

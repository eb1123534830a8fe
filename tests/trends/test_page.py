"""The page of the normal picture, as a coordinator and as the council see it."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from observations.access import Role
from observations.database import Database
from observations.record.categories import Category
from observations.trends import charts
from observations.trends.detectors import Verdict
from observations.trends.matrix import Cell, Matrix, matrix
from observations.trends.periods import Period
from observations.trends.queries import Week
from observations.trends.words import Counts, findings
from tests.builders import NOON, an_area, an_observation
from tests.conftest import ClientFor

WITHIN = {"from": "2026-09-01", "to": "2026-10-01"}


@pytest.fixture
def filled(database: Database) -> None:
    """An area with one occasion of damage and four of graffiti."""
    with database.writing() as session:
        area = an_area(session)
        an_observation(session, area_id=area.id, category=Category.SKA)
        for days in range(4):
            an_observation(session, area_id=area.id, observed_at=NOON + timedelta(days=days))
        session.commit()


@pytest.mark.usefixtures("filled")
def test_the_coordinator_sees_exact_counts_and_a_chart(client: ClientFor) -> None:
    """The one who works with the figures sees them as they are."""
    page = client(Role.COORDINATOR).get("/normalbild", query_string=WITHIN).text

    assert ["4", "1"] == re.findall(r'class="cell-count">(\d+)<', page)[:2]
    assert "<svg xmlns" in page


@pytest.mark.usefixtures("filled")
def test_the_council_sees_small_counts_blurred_and_no_totals(client: ClientFor) -> None:
    """A single damaged door must not point at a household; nor may a total beside it."""
    page = client(Role.COUNCIL).get("/normalbild", query_string=WITHIN).text

    assert ["4", "1–2"] == re.findall(r'class="cell-count">([^<]+)<', page)[:2]
    assert "<tfoot>" not in page
    assert "<svg xmlns" not in page


@pytest.mark.parametrize(
    ("days", "now", "before", "verdict", "headline"),
    [
        (21, 12, 15, Verdict.MAYBE_MORE, "Klotter i Lindhagen: kanske fler."),
        (70, 15, 12, Verdict.MAYBE_FEWER, "Klotter i Lindhagen: kanske färre."),
    ],
)
def test_the_headline_says_what_the_verdict_says(
    app: Flask, days: int, now: int, before: int, verdict: Verdict, headline: str
) -> None:
    """Twelve in three weeks after fifteen in ten weeks is more, though fifteen is the larger number."""
    start = date(2026, 6, 1)
    middle = start + timedelta(days=91 - days)
    earlier, period = Period(start, middle), Period(middle, start + timedelta(days=91))
    cell = Cell("Lindhagen", Category.KLO, now, before, period.rate(now), earlier.rate(before), verdict)
    table = Matrix(period, earlier, (cell.area,), {(cell.area, cell.category): cell}, observations=now)

    with app.test_request_context():
        assert [headline] == [finding.headline for finding in findings(table, Counts(protected=False))]


def test_nothing_tells_the_council_one_from_two(app: Flask) -> None:
    """Neither the grammar of a sentence, nor a count scaled to more days, nor the order of the findings."""
    earlier, period = Period(date(2026, 7, 1), date(2026, 7, 11)), Period(date(2026, 7, 11), date(2026, 8, 10))

    def what_is_told(first: int, second: int) -> list[str]:
        cells = [
            Cell(area, Category.KLO, now, now, period.rate(now), earlier.rate(now), Verdict.MAYBE_MORE)
            for area, now in (("Centrum", first), ("Lindhagen", second))
        ]
        table = Matrix(period, earlier, ("Centrum", "Lindhagen"), {(c.area, c.category): c for c in cells}, 3)
        counts = Counts(protected=True)
        told = [part for finding in findings(table, counts) for part in (finding.headline, finding.detail)]
        return told + [counts.scaled(table, cell) for cell in cells] + [counts.rates(cell) for cell in cells]

    with app.test_request_context():
        assert what_is_told(1, 2) == what_is_told(2, 1) == what_is_told(1, 1) == what_is_told(2, 2)
        assert what_is_told(2, 3) != what_is_told(2, 4)


@pytest.mark.parametrize("role", [Role.REPORTER, Role.ADMIN])
def test_others_do_not_see_it(client: ClientFor, role: Role) -> None:
    """Reporters report, administrators keep the service running."""
    assert 403 == client(role).get("/normalbild").status_code


@pytest.mark.parametrize("query", [{"area": "Atlantis"}, {"category": "XYZ"}, {"from": "x"}])
def test_wrong_choices_get_a_sentence(client: ClientFor, query: dict[str, str]) -> None:
    """A mistyped address of the page is a 4xx, never a 500."""
    assert client(Role.COORDINATOR).get("/normalbild", query_string=query).status_code in {404, 422}


def test_without_areas_the_page_says_what_to_do(client: ClientFor) -> None:
    """A new municipality sees no empty table."""
    assert "Inga områden" in client(Role.COORDINATOR).get("/normalbild").text


@pytest.mark.usefixtures("filled")
def test_the_matrix_takes_five_statements(database: Database) -> None:
    """The page costs the same number of questions however much has been reported."""
    statements: list[str] = []
    period = Period(date(2026, 9, 1), date(2026, 10, 1))
    with database.reading() as session:
        event.listen(database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
        matrix(session, period, period.before())

    assert 5 == len([statement for statement in statements if statement.startswith("SELECT")])


@pytest.mark.parametrize("draw", [charts.bars, charts.line])
@pytest.mark.parametrize("highest", [0, 1, 7, 1234])
def test_a_chart_has_few_lines_and_whole_numbers(draw: object, highest: int) -> None:
    """At most five grid lines above zero, whatever the height."""
    assert callable(draw)
    first = date(2026, 1, 5)
    weeks = [Week(first + timedelta(weeks=n), highest if n == 3 else 0) for n in range(30)]
    svg = str(draw(weeks, Period(date(2026, 6, 1), date(2026, 7, 1)), locale="sv"))
    labels = [int(text) for text in re.findall(r'text-anchor="end"[^>]*>(\d+)<', svg)]

    assert labels[0] == 0
    assert labels[-1] >= highest
    assert 2 <= len(labels) <= 6

"""What counts as an occasion, and how periods are set side by side."""

from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from observations.clock import STOCKHOLM
from observations.database import Database
from observations.record.categories import Category
from observations.record.workflow import Review
from observations.trends import queries
from observations.trends.matrix import matrix, protected, protected_total
from observations.trends.periods import Period, latest, parse
from observations.web import BadInput
from tests.builders import NOON, an_area, an_observation

SEPTEMBER = Period(date(2026, 9, 1), date(2026, 10, 1))


def test_several_reports_of_one_day_are_one_occasion(database: Database) -> None:
    """Ten caretakers who report the same wall on the same day make one occasion, not ten."""
    with database.writing() as session:
        area = an_area(session)
        for hour in range(5):
            an_observation(session, area_id=area.id, observed_at=NOON + timedelta(hours=hour))
        an_observation(session, area_id=area.id, observed_at=NOON + timedelta(days=1))

        counted = queries.occasions(session, SEPTEMBER)

    assert counted == {(area.id, Category.KLO): 2}


def test_the_date_is_the_staffs_date(database: Database) -> None:
    """Half past midnight in Sweden is a new day, though it is still the day before in UTC."""
    with database.writing() as session:
        area = an_area(session)
        late = NOON.astimezone(STOCKHOLM).replace(hour=23, minute=30)
        an_observation(session, area_id=area.id, observed_at=late)
        an_observation(session, area_id=area.id, observed_at=late + timedelta(hours=1))

        assert queries.occasions(session, SEPTEMBER)[area.id, Category.KLO] == 2


@pytest.mark.parametrize("review", [Review.RECEIVED, Review.NEEDS_PLACE, Review.REJECTED])
def test_only_accepted_observations_count(database: Database, review: Review) -> None:
    """What nobody has reviewed, or what was rejected, changes no figure."""
    with database.writing() as session:
        area = an_area(session)
        an_observation(session, area_id=area.id, review=review)

        assert queries.occasions(session, SEPTEMBER) == {}
        assert queries.observations(session, SEPTEMBER) == 0


def test_a_period_includes_its_first_day_and_not_its_last(database: Database) -> None:
    """An observation on the day of the meeting belongs to the next period only."""
    with database.writing() as session:
        area = an_area(session)
        an_observation(session, area_id=area.id)
        day = NOON.date()

        within = queries.occasions(session, Period(day, day + timedelta(days=1)))
        after = queries.occasions(session, Period(day - timedelta(days=1), day))

    assert (1, 0) == (within.total(), after.total())


def test_weeks_without_anything_are_there_as_zero(database: Database) -> None:
    """A quiet week is a fact and stands in the chart."""
    with database.writing() as session:
        area = an_area(session)
        an_observation(session, area_id=area.id)

        weeks = queries.weekly(session, until=date(2026, 9, 28), weeks=4)

    assert [0, 0, 1, 0] == [week.count for week in weeks]
    assert [date(2026, 8, 31) + timedelta(weeks=n) for n in range(4)] == [week.monday for week in weeks]


def test_the_matrix_shows_both_periods_and_its_totals_add_up(database: Database) -> None:
    """What the row, the column and the whole say is the sum of their cells."""
    with database.writing() as session:
        west, east = an_area(session, "Väst"), an_area(session, "Öst", position=2)
        for area, category, days in ((west, Category.KLO, 0), (west, Category.SKR, 1), (east, Category.KLO, 2)):
            an_observation(session, area_id=area.id, category=category, observed_at=NOON + timedelta(days=days))
        an_observation(session, area_id=east.id, observed_at=NOON - timedelta(days=30))
        table = matrix(session, SEPTEMBER, SEPTEMBER.before())

    assert ("Väst", "Öst") == table.areas
    assert 24 == len(table.cells)
    assert (1, 1) == (table.cell("Öst", Category.KLO).now, table.cell("Öst", Category.KLO).before)
    assert (2, 1) == (table.total(category=Category.KLO).now, table.total(category=Category.KLO).before)
    assert (3, 1) == (table.total().now, table.total().before)


def test_rates_are_per_thirty_days() -> None:
    """Periods of different length can be compared."""
    assert 15.0 == Period(date(2026, 1, 1), date(2026, 3, 2)).rate(30)


@given(st.dates(date(2001, 1, 1), date(2099, 1, 1)), st.integers(1, 700))
def test_the_period_before_ends_where_this_one_begins(start: date, days: int) -> None:
    """No day is counted twice and none is left out."""
    period = Period(start, start + timedelta(days=days))

    assert (period.before().to, period.before().days) == (period.from_, period.days)


def test_without_dates_the_page_shows_the_last_56_days() -> None:
    """Whoever opens the page sees what is going on now."""
    today = date(2026, 11, 22)

    assert latest(today) == parse({}, today=today)
    assert (56, date(2026, 11, 23)) == (parse({}, today=today).days, parse({}, today=today).to)


@given(st.integers(0, 10_000))
def test_the_council_never_sees_one_or_two(count: int) -> None:
    """A count that could point at a household is blurred, and no total gives it away."""
    assert protected(count) not in {"1", "2"}
    assert int(protected_total(count)) % 5 == 0
    assert abs(int(protected_total(count)) - count) <= 2


@pytest.mark.parametrize(
    "arguments",
    [
        {"from": "i går"},
        {"from": "2026-02-30"},
        {"from": "0001-01-01"},
        {"from": "2026-02-01", "to": "2026-02-01"},
        {"from": "2020-01-01", "to": "2026-01-01"},
    ],
)
def test_a_period_that_makes_no_sense_is_told_so(app: Flask, arguments: dict[str, str]) -> None:
    """Wrong dates get a sentence, not a page of nothing."""
    with app.test_request_context(), pytest.raises(BadInput):
        parse(arguments, today=date(2026, 11, 22))

"""Pages of the list: nothing twice, nothing left out, few statements, at any depth."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from observations.database import Database
from observations.explore import queries
from observations.explore.filters import Filter
from observations.explore.squares import BBox
from observations.record.categories import Category
from observations.record.workflow import Review
from observations.web import BadInput
from tests.builders import NOON, a_photo, an_area, an_observation
from tests.explore.looking import many, numbers, statements

EVERYTHING = Filter()


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(minutes=st.lists(st.integers(0, 6), max_size=25), limit=st.integers(1, 7))
def test_the_pages_put_together_are_the_whole_list(database: Database, minutes: list[int], limit: int) -> None:
    """Newest first, the later number first of two at the same time; every observation once."""
    with database.writing() as session:
        for minute in minutes:
            an_observation(session, observed_at=NOON + timedelta(minutes=minute))
        whole = [(row.observed_at, row.number) for row in queries.page(session, EVERYTHING, limit=100).items]
        found, cursor = [], None
        while True:
            page = queries.page(session, EVERYTHING, limit=limit, after=cursor)
            assert len(page.items) <= limit
            found += numbers(page.items)
            if (cursor := page.next) is None:
                break
        session.rollback()

    assert len(minutes) == len(whole)
    assert sorted(whole, reverse=True) == whole
    assert [number for _, number in whole] == found


def test_reports_that_come_in_meanwhile_shift_nothing(database: Database) -> None:
    """Who leafs on while staff report sees every older observation once."""
    with database.writing() as session:
        many(session, 30)
        before = numbers(queries.page(session, EVERYTHING, limit=100).items)
        first = queries.page(session, EVERYTHING, limit=10)
        for minute in range(5):
            an_observation(session, observed_at=NOON + timedelta(minutes=minute))
        rest = queries.page(session, EVERYTHING, limit=100, after=first.next)

    assert before == numbers(first.items) + numbers(rest.items)


def test_a_page_costs_two_statements_and_a_third_for_photos(database: Database) -> None:
    """However many rows and photos there are, however deep one leafs."""
    with database.writing() as session:
        area = an_area(session)
        many(session, 120, area_id=area.id)
        for row in queries.page(session, EVERYTHING, limit=5).items:
            a_photo(session, row)
        session.commit()
    with database.reading() as session, statements(database) as sent:
        page = queries.page(session, EVERYTHING, limit=50)
        deep = queries.page(session, EVERYTHING, limit=50, after=page.next)
        shown = [(row.area.name if row.area else "", len(row.photos)) for row in [*page.items, *deep.items]]

    assert 100 == len(shown)
    assert 4 == len(sent)


@pytest.mark.parametrize("cursor", ["", "x", "MTIz", "LTEsMQ", "OTk5OTk5OTk5OTk5OTk5OTk5LDE", "åäö", "A" * 5000])
def test_a_made_up_cursor_is_refused(app: Flask, database: Database, cursor: str) -> None:
    """An address that was cut off says so instead of showing some page."""
    with app.test_request_context(), database.reading() as session, pytest.raises(BadInput):
        queries.page(session, EVERYTHING, after=cursor)


def test_each_part_of_the_filter_leaves_out_the_others(database: Database) -> None:
    """Period, category, area by number and by name, review and box; local midnight is the border of a day."""
    with database.writing() as session:
        area = an_area(session, "Södra Åsen")
        wanted = an_observation(session, category=Category.GLA, area_id=area.id, observed_at=NOON)
        an_observation(session, observed_at=NOON.replace(hour=21, minute=59))  # 23.59 local
        late = an_observation(session, observed_at=NOON.replace(hour=22), review=Review.RECEIVED)  # 00.00 the day after
        far = an_observation(session, observed_at=NOON - timedelta(days=400), latitude=57.7, longitude=11.97)
        session.flush()

        def found(**chosen: object) -> list[int]:
            return numbers(queries.page(session, replace(EVERYTHING, **chosen)).items)  # type: ignore[arg-type]

        day = NOON.date()
        assert [wanted.number] == found(categories=(Category.GLA,))
        assert [wanted.number] == found(area=area.id)
        assert [wanted.number] == found(area="Södra Åsen")
        assert [] == found(area="Norra Åsen")
        assert [late.number] == found(review=Review.RECEIVED)
        assert [late.number] == found(from_=day + timedelta(days=1))
        assert late.number not in found(to=day + timedelta(days=1))
        assert [far.number] == found(bbox=BBox(11, 57, 12, 58))


def test_counts_are_those_of_the_list(database: Database) -> None:
    """308 observationer, 291 tillfällen: an occasion is one area, one category, one local date."""
    with database.writing() as session:
        one, other = an_area(session, "A"), an_area(session, "B")
        for area in (one, one, other):
            an_observation(session, area_id=area.id)
        an_observation(session, area_id=one.id, category=Category.GLA)
        an_observation(session, area_id=one.id, observed_at=NOON + timedelta(days=1))
        an_observation(session, review=Review.REJECTED)
        with statements(database) as sent:
            counts = queries.counts(session, replace(EVERYTHING, review=Review.ACCEPTED))

    assert queries.Counts(observations=5, occasions=4) == counts
    assert 1 == len(sent)


def test_weeks_without_any_are_there_as_nothing(database: Database) -> None:
    """The drawing has a bar for every week; the filter's own period does not cut it."""
    with database.writing() as session:
        for days in (0, 0, 7, 21):
            an_observation(session, observed_at=NOON - timedelta(days=days))
        narrow = Filter.recent(NOON.date())
        weeks = queries.weekly(session, replace(narrow, from_=NOON.date()), weeks=5, until=NOON.date())

    assert [0, 1, 0, 1, 1] == [week.count for week in weeks]
    assert {0} == {week.monday.weekday() for week in weeks}


def test_the_table_of_areas_counts_accepted_ones_only(database: Database) -> None:
    """What the council gets instead of rows."""
    with database.writing() as session:
        area = an_area(session, "A")
        for review in (Review.ACCEPTED, Review.ACCEPTED, Review.RECEIVED, Review.REJECTED):
            an_observation(session, area_id=area.id, review=review)
        an_observation(session)
        found = queries.tally(session, replace(EVERYTHING, review=Review.RECEIVED))

    assert [("A", 2), (None, 1)] == [(row.area, row.count) for row in found]

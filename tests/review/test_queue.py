"""What the coordinator reads: order, neighbours, the day's work, and what each costs."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from observations.database import Database
from observations.record.categories import Category
from observations.record.tables import Observation
from observations.record.workflow import Review
from observations.review import queries
from tests.builders import NOON, a_photo, an_area, an_observation
from tests.counting import statements

METRE = 1 / 111_195
"""Degrees of latitude."""


def a_report(session: Session, **named: object) -> Observation:
    """An observation that waits for review."""
    return an_observation(session, **({"review": Review.RECEIVED} | named))


def test_urgent_reports_come_first_then_those_that_came_first(database: Database) -> None:
    """What threatens somebody is looked at before the rest; otherwise nobody is passed by."""
    with database.writing() as session:
        first, hateful, second, needle = (
            a_report(session, observed_at=NOON - timedelta(days=days), urgent=urgent)
            for days, urgent in ((0, False), (1, True), (9, False), (5, True))
        )
        an_observation(session)
        an_observation(session, review=Review.REJECTED)

        assert [hateful, needle, first, second] == queries.waiting(session, limit=10)


def test_a_report_that_needs_a_place_waits_with_the_others(database: Database) -> None:
    """Nothing drops out of sight because the phone did not know where it was."""
    with database.writing() as session:
        lost = a_report(session, review=Review.NEEDS_PLACE, latitude=None, longitude=None, position_source=None)
        found = a_report(session)

        assert [lost, found] == queries.waiting(session, limit=10)
        assert 2 == queries.count_waiting(session)


def test_the_queue_goes_on_behind_any_report(database: Database) -> None:
    """However long the queue, each report stands in it exactly once."""
    with database.writing() as session:
        for number in range(11):
            a_report(session, urgent=number % 3 == 0)
        whole = queries.waiting(session, limit=100)
        pages = []
        after = None
        while page := queries.waiting(session, limit=4, after=after):
            pages += page
            after = page[-1]

        assert whole == pages
        assert 11 == len(set(pages))


def test_next_and_previous_walk_the_queue(database: Database) -> None:
    """J leads through all of them and begins again; F leads back and stops at the first."""
    with database.writing() as session:
        for number in range(5):
            a_report(session, urgent=number == 3)
        queue = queries.waiting(session, limit=10)

        assert [*queue[1:], queue[0]] == [queries.next_after(session, report) for report in queue]
        assert [None, *queue[:-1]] == [queries.previous_before(session, report) for report in queue]


def test_next_after_a_report_that_was_dealt_with(database: Database) -> None:
    """After the decision comes the report behind it, not the head of the queue again."""
    with database.writing() as session:
        one, two, three = (a_report(session) for _ in range(3))
        two.review = Review.ACCEPTED
        session.flush()

        assert three is queries.next_after(session, two)
        three.review = Review.ACCEPTED
        session.flush()
        assert one is queries.next_after(session, three)
        one.review = Review.ACCEPTED
        session.flush()
        assert None is queries.next_after(session, three)


def test_a_page_of_the_queue_costs_three_statements(database: Database) -> None:
    """Fifty reports with photos and areas are read as fast as one."""
    with database.writing() as session:
        area = an_area(session)
        for _ in range(30):
            report = a_report(session, area_id=area.id)
            a_photo(session, report)
            a_photo(session, report)
        session.commit()

    with database.reading() as session, statements(database) as sent:
        for report in queries.waiting(session, limit=50):
            assert report.area
            assert 2 == len(report.photos)
            assert report.area.name

    assert 3 == len(sent)


@pytest.mark.parametrize("to_change", [False, True])
def test_one_report_costs_three_statements(database: Database, to_change: bool) -> None:
    """With its area and photos, also when it is locked for a change."""
    with database.writing() as session:
        report = a_report(session, area_id=an_area(session).id)
        a_photo(session, report)
        session.commit()

    with database.writing() as session, statements(database) as sent:
        read = queries.item(session, report.id, to_change=to_change)
        assert read is not None
        assert read.area is not None
        assert 1 == len(read.photos)

    assert 3 == len(sent)


def test_a_report_that_is_not_there_is_none(database: Database) -> None:
    """A mistyped address is no error of the service's."""
    with database.reading() as session:
        assert None is queries.item(session, uuid.uuid4())


def test_the_days_work_is_counted_from_local_midnight(database: Database) -> None:
    """Half past midnight is a new day in Sweden though it is not in UTC."""
    midnight = datetime(2026, 9, 14, 22, 0, tzinfo=UTC)
    with database.writing() as session:
        an_observation(session, reviewed_at=midnight - timedelta(seconds=1))
        an_observation(session, reviewed_at=midnight)
        an_observation(session, reviewed_at=NOON, review=Review.REJECTED)
        for urgent in (True, False, False, False):
            a_report(session, urgent=urgent)
        session.commit()

    with database.reading() as session, statements(database) as sent:
        progress = queries.progress(session, NOON)

    assert (2, 1, 3, 6) == (progress.done, progress.urgent, progress.in_turn, progress.total)
    assert 2 == len(sent)


def test_what_was_reported_near_is_found(database: Database) -> None:
    """The same wall, photographed twice: same category, within 30 m, in the last three months."""
    with database.writing() as session:
        report = a_report(session)
        here = report.latitude
        assert here is not None
        at_29_m = an_observation(session, latitude=here + 29 * METRE)
        at_5_m = an_observation(session, latitude=here - 5 * METRE, observed_at=NOON - timedelta(days=89))
        an_observation(session, latitude=here + 31 * METRE)
        an_observation(session, category=Category.SKR)
        an_observation(session, observed_at=NOON - timedelta(days=91))
        an_observation(session, review=Review.REJECTED)
        session.commit()
        with statements(database) as sent:
            near = queries.near(session, report)

    assert [at_5_m, at_29_m] == [each.observation for each in near]
    assert [5, 29] == [round(each.distance_m) for each in near]
    assert 4 >= len(sent)


def test_a_report_without_a_point_has_nothing_near(database: Database) -> None:
    """And asks the database nothing."""
    with database.writing() as session:
        report = a_report(session, latitude=None, longitude=None, position_source=None)
        with statements(database) as sent:
            assert [] == queries.near(session, report)

    assert [] == sent


@pytest.mark.parametrize("latitude", [-60.0, 0.0, 55.3, 59.3371, 69.05])
def test_near_misses_nothing_in_any_direction(database: Database, latitude: float) -> None:
    """A neighbour on the far side of a map square's edge is a neighbour all the same."""
    with database.writing() as session:
        for step in range(12):
            longitude = 18.0 + step * 0.00037
            report = a_report(session, latitude=latitude, longitude=longitude, category=Category.GLA)
            others = [
                a_report(session, latitude=latitude + y, longitude=longitude + x, category=Category.GLA)
                for y, x in ((25 * METRE, 0.0), (-25 * METRE, 0.0), (0.0, 25 * METRE), (0.0, -25 * METRE))
            ]
            assert set(others) <= {each.observation for each in queries.near(session, report, limit=50)}


@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
def test_nearby_reports_and_the_days_work_are_found_by_index(database: Database) -> None:
    """They cost the same with a million reports in the database."""
    with database.writing() as session:
        report = a_report(session)
        with statements(database) as sent:
            queries.near(session, report)
            queries.progress(session, NOON)
            queries.waiting(session, limit=50)

        assert [] == _scans(session, sent)
        with statements(database) as sent:
            session.scalar(sa.select(Observation.number).where(Observation.note == "planted"))
        assert 1 == len(_scans(session, sent))


def _scans(session: Session, sent: list[str]) -> list[str]:
    """The plans that read every observation there is."""
    explained = [sa.text("EXPLAIN QUERY PLAN " + statement.replace("?", "NULL")) for statement in sent]
    plans = [" ".join(str(step[3]) for step in session.execute(statement)) for statement in explained]
    return [plan for plan in plans if "SCAN observation" in plan]

"""What the coordinator's decisions do, what they leave behind, and what they destroy."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from observations import journal
from observations.database import Base, Database
from observations.record.categories import Category
from observations.record.tables import Condemned, Observation, Photo, PositionSource
from observations.record.workflow import TRANSITIONS, Rejection, Review, TransitionNotAllowed
from observations.review import actions
from tests.builders import NOON, a_photo, an_address, an_area, an_observation

BY = "device:11111111-1111-1111-1111-111111111111"
LATER = NOON + timedelta(hours=3)
SECRET_WORDS = "Trasig ruta vid Anettes port 070-174 06 58"


def a_report(session: Session, **named: Any) -> Observation:
    """An observation that waits for review."""
    return an_observation(session, **({"review": Review.RECEIVED} | named))


def told(session: Session, observation: Observation) -> list[tuple[str, str, datetime, Any, Any]]:
    """The journal of the observation, without the events' own numbers."""
    session.flush()
    return [(e.what, e.by, e.at, e.before, e.after) for e in journal.of(session, observation.subject)]


def test_accepting_is_told_with_who_when_from_and_to(database: Database) -> None:
    """The journal says who accepted a report, and when."""
    with database.writing() as session:
        report = a_report(session)
        actions.accept(session, report, by=BY, at=LATER)

        assert (Review.ACCEPTED, LATER) == (report.review, report.reviewed_at)
        assert [("review.accepted", BY, LATER, {"review": "received"}, {"review": "accepted"})] == told(session, report)


def test_a_report_that_is_nowhere_cannot_be_accepted(database: Database) -> None:
    """It could not be counted in any area nor shown on any map."""
    with database.writing() as session:
        report = a_report(session, review=Review.NEEDS_PLACE, latitude=None, longitude=None, position_source=None)

        with pytest.raises(actions.PlaceMissing):
            actions.accept(session, report, by=BY, at=LATER)

        assert Review.NEEDS_PLACE is report.review
        assert [] == told(session, report)


def test_an_area_is_place_enough(database: Database) -> None:
    """Somewhere in Kvarnbacken can be counted there."""
    with database.writing() as session:
        area = an_area(session)
        report = a_report(session, latitude=None, longitude=None, position_source=None, area_id=area.id)
        actions.accept(session, report, by=BY, at=LATER)

        assert Review.ACCEPTED is report.review


def test_rejecting_keeps_category_dates_and_reason_only(database: Database) -> None:
    """Photos, text and place are gone, from the report and from everything that was derived from it."""
    with database.writing() as session:
        report = a_report(session, note=SECRET_WORDS, area_id=an_area(session).id)
        names = {a_photo(session, report).name, a_photo(session, report).name}

        actions.reject(session, report, reason=Rejection.PERSON, by=BY, at=LATER)
        session.commit()

    with database.reading() as session:
        kept = session.get_one(Observation, report.number)
        empty = ("", "", None, None, None, None, None, None)
        place = (kept.latitude, kept.longitude, kept.accuracy_m, kept.position_source, kept.cell, kept.area_id)
        assert empty == (kept.note, kept.address, *place)
        assert (Review.REJECTED, Rejection.PERSON, LATER) == (kept.review, kept.rejection, kept.reviewed_at)
        assert (Category.KLO, NOON) == (kept.category, kept.observed_at)
        assert [] == list(session.scalars(sa.select(Photo)))
        assert names == set(session.scalars(sa.select(Condemned.name)))
        after = {"review": "rejected", "reason": "person", "photos": 2}
        assert [("review.rejected", BY, LATER, {"review": "received"}, after)] == told(session, kept)


def test_no_column_of_any_table_keeps_the_words_of_a_rejected_report(database: Database) -> None:
    """Not the journal either, though the text was put right before the report was rejected."""
    with database.writing() as session:
        report = a_report(session, note=SECRET_WORDS, address="Hemgatan 7")
        place = an_address(session, street="Grannvägen", number="3")
        actions.edit(session, report, note=SECRET_WORDS + ", Anette", place=place, by=BY, at=NOON)
        session.commit()
        assert "Anette" in _everything(session)  # the control: it is seen where it is
        actions.reject(session, report, reason=Rejection.PERSON, by=BY, at=LATER)
        session.delete(place)
        session.commit()

    with database.reading() as session:
        everything = _everything(session)
    assert [] == [word for word in ("Anette", "070-174", "Hemgatan", "Grannvägen", "59.33") if word in everything]


@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
def test_the_bytes_of_a_rejected_text_are_gone_from_the_file(database: Database, tmp_path: Path) -> None:
    """Whoever gets hold of the database file finds nothing between its rows."""
    file = tmp_path / "ogon.sqlite3"
    needle = b"Anettes port"
    with database.writing() as session:
        report = a_report(session, note=SECRET_WORDS)
        session.commit()
    _checkpoint(database)
    assert needle in file.read_bytes()

    with database.writing() as session:
        actions.reject(session, session.get_one(Observation, report.number), reason=Rejection.PERSON, by=BY, at=LATER)
        session.commit()
    _checkpoint(database)

    assert [] == [each.name for each in tmp_path.glob("ogon.sqlite3*") if needle in each.read_bytes()]


@pytest.mark.parametrize("state", [Review.ACCEPTED, Review.REJECTED])
def test_what_does_not_wait_is_not_decided_again(database: Database, state: Review) -> None:
    """Two coordinators at once: the second one learns of it instead of overwriting."""
    with database.writing() as session:
        report = an_observation(session, review=state)
        with pytest.raises(TransitionNotAllowed):
            actions.accept(session, report, by=BY, at=LATER)
        with pytest.raises(TransitionNotAllowed):
            actions.reject(session, report, reason=Rejection.TEST, by=BY, at=LATER)

        assert [] == told(session, report)


def test_an_acceptance_can_be_taken_back(database: Database) -> None:
    """The report stands in the queue again, and no longer in the day's work."""
    with database.writing() as session:
        report = an_observation(session, reviewed_at=NOON)
        actions.reopen(session, report, by=BY, at=LATER)

        assert (Review.RECEIVED, None) == (report.review, report.reviewed_at)
        assert [("review.reopened", BY, LATER, {"review": "accepted"}, {"review": "received"})] == told(session, report)


@pytest.mark.parametrize("state", [Review.RECEIVED, Review.NEEDS_PLACE, Review.REJECTED])
def test_nothing_else_is_taken_back(database: Database, state: Review) -> None:
    """What was rejected is destroyed; no button brings it back."""
    with database.writing() as session:
        report = an_observation(session, review=state)
        with pytest.raises(TransitionNotAllowed):
            actions.reopen(session, report, by=BY, at=LATER)


def test_putting_right_is_one_event_that_tells_what_changed(database: Database) -> None:
    """Category and time from what to what; of the text and the place only that they changed."""
    with database.writing() as session:
        area = an_area(session, bounds=(18.0, 59.0, 18.05, 59.1))
        place = an_address(session, street="Kvarnstigen", number="3", latitude=59.05, longitude=18.02)
        report = a_report(session, note="Före")
        seen = datetime(2026, 9, 13, 22, 30, tzinfo=UTC)
        changed = actions.edit(
            session, report, category=Category.SKA, observed_at=seen, place=place, note="Efter", by=BY, at=LATER
        )

        assert changed
        assert (Category.SKA, "Efter", "Kvarnstigen 3") == (report.category, report.note, report.address)
        assert (59.05, 18.02, PositionSource.ADDRESS) == (report.latitude, report.longitude, report.position_source)
        assert area.id == report.area_id
        assert "2026-09-14" == report.observed_on.isoformat()
        before = {"category": "KLO", "observed_at": NOON.isoformat()}
        after = {"category": "SKA", "observed_at": seen.isoformat(), "changed": ["place", "note"]}
        assert [("review.edited", BY, LATER, before, after)] == told(session, report)


def test_putting_nothing_right_is_no_event(database: Database) -> None:
    """Saving a row as it was leaves no trace that something happened."""
    with database.writing() as session:
        report = a_report(session, note="Samma")
        address = an_address(session)
        assert not actions.edit(
            session, report, category=Category.KLO, observed_at=NOON, note="Samma", place=address, by=BY, at=LATER
        )
        session.commit()

        assert 1 == report.version
        assert [] == told(session, report)


def test_a_place_brings_a_report_back_into_turn(database: Database) -> None:
    """What waited for its place is ready to be accepted."""
    with database.writing() as session:
        report = a_report(session, review=Review.NEEDS_PLACE, latitude=None, longitude=None, position_source=None)
        actions.edit(session, report, place=an_address(session), by=BY, at=LATER)

        assert Review.RECEIVED is report.review
        assert [{"review": "received", "changed": ["place"]}] == [after for *_, after in told(session, report)]
        actions.accept(session, report, by=BY, at=LATER)


def test_a_rejected_report_takes_no_changes(database: Database) -> None:
    """Nothing can be written into what was destroyed."""
    with database.writing() as session:
        report = an_observation(session, review=Review.REJECTED)
        with pytest.raises(TransitionNotAllowed):
            actions.edit(session, report, note="Igen", by=BY, at=LATER)


@pytest.mark.parametrize("fresh_database", ["postgresql"], indirect=True)
def test_two_at_once_cannot_both_decide(database: Database) -> None:
    """Without the lock too, the row itself knows that somebody was faster."""
    with database.writing() as session:
        number = a_report(session).number
        session.commit()
    with database.writing() as mine, database.writing() as yours:
        report = mine.get_one(Observation, number)
        actions.accept(yours, yours.get_one(Observation, number), by=BY, at=NOON)
        yours.commit()
        actions.accept(mine, report, by=BY, at=LATER)

        with pytest.raises(StaleDataError):
            mine.commit()


STEPS = st.lists(st.sampled_from(["accept", "reject", "reopen", "place", "note", "category"]), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(steps=STEPS, begins=st.sampled_from([Review.RECEIVED, Review.NEEDS_PLACE]))
def test_states_move_along_the_table_and_each_change_is_told(
    database: Database, steps: list[str], begins: Review
) -> None:
    """No order of buttons leads past the table, and the journal alone tells the way that was gone."""
    with database.writing() as session:  # never committed, so that every walk begins on an empty database
        report = a_report(session, review=begins)
        place = an_address(session)
        for count, name in enumerate(steps):
            before, events = report.review, len(told(session, report))
            try:
                changed = _take(session, report, name, count, place)
            except TransitionNotAllowed:
                assert (before, events) == (report.review, len(told(session, report)))
                continue
            assert report.review is before or report.review in TRANSITIONS[before]
            assert events + changed == len(told(session, report))
        moves = [(e[3]["review"], e[4]["review"]) for e in told(session, report) if "review" in e[4]]
        way = [begins.value, *(to for _, to in moves)]
        assert moves == list(pairwise(way))
        assert report.review.value == way[-1]
        if report.review is Review.REJECTED:
            assert ("", "", None) == (report.note, report.address, report.latitude)


def _take(session: Session, report: Observation, name: str, count: int, place: Any) -> bool:
    """One press of a button; says whether an event is due."""
    more: dict[str, Any] = {"by": BY, "at": NOON + timedelta(minutes=count)}
    if name == "accept":
        actions.accept(session, report, **more)
    elif name == "reject":
        actions.reject(session, report, reason=Rejection.TEST, **more)
    elif name == "reopen":
        actions.reopen(session, report, **more)
    elif name == "place":
        return actions.edit(session, report, place=place, **more)
    elif name == "note":
        return actions.edit(session, report, note=f"Text {count}", **more)
    else:
        return actions.edit(session, report, category=list(Category)[count % 12], **more)
    return True


def _everything(session: Session) -> str:
    """Every column of every row of every table."""
    session.expire_all()
    tables = Base.metadata.sorted_tables
    return "\n".join(repr(tuple(row)) for table in tables for row in session.execute(sa.select(table)))


def _checkpoint(database: Database) -> None:
    with database.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()

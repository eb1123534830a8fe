"""The meeting pages: dates come and go, files are taken by those who may, and each taking is noted."""

from datetime import date

import pytest
import sqlalchemy as sa

from observations.access import Role
from observations.database import Database
from observations.journal import Event
from observations.meetings.briefing import default_period
from observations.meetings.formats import all_formats
from observations.trends.periods import Period
from tests.builders import an_area, an_observation
from tests.conftest import ClientFor


def test_a_date_is_added_once_and_removed(client: ClientFor, database: Database) -> None:
    """Pressing twice adds one meeting; both changes stand in the journal."""
    browser = client(Role.COORDINATOR)
    for _ in range(2):
        assert 303 == browser.post("/moten", data={"held_on": "2026-11-05"}).status_code
    assert "2026-11-05" in browser.get("/moten").text
    browser.post("/moten/ta-bort", data={"held_on": "2026-11-05"})

    with database.reading() as session:
        assert ["meeting.added", "meeting.removed"] == list(session.scalars(sa.select(Event.what).order_by(Event.id)))


@pytest.mark.parametrize("held_on", ["", "5 nov", "2026-13-01", "0001-01-01"])
def test_a_date_that_is_none_is_told_so(client: ClientFor, held_on: str) -> None:
    """A mistyped date gets a sentence and changes nothing."""
    assert 422 == client(Role.COORDINATOR).post("/moten", data={"held_on": held_on}).status_code


def test_two_meetings_make_a_briefing(client: ClientFor) -> None:
    """Between two dates there is one link, and it opens."""
    browser = client(Role.COORDINATOR)
    for day in ("2026-09-10", "2026-11-05"):
        browser.post("/moten", data={"held_on": day})

    assert "/moten/2026-09-10/2026-11-05" in browser.get("/moten").text
    assert "56 dagar" in browser.get("/moten/2026-09-10/2026-11-05").text
    chosen = browser.get("/moten/valj", query_string={"from": "2026-09-10", "to": "2026-11-05"})
    assert "/moten/2026-09-10/2026-11-05" == chosen.location


@pytest.mark.parametrize("extension", all_formats())
@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.COUNCIL])
def test_each_file_can_be_taken_and_the_taking_is_noted(
    client: ClientFor, database: Database, extension: str, role: Role
) -> None:
    """Who prepares and who meets get every format; the journal tells that it left, not what it said."""
    with database.writing() as session:
        an_observation(session, area_id=an_area(session).id)
        session.commit()

    answer = client(role).get(f"/moten/2026-09-01/2026-10-01/lagesbild.{extension}")

    assert 200 == answer.status_code
    assert "attachment" in answer.headers["Content-Disposition"]
    with database.reading() as session:
        noted = session.scalars(sa.select(Event).where(Event.what == "briefing.exported")).one()
    assert {"format": extension} == noted.after


def test_reporters_and_administrators_take_nothing(client: ClientFor) -> None:
    """Those who need no content get none."""
    for role in (Role.REPORTER, Role.ADMIN):
        assert 403 == client(role).get("/moten/2026-09-01/2026-10-01/lagesbild.pdf").status_code
    assert 403 == client(Role.COUNCIL).post("/moten", data={"held_on": "2026-11-05"}).status_code


def test_an_unknown_format_is_not_found(client: ClientFor) -> None:
    """There is no file of that kind."""
    assert 404 == client(Role.COORDINATOR).get("/moten/2026-09-01/2026-10-01/lagesbild.exe").status_code


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ([], None),
        ([date(2026, 12, 1)], None),
        ([date(2026, 11, 5)], Period(date(2026, 11, 5), date(2026, 11, 23))),
        ([date(2026, 12, 1), date(2026, 11, 5), date(2026, 9, 10)], Period(date(2026, 11, 5), date(2026, 12, 1))),
        ([date(2026, 11, 22)], Period(date(2026, 11, 22), date(2026, 11, 23))),
    ],
)
def test_the_page_opens_on_the_period_that_is_going_on(dates: list[date], expected: Period | None) -> None:
    """From the last meeting to the next, or to today."""
    assert expected == default_period(dates, date(2026, 11, 22))

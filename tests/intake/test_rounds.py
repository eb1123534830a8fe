"""Rounds: begun in an area, counted by the service, ended with one tap; effort, and nobody's name."""

import re
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Settings
from observations import journal, retention
from observations.access import Role
from observations.accounts.sessions import cookie_name
from observations.database import Database
from observations.record.attributes import Feeling
from observations.record.retention import CUT
from observations.record.tables import Round, Sighting
from tests.builders import an_area, an_observation
from tests.conftest import ClientFor, MovableClock
from tests.counting import statements
from tests.intake.test_form import send
from tests.review.looking import words

BEGAN = datetime(2026, 9, 15, 10, 0, tzinfo=UTC)


@pytest.fixture
def browser(client: ClientFor) -> FlaskClient:
    """A reporter's, without scripts."""
    return client(Role.REPORTER)


@pytest.fixture
def area(database: Database) -> str:
    """The number of an area called Kvarnbacken, as the page's button has it."""
    with database.writing() as session:
        number = an_area(session).id
        session.commit()
    return str(number)


def start(browser: FlaskClient, area: str, **named: str) -> tuple[str, TestResponse]:
    """Press the area's button; returns the round's id too."""
    fields = {"id": str(uuid.uuid4()), "area": area} | named
    return fields["id"], browser.post("/rond", data=fields)


def end(browser: FlaskClient, round_id: str, feeling: str = "usual") -> TestResponse:
    """Tap how it seemed."""
    return browser.post(f"/rond/{round_id}/slut", data={"feeling": feeling}, follow_redirects=True)


def rounds(database: Database) -> list[Round]:
    """All there are, oldest first."""
    with database.reading() as session:
        return list(session.scalars(sa.select(Round).order_by(Round.started_at, Round.id)))


def test_a_round_is_walked(browser: FlaskClient, database: Database, clock: MovableClock, area: str) -> None:
    """Begun, two reports, ended: the service counts, and says how many there were."""
    assert "Kvarnbacken" in browser.get("/rond").text
    round_id, answer = start(browser, area)
    clock.tick(minutes=10)
    for _ in range(2):
        assert 303 == send(browser).status_code
    clock.tick(minutes=30)
    going = words(browser.get("/rond").text)
    ended = end(browser, round_id, "more")
    walked = rounds(database)[0]

    assert (303, "/rond") == (answer.status_code, answer.location)
    assert "Kvarnbacken Sedan 12.00 · 40 minuter 2 rapporter" in going
    assert "Ronden är avslutad: 2 rapporter." in ended.text
    assert (BEGAN, BEGAN + timedelta(minutes=40), 2, Feeling.MORE, int(area)) == (
        walked.started_at, walked.ended_at, walked.reports, walked.feeling, walked.area_id,
    )  # fmt: skip


def test_nothing_to_report_is_worth_as_much(browser: FlaskClient, database: Database, area: str) -> None:
    """It shows that somebody has looked."""
    round_id, _ = start(browser, area)

    assert "Ronden är avslutad: inget att rapportera." in end(browser, round_id).text
    assert (0, Feeling.USUAL) == (rounds(database)[0].reports, rounds(database)[0].feeling)


def test_only_what_the_same_phone_sent_meanwhile_counts(
    browser: FlaskClient, client: ClientFor, database: Database, clock: MovableClock, area: str
) -> None:
    """Not what it sent before, and not what others sent."""
    send(browser)
    clock.tick(minutes=1)
    round_id, _ = start(browser, area)
    clock.tick(minutes=1)
    send(browser)
    send(client(Role.REPORTER))
    end(browser, round_id)
    clock.tick(minutes=1)
    send(browser)

    assert [1] == [walked.reports for walked in rounds(database)]


def test_pressed_twice_it_is_one_round_and_one_end(browser: FlaskClient, database: Database, area: str) -> None:
    """The first answer to how it seemed holds."""
    round_id, _ = start(browser, area)
    start(browser, area, id=round_id)
    end(browser, round_id, "new")
    end(browser, round_id, "usual")
    start(browser, area, id=round_id)
    with database.reading() as session:
        told = [event.what for event in journal.of(session, f"round:{round_id}")]

    assert [Feeling.NEW] == [walked.feeling for walked in rounds(database)]
    assert ["round.started", "round.ended"] == told


def test_pressed_twice_at_once_it_is_one_round(app: Flask, browser: FlaskClient, database: Database, area: str) -> None:
    """As with cold hands; none of them meets an error."""
    cookie = browser.get_cookie(cookie_name())
    assert cookie is not None
    browsers, together, round_id = [app.test_client() for _ in range(8)], threading.Barrier(8), str(uuid.uuid4())
    for each in browsers:
        each.set_cookie(cookie.key, cookie.value)

    def press(each: FlaskClient) -> int:
        together.wait()
        return start(each, area, id=round_id)[1].status_code

    with ThreadPoolExecutor(8) as threads:
        assert [303] * 8 == list(threads.map(press, browsers))
    assert 1 == len(rounds(database))


def test_a_new_round_ends_the_one_before(
    browser: FlaskClient, database: Database, clock: MovableClock, area: str
) -> None:
    """One is in one place at a time."""
    start(browser, area)
    clock.tick(minutes=20)
    start(browser, area)
    first, second = rounds(database)

    assert (BEGAN + timedelta(minutes=20), None, None) == (first.ended_at, first.feeling, second.ended_at)


def test_a_forgotten_round_is_over_after_twelve_hours(
    browser: FlaskClient, database: Database, clock: MovableClock, area: str
) -> None:
    """It counts what was sent in them and ends with the last report: nobody knows when one went home."""
    start(browser, area)
    clock.tick(hours=2)
    send(browser)
    clock.tick(hours=10)
    assert "En rond pågår" in browser.get("/rond").text or "Avsluta ronden" in browser.get("/rond").text
    clock.tick(seconds=1)
    assert "Avsluta ronden" not in browser.get("/rond").text
    send(browser)
    start(browser, area)

    assert (1, BEGAN + timedelta(hours=2)) == (rounds(database)[0].reports, rounds(database)[0].ended_at)


def test_the_daily_run_ends_what_was_forgotten(
    app: Flask, settings: Settings, browser: FlaskClient, database: Database, clock: MovableClock, area: str
) -> None:
    """Before anybody forgets which phone it was; a round that goes on is left alone."""
    start(browser, area)
    clock.tick(hours=13)
    start(browser, area)
    early = dispose(app, settings, clock)
    clock.tick(hours=13)
    late = dispose(app, settings, clock)

    assert (0, 1, 0) == (early["rounds_ended"], late["rounds_ended"], dispose(app, settings, clock)["rounds_ended"])
    assert [BEGAN, BEGAN + timedelta(hours=13)] == [walked.ended_at for walked in rounds(database)]


def test_who_walked_and_who_saw_is_forgotten(
    app: Flask, settings: Settings, browser: FlaskClient, database: Database, clock: MovableClock, area: str
) -> None:
    """After 90 days no row and no event leads to the phone; after 60 months the round is gone."""
    with database.writing() as session:
        seen = an_observation(session)
        session.commit()
    path, told = f"/api/v1/observations/{seen.id}/sightings", {"id": str(uuid.uuid4())}
    assert 201 == browser.post(path, data=told, content_type="multipart/form-data").status_code
    end(browser, start(browser, area)[0])
    clock.tick(days=89)
    assert 0 == dispose(app, settings, clock)["links"]
    assert all([*devices(database, Round), *devices(database, Sighting)]), "control: until then it is known"
    clock.tick(days=2)

    assert 2 == dispose(app, settings, clock)["links"]
    assert [None, None] == [*devices(database, Round), *devices(database, Sighting)]
    with database.reading() as session:
        by = {event.what: event.by for event in session.scalars(sa.select(journal.Event))}
    assert {"observation.seen": CUT, "round.started": CUT, "round.ended": CUT}.items() <= by.items()
    clock.tick(days=60 * 31)
    assert 1 == dispose(app, settings, clock)["rounds"]
    assert [] == rounds(database)


@pytest.mark.parametrize(
    "named", [{"id": ""}, {"id": str(uuid.UUID(int=0))}, {"area": "x"}, {"area": "999"}, {"area": ""}]
)
def test_what_no_page_sends_begins_no_round(
    browser: FlaskClient, database: Database, area: str, named: dict[str, str]
) -> None:
    """Neither without an id of its own nor in an area that is not there."""
    assert 422 == start(browser, **({"area": area} | named))[1].status_code
    assert [] == rounds(database)


def test_without_areas_a_round_can_be_walked_too(browser: FlaskClient, database: Database) -> None:
    """Before anybody has imported them."""
    assert "Starta ronden" in browser.get("/rond").text
    start(browser, "")

    assert [None] == [walked.area_id for walked in rounds(database)]
    assert "En rond pågår" in browser.get("/rond").text


def test_an_answer_that_there_is_none_of_ends_nothing(browser: FlaskClient, database: Database, area: str) -> None:
    """It comes from no page of ours. Saying nothing ends it, and nothing is said."""
    round_id, _ = start(browser, area)
    assert 422 == end(browser, round_id, "angry").status_code
    assert [None] == [walked.ended_at for walked in rounds(database)]

    assert 200 == end(browser, round_id, "").status_code
    assert [None] == [walked.feeling for walked in rounds(database)]


def test_a_round_is_its_own_phones(browser: FlaskClient, client: ClientFor, database: Database, area: str) -> None:
    """Another phone neither sees nor ends it, and does not take over its id."""
    other = client(Role.REPORTER)
    round_id, _ = start(browser, area)

    assert "Avsluta ronden" not in other.get("/rond").text
    assert 404 == other.post(f"/rond/{round_id}/slut", data={"feeling": "usual"}).status_code
    assert 409 == start(other, area, id=round_id)[1].status_code
    assert [None] == [walked.ended_at for walked in rounds(database)]


def test_the_nearest_area_stands_first(browser: FlaskClient, database: Database) -> None:
    """Where the phone says where it is; else in the order of lists."""
    with database.writing() as session:
        an_area(session, "Norr", position=1, bounds=(18.07, 59.40, 18.10, 59.42))
        an_area(session, "Väster", position=2, bounds=(18.00, 59.33, 18.07, 59.35))
        an_area(session, "Här", position=3, bounds=(18.07, 59.33, 18.10, 59.35))
        session.commit()

    assert ["Norr", "Väster", "Här"] == listed(browser.get("/rond"))
    assert ["Här", "Väster", "Norr"] == listed(browser.get("/rond?latitude=59.3371&longitude=18.0835"))
    assert ["Norr", "Väster", "Här"] == listed(browser.get("/rond?latitude=nan&longitude=18"))


def test_the_coordinator_reads_of_rounds_and_of_nobody(
    browser: FlaskClient, client: ClientFor, clock: MovableClock, area: str
) -> None:
    """Area, day, minutes, reports, how it seemed; one that goes on says so."""
    desk = client(Role.COORDINATOR)
    assert "Inga ronder än" in desk.get("/ronder").text
    round_id, _ = start(browser, area)
    clock.tick(minutes=25)
    send(browser)
    end(browser, round_id, "less")
    clock.tick(minutes=1)
    start(browser, area)
    page = words(desk.get("/ronder").text)

    assert "Kvarnbacken 2026-09-15 – – Pågår Kvarnbacken 2026-09-15 25 1 Mindre än vanligt" in page
    assert "Parken" not in page


def test_the_list_costs_as_much_for_many(app: Flask, client: ClientFor, database: Database, area: str) -> None:
    """One statement for all rounds and their areas."""
    desk = client(Role.COORDINATOR)
    desk.get("/ronder")
    counts = []
    for _ in range(2):
        with statements(app.extensions["ogon"].database) as sent:
            desk.get("/ronder")
        counts.append(len(sent))
        with database.writing() as session:
            session.add_all(Round(id=uuid.uuid4(), area_id=int(area), started_at=BEGAN, reports=1) for _ in range(30))
            session.commit()

    assert counts[0] == counts[1]


def dispose(app: Flask, settings: Settings, clock: MovableClock) -> retention.Counts:
    """What the timer does every day."""
    runtime = app.extensions["ogon"]
    return retention.run(runtime.database, runtime.store, settings, by="test", at=clock())


def devices(database: Database, table: Any) -> list[uuid.UUID | None]:
    """Which devices its rows name."""
    with database.reading() as session:
        return list(session.scalars(sa.select(table.device_id)))


def listed(page: TestResponse) -> list[str]:
    """The areas of the page, as they follow each other."""
    return re.findall(r'name="area" value="\d+">([^<]*)<', page.text)

"""Withdrawing: a reporter takes an own report back while nobody has reviewed it, and what it held is destroyed."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from observations import journal
from observations.access import Role
from observations.database import Database
from observations.record.tables import Condemned, Observation, Photo
from observations.record.workflow import Rejection, Review, TransitionNotAllowed
from observations.review import actions as reviewing
from tests.conftest import ClientFor, MovableClock
from tests.intake.drafts import a_photo
from tests.intake.test_form import kept, photo, send
from tests.review.looking import words

NOTE = "Två taggar på porten"
AWAY = "/dra-tillbaka"


@pytest.fixture
def browser(client: ClientFor) -> FlaskClient:
    """A reporter's, without scripts."""
    return client(Role.REPORTER)


def test_what_is_withdrawn_is_destroyed(app: Flask, browser: FlaskClient, database: Database) -> None:
    """Photo and its file, text and place; category, dates and that it was withdrawn are left. No review is counted."""
    sent = send(browser, note=NOTE, photos=photo())
    store = app.extensions["ogon"].store
    assert 1 == len(list(store.names()))
    answer = browser.post(sent.location + AWAY)
    report = kept(database)

    assert (303, "/mina-rapporter") == (answer.status_code, answer.location)
    assert ("", "", None, None, None) == (report.note, report.address, report.latitude, report.cell, report.area_id)
    assert (Review.REJECTED, Rejection.WITHDRAWN, None) == (report.review, report.rejection, report.reviewed_at)
    assert [] == list(store.names())
    with database.reading() as session:
        assert [] == list(session.scalars(sa.select(Photo)))
        assert [] == list(session.scalars(sa.select(Condemned)))
        event = journal.last(session, report.subject)
    assert event is not None
    assert "observation.withdrawn" == event.what
    assert {"review": "rejected", "reason": "withdrawn", "photos": 1} == event.after
    assert NOTE not in str(event.before)


@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
def test_the_bytes_of_a_withdrawn_report_are_in_no_file(browser: FlaskClient, tmp_path: Path) -> None:
    """Neither in the database nor in its log; the control sees them there before."""
    sent = send(browser, note=NOTE, photos=photo())
    needle = NOTE.encode()
    assert [each for each in tmp_path.glob("*.sqlite3*") if needle in each.read_bytes()]
    browser.post(sent.location + AWAY)

    assert [] == [each.name for each in tmp_path.glob("*.sqlite3*") if needle in each.read_bytes()]


def test_my_reports_say_that_it_is_withdrawn(browser: FlaskClient) -> None:
    """In a word, and not as something that the coordinator found wrong with it."""
    sent = send(browser)
    page = words(browser.post(sent.location + AWAY, follow_redirects=True).text)

    assert "Återtagen. Foto, text och plats är förstörda." in page
    assert "Klotter Återtagen" in re.sub("·", "", page).replace("  ", " ")
    assert "Inte godkänd" not in page


def test_the_queue_has_it_no_more(browser: FlaskClient, client: ClientFor) -> None:
    """The coordinator spends no time on it, and is told why it is gone when its address is opened."""
    desk, sent = client(Role.COORDINATOR), send(browser)
    path = sent.location.replace("/kvitto/", "/granska/")
    assert 302 == desk.get("/granska").status_code
    browser.post(sent.location + AWAY)

    assert 200 == desk.get("/granska").status_code
    assert "Återtagen av den som skickade den" in desk.get(path).text
    assert "har tagit tillbaka den" in desk.get(path.replace("/granska/", "/observation/")).text


def test_a_coordinator_cannot_give_that_reason(browser: FlaskClient, client: ClientFor, database: Database) -> None:
    """Only the one who sent a report withdraws it."""
    path = send(browser).location.replace("/kvitto/", "/granska/")
    desk = client(Role.COORDINATOR)

    assert 'value="withdrawn"' not in desk.get(path).text
    assert 422 == desk.post(f"{path}/avsla", data={"version": "1", "reason": "withdrawn"}).status_code
    assert Review.REJECTED is not kept(database).review


def test_pressed_twice_it_is_withdrawn_once(browser: FlaskClient, database: Database) -> None:
    """No error, and one event."""
    sent = send(browser)
    answers = [browser.post(sent.location + AWAY) for _ in range(2)]
    with database.reading() as session:
        told = [event.what for event in journal.of(session, kept(database).subject)]

    assert ["/mina-rapporter"] * 2 == [answer.location for answer in answers]
    assert 1 == told.count("observation.withdrawn")


def test_after_a_day_it_stays(browser: FlaskClient, database: Database, clock: MovableClock) -> None:
    """Then it is the coordinator's to reject, and the reporter is told so."""
    sent = send(browser, note=NOTE)
    clock.tick(hours=24, seconds=1)
    answer = browser.post(sent.location + AWAY, follow_redirects=True)

    assert "Be samordnaren avslå den." in answer.text
    assert NOTE == kept(database).note


def test_a_day_is_a_whole_day(browser: FlaskClient, database: Database, clock: MovableClock) -> None:
    """Control: at its end it can still be withdrawn."""
    sent = send(browser, note=NOTE)
    clock.tick(hours=24)
    browser.post(sent.location + AWAY)

    assert "" == kept(database).note


@pytest.mark.parametrize("state", [Review.ACCEPTED, Review.REJECTED])
def test_what_is_reviewed_is_not_withdrawn(browser: FlaskClient, database: Database, state: Review) -> None:
    """The coordinator was faster: what was decided stays as it is, and the reporter gets a sentence."""
    sent = send(browser, note=NOTE)
    with database.writing() as session:
        session.get_one(Observation, kept(database).number).review = state
        session.commit()
    answer = browser.post(sent.location + AWAY, follow_redirects=True)

    assert "kan inte längre tas tillbaka" in answer.text
    assert (state, None, NOTE) == (kept(database).review, kept(database).rejection, kept(database).note)


def test_what_is_withdrawn_cannot_be_accepted(browser: FlaskClient, database: Database) -> None:
    """The other way round: the coordinator's page is overtaken, and nothing comes back."""
    browser.post(send(browser).location + AWAY)
    with database.writing() as session:
        report = session.get_one(Observation, kept(database).number)
        with pytest.raises(TransitionNotAllowed):
            reviewing.accept(session, report, by="device:desk", at=report.received_at)


def test_of_two_at_once_one_wins(browser: FlaskClient, client: ClientFor, database: Database) -> None:
    """Accepted with all that it holds, or withdrawn with nothing: never half of each, and both are told."""
    desk = client(Role.COORDINATOR)
    sent = send(browser, note=NOTE, place="device", latitude="59.3371", longitude="18.0835")
    together = threading.Barrier(2)

    def press(who: FlaskClient, path: str) -> tuple[int, str]:
        together.wait()
        answer = who.post(path, data={"version": "1", "looked": "yes"})
        return answer.status_code, answer.location or ""

    with ThreadPoolExecutor(2) as threads:
        withdrawn = threads.submit(press, browser, sent.location + AWAY)
        accepted = threads.submit(press, desk, sent.location.replace("/kvitto/", "/granska/") + "/godkann")
    report = kept(database)

    if report.review is Review.ACCEPTED:
        assert (NOTE, None) == (report.note, report.rejection)
        assert ((303, sent.location), 303) == (withdrawn.result(), accepted.result()[0])
    else:
        assert ("", Rejection.WITHDRAWN) == (report.note, report.rejection)
        assert ((303, "/mina-rapporter"), 409) == (withdrawn.result(), accepted.result()[0])


def test_nobody_elses_report_is_withdrawn(browser: FlaskClient, client: ClientFor, database: Database) -> None:
    """Another phone does not find it; a coordinator has other means."""
    sent = send(browser, note=NOTE)

    assert [404, 404] == [
        client(role).post(sent.location + AWAY).status_code for role in (Role.REPORTER, Role.COORDINATOR)
    ]
    assert NOTE == kept(database).note


def test_sent_again_it_stays_withdrawn(browser: FlaskClient, database: Database) -> None:
    """An outbox that did not hear its answer gets the receipt of then, and nothing is kept anew."""
    fields = {"id": "6f3f4ff4-6f6c-4b33-9d3c-4a0b2f6f1a11", "note": NOTE}
    raw = a_photo()
    sent = send(browser, photos=photo(raw), **fields)
    browser.post(sent.location + AWAY)
    again = send(browser, photos=photo(raw), **fields)

    assert (303, sent.location) == (again.status_code, again.location)
    assert ("", Rejection.WITHDRAWN) == (kept(database).note, kept(database).rejection)

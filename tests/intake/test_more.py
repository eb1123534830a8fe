"""After sending: chips, one tap each, that make a report say more; optional, one's own, while it waits."""

import re
from typing import Any

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from observations import journal
from observations.access import Role
from observations.database import Database
from observations.intake import more
from observations.record.attributes import Cleaning, Size, Surface
from observations.record.tables import Observation
from observations.record.workflow import Review
from tests.conftest import ClientFor
from tests.intake.test_form import kept, send

ALL = {"surface": "cabinet", "size": "L", "cleaning": "now", "new_to_me": "1", "urgent": "1"}


@pytest.fixture
def browser(client: ClientFor) -> FlaskClient:
    """A reporter's, without scripts."""
    return client(Role.REPORTER)


def chips(report: Observation) -> tuple[Any, ...]:
    """Everything that can be added."""
    return report.surface, report.size, report.cleaning, report.new_to_me, report.urgent


def test_everything_can_be_added(browser: FlaskClient, database: Database) -> None:
    """Nothing is said at first; then what was tapped is kept, and the journal tells from what to what."""
    sent = send(browser)
    assert (None, None, None, False, False) == chips(kept(database))
    answer = browser.post(sent.location + "/mer", data=ALL)
    report = kept(database)

    assert (303, sent.location) == (answer.status_code, answer.location)
    assert (Surface.CABINET, Size.LARGE, Cleaning.NOW, True, True) == chips(report)
    with database.reading() as session:
        event = journal.last(session, report.subject)
    assert event is not None
    assert event.before is not None
    assert event.after is not None
    assert ("observation.edited", None, "cabinet") == (event.what, event.before["surface"], event.after["surface"])


def test_one_tap_changes_one_thing(browser: FlaskClient, database: Database) -> None:
    """A script that sends a chip alone leaves the others as they are; empty and 0 take one back."""
    sent = send(browser)
    for tapped in (ALL, {"size": "S"}, {"surface": ""}, {"urgent": "0"}):
        browser.post(sent.location + "/mer", data=tapped)

    assert (None, Size.SMALL, Cleaning.NOW, True, False) == chips(kept(database))


def test_a_tick_that_is_not_set_is_taken_back(browser: FlaskClient, database: Database) -> None:
    """As a page without scripts sends it: a hidden 0, and after it the 1 of a tick that is set."""
    sent = send(browser)
    browser.post(sent.location + "/mer", data={"urgent": ["0", "1"], "new_to_me": ["0", "1"]})
    assert (True, True) == chips(kept(database))[3:]
    browser.post(sent.location + "/mer", data={"urgent": "0", "new_to_me": ["0", "1"]})

    assert (True, False) == chips(kept(database))[3:]


def test_the_same_again_is_no_change(browser: FlaskClient, database: Database) -> None:
    """Pressed twice there is one event, and the coordinator's open page is not overtaken by nothing."""
    sent = send(browser)
    for _ in range(2):
        assert 303 == browser.post(sent.location + "/mer", data=ALL).status_code
    report = kept(database)
    with database.reading() as session:
        told = [event.what for event in journal.of(session, report.subject)]

    assert (1, 2) == (told.count("observation.edited"), report.version)


@pytest.mark.parametrize("wrong", [{"surface": "person"}, {"size": "XL"}, {"urgent": "yes"}, {"new_to_me": ""}])
def test_what_is_no_choice_is_refused(browser: FlaskClient, database: Database, wrong: dict[str, str]) -> None:
    """It comes from no page of ours, and nothing of it is kept."""
    sent = send(browser)

    assert 422 == browser.post(sent.location + "/mer", data=ALL | wrong).status_code
    assert (None, None, None, False, False) == chips(kept(database))


def test_nothing_is_added_once_it_is_reviewed(browser: FlaskClient, database: Database) -> None:
    """What the coordinator has decided on stays as it was, and the reporter is told."""
    sent = send(browser)
    with database.writing() as session:
        session.get_one(Observation, kept(database).number).review = Review.ACCEPTED
        session.commit()
    answer = browser.post(sent.location + "/mer", data=ALL, follow_redirects=True)

    assert "inget mer kan läggas till" in answer.text
    assert (None, None, None, False, False) == chips(kept(database))


def test_nothing_is_added_to_anybody_elses(browser: FlaskClient, client: ClientFor, database: Database) -> None:
    """Another phone does not find it."""
    sent = send(browser)

    assert 404 == client(Role.REPORTER).post(sent.location + "/mer", data=ALL).status_code
    assert (None, None, None, False, False) == chips(kept(database))


def test_the_coordinator_reads_what_was_added(browser: FlaskClient, client: ClientFor) -> None:
    """One quiet line, and none where nothing was."""
    sent, desk = send(browser), client(Role.COORDINATOR)
    path = sent.location.replace("/kvitto/", "/granska/")
    assert "Tillagt" not in desk.get(path).text
    browser.post(sent.location + "/mer", data=ALL)

    assert "Elskåp · Stor · Bör bort nu · Nytt för mig här" in desk.get(path).text


def test_what_is_withdrawn_loses_what_was_added(browser: FlaskClient, database: Database) -> None:
    """Category, dates and the reason are what is left."""
    sent = send(browser)
    browser.post(sent.location + "/mer", data=ALL)
    browser.post(sent.location + "/dra-tillbaka")

    assert (None, None, None, False) == chips(kept(database))[:4]


def test_the_chips_are_a_form_without_scripts(app: Flask, browser: FlaskClient, database: Database) -> None:
    """Each choice has its words, the one that holds is set, and none of it is there once the report is reviewed."""
    send(browser)
    browser.post(f"/kvitto/{kept(database).id}/mer", data=ALL)
    with app.test_request_context():
        page, none = (
            render_template_string(
                "{% include 'intake/_more.html' %}", observation=kept(database), choices=choices, language="sv"
            )
            for choices in (more.choices(), None)
        )

    assert re.search(r'value="cabinet" checked><label[^>]*>.*?Elskåp</label>', page, re.DOTALL)
    assert 1 == len(re.findall(r'name="surface"[^>]* checked', page))
    assert re.search(r'name="urgent" value="0">.*name="urgent" value="1" checked', page, re.DOTALL)
    assert "" == none.strip()

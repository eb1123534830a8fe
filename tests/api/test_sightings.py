"""Still there: counted once, of what is not destroyed, and within what one phone may send in an hour."""

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Settings
from observations import journal
from observations.access import Role
from observations.database import Database
from observations.record.tables import Observation, Sighting
from observations.record.workflow import Remediation, Review
from tests.builders import an_observation
from tests.conftest import ClientFor

Make = Callable[..., Observation]


@pytest.fixture
def browser(client: ClientFor) -> FlaskClient:
    """A reporter's who has sent nothing."""
    return client(Role.REPORTER)


@pytest.fixture
def there(database: Database) -> Make:
    """Makes committed observations."""

    def make(**named: Any) -> Observation:
        with database.writing() as session:
            made = an_observation(session, **named)
            session.commit()
        return made

    return make


def see(browser: FlaskClient, observation_id: uuid.UUID, told: dict[str, str] | None = None) -> TestResponse:
    """Tell that it is still there, under an id of its own if none is given."""
    fields = {"id": str(uuid.uuid4())} if told is None else told
    path = f"/api/v1/observations/{observation_id}/sightings"
    return browser.post(path, data=fields, content_type="multipart/form-data")


def test_still_there_is_counted_once(browser: FlaskClient, database: Database, there: Make) -> None:
    """Sent again under its id it is the same; the report itself does not change."""
    made = there()
    told = {"id": str(uuid.uuid4())}
    answers = [see(browser, made.id, told) for _ in range(2)]
    with database.reading() as session:
        events = [event.what for event in journal.of(session, made.subject)]
        version = session.get_one(Observation, made.number).version

    assert [(201, told | {"seen": 1}), (200, told | {"seen": 1})] == [
        (each.status_code, each.get_json()) for each in answers
    ]
    assert (["observation.seen"], 1) == (events, version)


def test_sixteen_at_once_are_one(client: ClientFor, database: Database, there: Make) -> None:
    """One is counted, fifteen hear that it is there."""
    made, told = there(), {"id": str(uuid.uuid4())}
    browsers, together = [client(Role.REPORTER) for _ in range(16)], threading.Barrier(16)

    def send(browser: FlaskClient) -> int:
        together.wait()
        return see(browser, made.id, told).status_code

    with ThreadPoolExecutor(16) as threads:
        answers = sorted(threads.map(send, browsers))
    with database.reading() as session:
        assert 1 == session.scalar(sa.select(sa.func.count()).select_from(Sighting))
    assert [200] * 15 + [201] == answers


def test_another_report_under_the_id_is_a_conflict(browser: FlaskClient, there: Make) -> None:
    """So that a mistake of the phone is not taken for a repetition."""
    first, other, told = there(), there(), {"id": str(uuid.uuid4())}
    answers = [see(browser, each.id, told).status_code for each in (first, other)]

    assert [201, 409] == answers


@pytest.mark.parametrize("nobodys", ["", "7", str(uuid.UUID(int=0)), str(uuid.UUID(int=2**128 - 1))])
def test_an_id_that_nobody_has_made_is_refused(browser: FlaskClient, there: Make, nobodys: str) -> None:
    """A phone that forgets to make one would be counted once for ever."""
    answer = see(browser, there().id, {"id": nobodys})

    assert (422, {"id"}) == (answer.status_code, set(answer.get_json()["fields"]))


def test_what_is_cleaned_may_be_seen_again_and_what_is_refused_may_not(browser: FlaskClient, there: Make) -> None:
    """A phone that was without a net tells late; of what is destroyed nothing is kept."""
    cleaned, rejected = there(remediation=Remediation.DONE), there(review=Review.REJECTED)
    answers = [see(browser, each).status_code for each in (cleaned.id, rejected.id, uuid.uuid4())]

    assert [201, 404, 404] == answers


def test_so_many_in_an_hour(settings: Settings, app: Flask, browser: FlaskClient, there: Make) -> None:
    """Together with the reports: 429 says when to come again, and a repetition is answered all the same."""
    runtime = app.extensions["ogon"]
    few = settings.model_copy(update={"reports_per_hour": 1})
    app.extensions["ogon"] = runtime.__class__(**(vars(runtime) | {"settings": few}))
    made, told = there(), {"id": str(uuid.uuid4())}
    answers = [see(browser, made.id, each) for each in (told, {"id": str(uuid.uuid4())}, told)]
    report = {"id": str(uuid.uuid4()), "category": "KLO", "observed_at": "2026-09-15T09:00:00Z"}
    sent = browser.post("/api/v1/observations", data=report, content_type="multipart/form-data")

    assert [201, 429, 200, 429] == [answer.status_code for answer in (*answers, sent)]
    assert 3000 < int(answers[1].headers["Retry-After"]) <= 3601


@pytest.mark.parametrize("more", [{"note": "Kari var här"}, {"category": "KLO"}])
def test_there_is_no_room_for_words(browser: FlaskClient, there: Make, more: dict[str, str]) -> None:
    """Nothing but the id is taken, and only as a form with parts."""
    made, told = there(), {"id": str(uuid.uuid4())}
    answer = see(browser, made.id, told | more)
    bare = browser.post(f"/api/v1/observations/{made.id}/sightings", data=told)

    assert (422, set(more)) == (answer.status_code, set(answer.get_json()["fields"]))
    assert 415 == bare.status_code

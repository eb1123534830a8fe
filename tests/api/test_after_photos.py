"""POST /api/v1/observations/{id}/after-photos: kept once, told in the same words, and refused with a reason."""

import uuid
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Settings
from observations import limits
from observations.access import Role
from observations.database import Database
from observations.record.tables import Observation, Photo
from observations.record.workflow import Remediation, Review
from tests.builders import NOON, an_observation
from tests.conftest import ClientFor
from tests.intake.drafts import a_photo
from tests.review.looking import a_photo_in_the_store

AT = NOON.isoformat()


@pytest.fixture
def browser(client: ClientFor) -> FlaskClient:
    """A reporter's."""
    return client(Role.REPORTER)


@pytest.fixture
def observation(app: Flask, database: Database) -> Observation:
    """An accepted one with a photo that reporters may see; somebody else's."""
    with database.writing() as session:
        made = an_observation(session, remediation=Remediation.ORDERED)
        session.commit()
    a_photo_in_the_store(app, database, made)
    change(database, screened_at=NOON)
    return made


def change(database: Database, **values: Any) -> None:
    """Of all photos."""
    with database.writing() as session:
        session.execute(sa.update(Photo).values(values))
        session.commit()


def followup(**named: Any) -> dict[str, Any]:
    """The fields; `named` replaces or adds one, None leaves it out."""
    fields = {"id": str(uuid.uuid4()), "taken_at": AT, "photos": a_photo()} | named
    return {name: value for name, value in fields.items() if value is not None}


def send(browser: FlaskClient, observation_id: object, fields: dict[str, Any]) -> TestResponse:
    """As multipart; bytes are files."""
    data = {
        name: [(BytesIO(each), "x.jpg") for each in ([value] if isinstance(value, bytes) else value)]
        if name == "photos" and not isinstance(value, str)
        else value
        for name, value in fields.items()
    }
    path = f"/api/v1/observations/{observation_id}/after-photos"
    return browser.post(path, data=data, content_type="multipart/form-data")


def test_it_is_kept_and_sent_again_it_is_the_same(
    browser: FlaskClient, client: ClientFor, observation: Observation
) -> None:
    """201, then 200 with the very same body; the coordinator reads it as what it is."""
    fields = followup()
    first, again = (send(browser, observation.id, fields) for _ in range(2))
    told = client(Role.COORDINATOR).get(f"/api/v1/observations/{observation.id}").get_json()

    assert [201, 200] == [first.status_code, again.status_code]
    assert first.get_json() == again.get_json()
    assert (fields["id"], observation.number) == (first.get_json()["id"], first.get_json()["number"])
    assert ["before", "after"] == [photo["kind"] for photo in told["photos"]]
    assert [None, "2026-09-15T10:00:00Z"] == [photo["taken_at"] for photo in told["photos"]]
    assert first.get_json()["photos"][0]["id"] == told["photos"][1]["id"]
    assert "done" == told["remediation"]


def test_another_under_its_id_is_a_conflict(browser: FlaskClient, observation: Observation) -> None:
    """409, and in words what to do."""
    fields = followup()
    send(browser, observation.id, fields)
    answer = send(browser, observation.id, fields | {"photos": a_photo(80)})

    assert (409, "application/problem+json") == (answer.status_code, answer.mimetype)
    assert "Ge den nya ett eget." in answer.get_json()["detail"]


@pytest.mark.parametrize(
    ("named", "status", "field"),
    [
        ({"id": None}, 422, "id"),
        ({"id": "7"}, 422, "id"),
        ({"id": str(uuid.UUID(int=0))}, 422, "id"),
        ({"taken_at": None}, 422, "taken_at"),
        ({"taken_at": "2026-09-15"}, 422, "taken_at"),
        ({"taken_at": "2026-09-14T09:59:59Z"}, 422, "taken_at"),
        ({"taken_at": "2026-09-15T10:10:01Z"}, 422, "taken_at"),
        ({"photos": None}, 422, "photos"),
        ({"photos": [a_photo(), a_photo(80)]}, 422, "photos"),
        ({"photos": "no file"}, 422, "photos"),
        ({"photos": a_photo()[:700]}, 422, "photos"),
        ({"photos": b"<svg/>"}, 415, "photos"),
        ({"note": "x"}, 422, "note"),
    ],
)
def test_what_cannot_be_taken_is_told_by_field(
    browser: FlaskClient, observation: Observation, named: dict[str, Any], status: int, field: str
) -> None:
    """In Swedish, and nothing is kept: the same id can be used once it is mended."""
    fields = followup(**named)
    answer = send(browser, observation.id, fields)

    assert (status, {field}) == (answer.status_code, set(answer.get_json()["fields"]))
    assert len(answer.get_json()["detail"]) > len(field) + 10
    assert (
        201
        == send(
            browser, observation.id, followup(id=fields.get("id") if field != "id" else str(uuid.uuid4()))
        ).status_code
    )


def test_three_are_enough(browser: FlaskClient, observation: Observation) -> None:
    """The fourth is told so, in a sentence."""
    answers = [send(browser, observation.id, followup()) for _ in range(limits.AFTER_PHOTOS + 1)]

    assert [201, 201, 201, 422] == [answer.status_code for answer in answers]
    assert {"photos": "Det finns redan 3 efterbilder."} == answers[-1].get_json()["fields"]


def test_what_is_not_there_and_what_is_not_yours_are_answered_alike(
    browser: FlaskClient, database: Database, observation: Observation
) -> None:
    """404, in the same words: one that never was, one that waits for review, one that is destroyed."""
    with database.writing() as session:
        ids = [an_observation(session, review=review).id for review in (Review.RECEIVED, Review.REJECTED)]
        session.commit()
    answers = [send(browser, id, followup()) for id in (uuid.uuid4(), *ids)]

    assert {404} == {answer.status_code for answer in answers}
    assert 1 == len({answer.text for answer in answers})
    assert "efterbild" in answers[0].get_json()["detail"]
    assert 201 == send(browser, observation.id, followup()).status_code, "control: one that may be added to"


def test_so_many_in_an_hour(settings: Settings, app: Flask, browser: FlaskClient, observation: Observation) -> None:
    """Together with the reports; 429 says when to come again."""
    runtime = app.extensions["ogon"]
    few = settings.model_copy(update={"reports_per_hour": 1})
    app.extensions["ogon"] = runtime.__class__(**(vars(runtime) | {"settings": few}))
    answers = [send(browser, observation.id, followup()) for _ in range(2)]

    assert [201, 429] == [answer.status_code for answer in answers]
    assert 3000 < int(answers[1].headers["Retry-After"]) <= 3601


def test_a_body_that_is_no_form_is_told_so(browser: FlaskClient, observation: Observation) -> None:
    """JSON has no place for a photo."""
    path = f"/api/v1/observations/{observation.id}/after-photos"

    assert 415 == browser.post(path, json={}).status_code


def test_no_browser_keeps_it_before_it_is_looked_through(
    browser: FlaskClient, client: ClientFor, database: Database, observation: Observation
) -> None:
    """Nobody reviews it, so what it shows is not decided before a recognizer has been there."""
    photo = send(browser, observation.id, followup()).get_json()["photos"][0]["id"]
    desk = client(Role.COORDINATOR)
    new = desk.get(f"/api/v1/photos/{photo}").headers["Cache-Control"]
    change(database, screened_at=NOON)

    assert "private, no-store" == new
    assert "private, no-cache" == desk.get(f"/api/v1/photos/{photo}").headers["Cache-Control"]

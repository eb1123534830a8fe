"""POST /api/v1/photos/{id}/redactions: another system covers what it has found."""

import uuid
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from observations.access import Role
from observations.database import Database
from observations.record.tables import Observation, Photo
from observations.web import Runtime
from tests.builders import an_observation
from tests.conftest import ClientFor
from tests.review.looking import a_photo_in_the_store, events
from tests.uploads.looking import colour_at
from uploads.stores import StoreUnavailable

BOX = {"left": 0, "top": 0, "right": 0.5, "bottom": 1}


@pytest.fixture
def observation(app: Flask, database: Database) -> Observation:
    """An accepted one with a photo."""
    with database.writing() as session:
        made = an_observation(session)
        session.commit()
    a_photo_in_the_store(app, database, made)
    return made


@pytest.fixture
def photo(database: Database, observation: Observation) -> Photo:
    """Its photo."""
    with database.reading() as session:
        return session.get_one(Observation, observation.number).photos[0]


@pytest.fixture
def machine(client: ClientFor) -> FlaskClient:
    """Somebody who may."""
    return client(Role.COORDINATOR)


def path(photo: Photo) -> str:
    """Where its boxes are sent."""
    return f"/api/v1/photos/{photo.id}/redactions"


def test_boxes_are_burned_in(machine: FlaskClient, database: Database, observation: Observation, photo: Photo) -> None:
    """The photo keeps its id; the answer is its address and size."""
    answer = machine.post(path(photo), json={"boxes": [BOX]})

    assert (200, {"id": str(photo.id), "width": 400, "height": 300}) == (answer.status_code, answer.json)
    picture = machine.get(f"/api/v1/photos/{photo.id}").data
    assert (0, 0, 0) == colour_at(picture, 0.2, 0.5)
    assert (0, 0, 0) != colour_at(picture, 0.8, 0.5)
    assert ["photo.redacted"] == events(database, observation)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"boxes": []},
        {"boxes": [BOX | {"right": 0}]},
        {"boxes": [BOX | {"right": 1.01}]},
        {"boxes": [BOX | {"left": "NaN"}]},
        {"boxes": [BOX | {"colour": "white"}]},
        {"boxes": [BOX] * 51},
        {"boxes": [BOX], "blur": True},
        [],
        "boxes",
    ],
)
def test_what_is_no_box_is_refused_and_nothing_changes(
    machine: FlaskClient, database: Database, observation: Observation, photo: Photo, body: Any
) -> None:
    """As problem+json with a Swedish sentence."""
    answer = machine.post(path(photo), json=body)

    assert (422, "application/problem+json") == (answer.status_code, answer.mimetype)
    assert answer.json is not None
    assert {"En ruta har left < right och top < bottom, alla mellan 0 och 1. Ändra den."} == set(
        answer.json["fields"].values()
    )
    assert [] == events(database, observation)


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        (b"{", "application/json", 422),
        (b"[" * 100_000, "application/json", 413),
        (b"[" * 10_000, "application/json", 422),
        (b"\xff\xfe", "application/json", 422),
        (b"boxes=1", "application/x-www-form-urlencoded", 415),
    ],
)
def test_what_is_no_json_is_refused(machine: FlaskClient, photo: Photo, data: bytes, kind: str, status: int) -> None:
    """However deep or broken."""
    assert status == machine.post(path(photo), data=data, content_type=kind).status_code


def test_an_unknown_photo_is_not_found(machine: FlaskClient) -> None:
    """Nothing is said of why."""
    assert 404 == machine.post(f"/api/v1/photos/{uuid.uuid4()}/redactions", json={"boxes": [BOX]}).status_code


def test_a_store_that_is_away_hides_the_photo_until_it_is_back(app: Flask, machine: FlaskClient, photo: Photo) -> None:
    """202: the boxes are kept, and nobody sees the photo meanwhile."""

    class Away:
        def get(self, name: str) -> bytes:
            raise StoreUnavailable("away")

    runtime: Runtime = app.extensions["ogon"]
    app.extensions["ogon"] = replace(runtime, store=Away())  # type: ignore[arg-type]  # all that is asked

    assert 202 == machine.post(path(photo), json={"boxes": [BOX]}).status_code
    assert 503 == machine.get(f"/api/v1/photos/{photo.id}").status_code


def test_a_lost_file_is_told_and_stays_hidden(app: Flask, machine: FlaskClient, photo: Photo) -> None:
    """There is nothing to cover."""
    runtime: Runtime = app.extensions["ogon"]
    runtime.store.delete(photo.name)

    assert 409 == machine.post(path(photo), json={"boxes": [BOX]}).status_code
    assert 503 == machine.get(f"/api/v1/photos/{photo.id}").status_code

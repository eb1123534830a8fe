"""The same? What is open nearby is asked about by category and photo alone, and "still there" is counted once."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from observations.access import Role
from observations.accounts.tables import Device
from observations.database import Database
from observations.places.cells import cell
from observations.record.categories import Category
from observations.record.tables import Observation, Photo, Sighting, Submission
from observations.record.workflow import Rejection, Remediation, Review
from observations.review import actions as reviewing
from tests.builders import NOON, an_observation
from tests.conftest import ClientFor, MovableClock
from tests.counting import statements
from tests.review.looking import a_photo_in_the_store

HERE = {"latitude": "59.3371", "longitude": "18.0835", "category": "KLO"}
PATH = "/rapportera/samma"
METRES_NORTH = 1 / 111_195
Make = Callable[..., Observation]


@pytest.fixture
def browser(client: ClientFor) -> FlaskClient:
    """A reporter's who has sent nothing."""
    return client(Role.REPORTER)


@pytest.fixture
def there(database: Database) -> Make:
    """Makes committed observations, so many metres to the north of the point that is asked about."""

    def make(north_m: float = 0.0, **named: Any) -> Observation:
        latitude = 59.3371 + north_m * METRES_NORTH
        with database.writing() as session:
            made = an_observation(session, latitude=latitude, **named)
            session.commit()
        return made

    return make


@pytest.fixture
def with_photo(app: Flask, database: Database, there: Make) -> Observation:
    """An accepted one whose photo has been looked through."""
    made = there(note="Hemligt")
    a_photo_in_the_store(app, database, made)
    change(database, screened_at=NOON)
    return made


def change(database: Database, **values: Any) -> None:
    """Of the one photo there is."""
    with database.writing() as session:
        session.execute(sa.update(Photo).values(values))
        session.commit()


def see_again(browser: FlaskClient, observation: Observation) -> None:
    """Tell that it is still there."""
    told, path = {"id": str(uuid.uuid4())}, f"/api/v1/observations/{observation.id}/sightings"
    assert 201 == browser.post(path, data=told, content_type="multipart/form-data").status_code


def items(browser: FlaskClient, **named: str) -> list[dict[str, Any]]:
    """What is told of what is near."""
    found: list[dict[str, Any]] = browser.get(PATH, query_string=HERE | named).get_json()["items"]
    return found


def test_what_is_open_within_thirty_metres_is_told(browser: FlaskClient, there: Make) -> None:
    """Nearest first, at most three, with the local day on which it came in."""
    late = NOON + timedelta(hours=13)
    made = [there(far, received_at=late - timedelta(days=1)) for far in (25, 5, 29, 12, 31)]

    assert [str(made[1].id), str(made[3].id), str(made[0].id)] == [each["id"] for each in items(browser)]
    assert [5, 12, 25] == [each["distance_m"] for each in items(browser)]
    expected = {"id": str(made[1].id), "category": "KLO", "distance_m": 5, "photo": None, "seen": 0}
    assert expected | {"received_on": "2026-09-15"} == items(browser)[0]


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ({"review": Review.RECEIVED}, 1),
        ({"review": Review.NEEDS_PLACE}, 1),
        ({"remediation": Remediation.ORDERED}, 1),
        ({"received_at": NOON - timedelta(days=60)}, 1),
        ({"review": Review.REJECTED}, 0),
        ({"category": Category.SKR}, 0),
        ({"remediation": Remediation.DONE}, 0),
        ({"remediation": Remediation.VERIFIED}, 0),
        ({"received_at": NOON - timedelta(days=60, seconds=1)}, 0),
        ({"longitude": None, "latitude": None}, 0),
    ],
)
def test_only_what_may_be_the_same_is_told(
    browser: FlaskClient, database: Database, named: dict[str, Any], told: int
) -> None:
    """Of the same kind, not cleaned, not refused, not old."""
    with database.writing() as session:
        an_observation(session, **named)
        session.commit()

    assert told == len(items(browser))


def test_near_ones_are_found_across_the_edges_of_squares(browser: FlaskClient, database: Database) -> None:
    """Wherever one stands: thirty metres away in every direction, along 300 metres of street."""
    with database.writing() as session:
        for step in range(20):
            latitude, longitude = 59.40 + step * 0.0007, 18.10 + step * 0.0013
            for north, east in ((28, 0), (-28, 0), (0, 28), (0, -28)):
                y, x = latitude + north * METRES_NORTH, longitude + east * METRES_NORTH / 0.5085
                an_observation(session, latitude=y, longitude=x, cell=cell(y, x))
        session.commit()
    found = [
        len(items(browser, latitude=str(59.40 + step * 0.0007), longitude=str(18.10 + step * 0.0013)))
        for step in range(20)
    ]

    assert [3] * 20 == found


def test_it_costs_as_much_for_many(browser: FlaskClient, app: Flask, there: Make) -> None:
    """One statement by the index of cells, and three for what is told of those that are nearest."""
    database = app.extensions["ogon"].database
    items(browser)  # the first request of a browser notes that it was there
    with statements(database) as none:
        items(browser)
    for far in range(25):
        there(far)
    with statements(database) as many:
        items(browser)

    assert 3 == len(many) - len(none)
    assert 1 == sum("BETWEEN" in each for each in many)


def test_a_photo_is_shown_small(browser: FlaskClient, with_photo: Observation) -> None:
    """320 pixels, as a picture and nothing else, and no browser keeps it."""
    photo = items(browser)[0]["photo"]
    answer = browser.get(f"{PATH}/{with_photo.id}/bild")
    picture = Image.open(BytesIO(answer.data))

    assert {"width", "height"} == set(photo)
    assert (320, 240) == picture.size == (photo["width"], photo["height"])
    assert ("image/jpeg", "private, no-store") == (answer.mimetype, answer.headers["Cache-Control"])
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert b"Exif" not in answer.data


@pytest.mark.parametrize(
    "changed",
    [
        {"screened_at": None},
        {"suggestions": [{"box": [0.1, 0.1, 0.2, 0.2]}]},
        {"to_burn": [[0.1, 0.1, 0.2, 0.2]]},
    ],
    ids=["nothing has looked", "a suggestion is open", "a box is not burned in"],
)
def test_a_photo_that_may_show_somebody_is_not_shown(
    browser: FlaskClient, database: Database, with_photo: Observation, changed: dict[str, Any]
) -> None:
    """Neither told of nor handed out, also where the phone was told of it a moment ago."""
    assert 200 == browser.get(f"{PATH}/{with_photo.id}/bild").status_code, "control"
    change(database, **changed)

    assert [None] == [each["photo"] for each in items(browser)]
    assert 404 == browser.get(f"{PATH}/{with_photo.id}/bild").status_code


@pytest.mark.parametrize("state", [Review.RECEIVED, Review.NEEDS_PLACE, Review.REJECTED])
def test_a_photo_that_no_coordinator_has_accepted_is_not_shown(
    browser: FlaskClient, database: Database, with_photo: Observation, state: Review
) -> None:
    """Nobody but the coordinator sees what another phone has just sent."""
    with database.writing() as session:
        session.get_one(Observation, with_photo.number).review = state
        session.commit()

    assert [] == [each for each in items(browser) if each["photo"]]
    assert 404 == browser.get(f"{PATH}/{with_photo.id}/bild").status_code


def test_a_photo_whose_file_is_lost_is_not_there(app: Flask, browser: FlaskClient, with_photo: Observation) -> None:
    """No error of ours on a phone; the self-check raises that alarm."""
    store = app.extensions["ogon"].store
    for name, _ in list(store.names()):
        store.delete(name)

    assert 404 == browser.get(f"{PATH}/{with_photo.id}/bild").status_code


@pytest.mark.parametrize(
    ("named", "wrong"),
    [
        ({"latitude": ""}, {"latitude"}),
        ({"latitude": "91"}, {"latitude"}),
        ({"longitude": "nan"}, {"longitude"}),
        ({"longitude": "-inf", "category": "PERSON"}, {"longitude", "category"}),
        ({"category": ""}, {"category"}),
    ],
)
def test_half_a_question_is_refused(browser: FlaskClient, named: dict[str, str], wrong: set[str]) -> None:
    """With the field that is wrong."""
    answer = browser.get(PATH, query_string=HERE | named)

    assert (422, wrong) == (answer.status_code, set(answer.get_json()["fields"]))


@pytest.mark.parametrize(("hours", "told"), [(11, 0), (13, 1)])
def test_nobody_is_asked_about_what_they_have_just_sent(
    client: ClientFor, database: Database, clock: MovableClock, browser: FlaskClient, there: Make, hours: int, told: int
) -> None:
    """Three tags on one wall are three reports, and their sender knows; the next shift is asked."""
    made, received_at = there(), clock() - timedelta(hours=hours)
    with database.writing() as session:
        device_id = session.scalars(sa.select(Device.id)).one()
        values = {"id": made.id, "device_id": device_id, "received_at": received_at, "number": made.number}
        session.add(Submission(**values))
        session.execute(sa.update(Observation).values(received_at=received_at))
        session.commit()

    assert told == len(items(browser))
    assert 1 == len(items(client(Role.REPORTER))), "control: another phone"


def test_how_often_it_was_seen_again_is_told(browser: FlaskClient, there: Make) -> None:
    """Whoever comes next hears that others have met it."""
    see_again(browser, there())

    assert [1] == [each["seen"] for each in items(browser)]


def test_the_coordinator_sees_how_often(browser: FlaskClient, client: ClientFor, there: Make) -> None:
    """A line on the observation's page, and none where nobody has."""
    made, desk = there(), client(Role.COORDINATOR)
    assert "Sågs igen" not in desk.get(f"/observation/{made.id}").text
    for _ in range(2):
        see_again(browser, made)
    page = re.sub(r"<[^>]+>|\s+", " ", desk.get(f"/observation/{made.id}").text)

    assert re.search(r"Sågs igen\s+2 gånger", page)


def test_what_is_rejected_forgets_who_saw_it(browser: FlaskClient, database: Database, there: Make) -> None:
    """With photos and text goes what others have said of it."""
    made = there()
    see_again(browser, made)
    with database.writing() as session:
        report = session.get_one(Observation, made.number)
        reviewing.reopen(session, report, by="device:desk", at=NOON)
        reviewing.reject(session, report, reason=Rejection.TEST, by="device:desk", at=NOON)
        session.commit()
        assert [] == list(session.scalars(sa.select(Sighting)))

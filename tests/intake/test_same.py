"""The same? What is open nearby is asked about by category and photo alone, and "still there" is counted once."""

import re
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from config import Settings
from observations import journal
from observations.access import Role
from observations.database import Database
from observations.places.cells import cell
from observations.record.categories import Category
from observations.record.tables import Observation, Photo, Sighting
from observations.record.workflow import Rejection, Remediation, Review
from observations.review import actions as reviewing
from tests.builders import NOON, an_observation
from tests.conftest import ClientFor
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

    assert {"id", "width", "height"} == set(photo)
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


def test_still_there_is_counted_once(browser: FlaskClient, database: Database, there: Make) -> None:
    """Sent again under its id it is the same; the report itself does not change."""
    made = there()
    told = {"id": str(uuid.uuid4())}
    answers = [browser.post(f"{PATH}/{made.id}", data=told) for _ in range(2)]
    with database.reading() as session:
        events = [event.what for event in journal.of(session, made.subject)]
        version = session.get_one(Observation, made.number).version

    assert [(201, told | {"seen": 1}), (200, told | {"seen": 1})] == [
        (each.status_code, each.get_json()) for each in answers
    ]
    assert (["observation.seen"], 1) == (events, version)
    assert [1] == [each["seen"] for each in items(browser)]


def test_sixteen_at_once_are_one(client: ClientFor, database: Database, there: Make) -> None:
    """One is counted, fifteen hear that it is there."""
    made, told = there(), {"id": str(uuid.uuid4())}
    browsers, together = [client(Role.REPORTER) for _ in range(16)], threading.Barrier(16)

    def send(browser: FlaskClient) -> int:
        together.wait()
        return browser.post(f"{PATH}/{made.id}", data=told).status_code

    with ThreadPoolExecutor(16) as threads:
        answers = sorted(threads.map(send, browsers))
    with database.reading() as session:
        assert 1 == session.scalar(sa.select(sa.func.count()).select_from(Sighting))
    assert [200] * 15 + [201] == answers


def test_another_report_under_the_id_is_a_conflict(browser: FlaskClient, there: Make) -> None:
    """So that a mistake of the phone is not taken for a repetition."""
    first, other, told = there(), there(5), {"id": str(uuid.uuid4())}
    answers = [browser.post(f"{PATH}/{each.id}", data=told).status_code for each in (first, other)]

    assert [201, 409] == answers


@pytest.mark.parametrize("nobodys", ["", "7", str(uuid.UUID(int=0)), str(uuid.UUID(int=2**128 - 1))])
def test_an_id_that_nobody_has_made_is_refused(browser: FlaskClient, there: Make, nobodys: str) -> None:
    """A phone that forgets to make one would be counted once for ever."""
    answer = browser.post(f"{PATH}/{there().id}", data={"id": nobodys})

    assert (422, {"id"}) == (answer.status_code, set(answer.get_json()["fields"]))


def test_what_is_cleaned_may_be_seen_again_and_what_is_refused_may_not(browser: FlaskClient, there: Make) -> None:
    """A phone that was without a net tells late; of what is destroyed nothing is kept."""
    cleaned, rejected = there(remediation=Remediation.DONE), there(review=Review.REJECTED)
    answers = [
        browser.post(f"{PATH}/{each}", data={"id": str(uuid.uuid4())}).status_code
        for each in (cleaned.id, rejected.id, uuid.uuid4())
    ]

    assert [201, 404, 404] == answers


def test_so_many_in_an_hour(settings: Settings, app: Flask, browser: FlaskClient, there: Make) -> None:
    """Together with the reports: 429 says when to come again, and a repetition is answered all the same."""
    runtime = app.extensions["ogon"]
    few = settings.model_copy(update={"reports_per_hour": 1})
    app.extensions["ogon"] = runtime.__class__(**(vars(runtime) | {"settings": few}))
    made, told = there(), {"id": str(uuid.uuid4())}
    answers = [browser.post(f"{PATH}/{made.id}", data=each) for each in (told, {"id": str(uuid.uuid4())}, told)]
    report = {"id": str(uuid.uuid4()), "category": "KLO", "observed_at": "2026-09-15T09:00:00Z"}
    sent = browser.post("/api/v1/observations", data=report, content_type="multipart/form-data")

    assert [201, 429, 200, 429] == [answer.status_code for answer in (*answers, sent)]
    assert 3000 < int(answers[1].headers["Retry-After"]) <= 3601


def test_the_coordinator_sees_how_often(browser: FlaskClient, client: ClientFor, there: Make) -> None:
    """A line on the observation's page, and none where nobody has."""
    made, desk = there(), client(Role.COORDINATOR)
    assert "Sågs igen" not in desk.get(f"/observation/{made.id}").text
    for _ in range(2):
        browser.post(f"{PATH}/{made.id}", data={"id": str(uuid.uuid4())})
    page = re.sub(r"<[^>]+>|\s+", " ", desk.get(f"/observation/{made.id}").text)

    assert re.search(r"Sågs igen\s+2 gånger", page)


def test_what_is_rejected_forgets_who_saw_it(browser: FlaskClient, database: Database, there: Make) -> None:
    """With photos and text goes what others have said of it."""
    made = there()
    browser.post(f"{PATH}/{made.id}", data={"id": str(uuid.uuid4())})
    with database.writing() as session:
        report = session.get_one(Observation, made.number)
        reviewing.reopen(session, report, by="device:desk", at=NOON)
        reviewing.reject(session, report, reason=Rejection.TEST, by="device:desk", at=NOON)
        session.commit()
        assert [] == list(session.scalars(sa.select(Sighting)))

"""POST /api/v1/observations: what another system sends, what it is answered."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Settings
from observations.access import Role
from observations.database import Database
from observations.record.tables import Observation, Photo, PositionSource, TimeSource
from tests.conftest import ClientFor
from tests.intake.drafts import a_photo

PATH = "/api/v1/observations"
AT_ONCE = 16


def a_report(**named: Any) -> dict[str, Any]:
    """The fields of an ordinary report; None takes one away."""
    fields = {
        "id": str(uuid.uuid4()),
        "category": "KLO",
        "observed_at": "2026-09-15T11:30:00+02:00",
        "latitude": "59.3371",
        "longitude": "18.0835",
        "note": "Två taggar",
    }
    return {name: value for name, value in (fields | named).items() if value is not None}


def post(browser: FlaskClient, fields: dict[str, Any], **options: Any) -> TestResponse:
    """Send the fields as multipart; `photos` may be bytes or a list of them."""
    photos = fields.get("photos", [])
    if isinstance(photos, bytes):
        photos = [photos]
    files = [] if isinstance(photos, str) else [(BytesIO(raw), "image.jpg") for raw in photos]
    return browser.post(
        PATH, data=fields | ({"photos": files} if files else {}), content_type="multipart/form-data", **options
    )


def test_a_report_is_created_and_answered_with_its_receipt(client: ClientFor, database: Database) -> None:
    """The number for people, the ids for machines, the size of what was kept."""
    fields = a_report(photos=[a_photo(), a_photo(48, 64)])
    answer = post(client(Role.REPORTER), fields)
    body = answer.get_json()
    with database.reading() as session:
        kept = session.scalars(sa.select(Observation)).one()
        photos = [{"id": str(p.id), "width": p.width_px, "height": p.height_px} for p in kept.photos]

    assert 201 == answer.status_code
    assert {"id": fields["id"], "number": kept.number, "review": "received", "photos": photos} == body
    assert [(96, 64), (48, 64)] == [(p["width"], p["height"]) for p in body["photos"]]
    assert answer.headers["Location"].endswith(f"{PATH}/{fields['id']}")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({}, (False, TimeSource.API, PositionSource.API)),
        ({"urgent": "0", "time_source": "sent", "position_source": "device"}, (False, "sent", "device")),
        ({"urgent": "1", "time_source": "typed", "position_source": "map"}, (True, "typed", "map")),
        ({"urgent": "true", "time_source": "photo", "position_source": "photo"}, (True, "photo", "photo")),
        ({"urgent": "false", "position_source": "address"}, (False, TimeSource.API, "address")),
    ],
)
def test_how_it_is_known_is_kept(
    client: ClientFor, database: Database, sent: dict[str, str], kept: tuple[bool, str, str]
) -> None:
    """A phone that sends from its outbox says as much as the form does: urgent or not, whose time, whose place."""
    assert 201 == post(client(Role.REPORTER), a_report(**sent)).status_code
    with database.reading() as session:
        found = session.scalars(sa.select(Observation)).one()

    assert kept == (found.urgent, found.observed_source, found.position_source)


def test_a_source_without_a_point_is_no_point(client: ClientFor, database: Database) -> None:
    """A place in words alone is looked up, or asked for, as ever."""
    fields = a_report(latitude=None, longitude=None, address="Bakom skolan", position_source="device")

    assert 201 == post(client(Role.REPORTER), fields).status_code
    with database.reading() as session:
        assert session.scalars(sa.select(Observation)).one().position_source is None


@pytest.mark.parametrize("changed", [{"urgent": "1"}, {"time_source": "typed"}, {"position_source": "map"}])
def test_the_same_report_known_otherwise_is_another(client: ClientFor, changed: dict[str, str]) -> None:
    """What was answered for one must not stand for the other."""
    browser, fields = client(Role.REPORTER), a_report()
    post(browser, fields)

    assert 409 == post(browser, fields | changed).status_code


def test_the_same_report_again_has_the_same_answer(client: ClientFor) -> None:
    """Byte for byte, with 200 instead of 201."""
    browser, fields = client(Role.REPORTER), a_report(photos=a_photo())
    first, again = post(browser, fields), post(browser, fields)

    assert (201, 200) == (first.status_code, again.status_code)
    assert first.data == again.data


def test_sixteen_at_once_are_one(app: Flask, client: ClientFor, database: Database) -> None:
    """One is created, fifteen hear that it is there; one row, one photo."""
    fields = a_report(photos=a_photo())
    browsers = [client(Role.REPORTER) for _ in range(AT_ONCE)]
    together = threading.Barrier(AT_ONCE)

    def send(browser: FlaskClient) -> tuple[int, bytes]:
        together.wait()
        answer = post(browser, fields)
        return answer.status_code, answer.data

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(send, browsers))
    with database.reading() as session:
        rows = [session.scalar(sa.select(sa.func.count()).select_from(table)) for table in (Observation, Photo)]

    assert [200] * 15 + [201] == sorted(status for status, _ in answers)
    assert 1 == len({body for _, body in answers})
    assert [1, 1] == rows
    assert 1 == len(list(app.extensions["ogon"].store.names()))


def test_other_content_under_the_same_id_is_a_conflict(client: ClientFor) -> None:
    """In the form that machines expect of errors."""
    browser, fields = client(Role.REPORTER), a_report()
    post(browser, fields)
    answer = post(browser, fields | {"note": "Tre taggar"})

    assert (409, "application/problem+json") == (answer.status_code, answer.mimetype)
    assert 409 == answer.get_json()["status"]


@pytest.mark.parametrize(
    ("changed", "status", "fields"),
    [
        ({"id": None}, 422, {"id"}),
        ({"id": "7"}, 422, {"id"}),
        ({"category": "PERSON"}, 422, {"category"}),
        ({"category": None, "observed_at": None}, 422, {"category", "observed_at"}),
        ({"observed_at": "2026-09-15T11:30:00"}, 422, {"observed_at"}),
        ({"observed_at": "1789464600"}, 422, {"observed_at"}),
        ({"observed_at": "2026-02-30T11:30:00Z"}, 422, {"observed_at"}),
        ({"observed_at": "2026-09-15T10:11:00Z"}, 422, {"observed_at"}),
        ({"observed_at": "2021-09-01T00:00:00Z"}, 422, {"observed_at"}),
        ({"observed_at": "0001-01-01T00:00:00+14:00"}, 422, {"observed_at"}),
        ({"latitude": "NaN"}, 422, {"latitude"}),
        ({"latitude": "91"}, 422, {"latitude"}),
        ({"latitude": None}, 422, {"latitude"}),
        ({"longitude": None}, 422, {"longitude"}),
        ({"longitude": "öst"}, 422, {"longitude"}),
        ({"accuracy_m": "-1"}, 422, {"accuracy_m"}),
        ({"note": "x" * 2001}, 422, {"note"}),
        ({"note": "a\x00b"}, 422, {"note"}),
        ({"note": "811228-9874"}, 422, {"note"}),
        ({"address": "x" * 121}, 422, {"address"}),
        ({"reporter": "Anna"}, 422, {"reporter"}),
        ({"urgent": "yes"}, 422, {"urgent"}),
        ({"urgent": ""}, 422, {"urgent"}),
        ({"time_source": "guess"}, 422, {"time_source"}),
        ({"position_source": ["map", "device"]}, 422, {"position_source"}),
        ({"note": ["en", "två"]}, 422, {"note"}),
        ({"photos": "not a file"}, 422, {"photos"}),
        ({"photos": [a_photo()] * 6}, 422, {"photos"}),
        ({"photos": a_photo()[:600]}, 422, {"photos"}),
        ({"photos": b"GIF89a"}, 415, {"photos"}),
        ({"photos": b"%PDF-1.7"}, 415, {"photos"}),
    ],
)
def test_what_cannot_be_taken_is_answered_field_by_field(
    client: ClientFor, database: Database, changed: dict[str, Any], status: int, fields: set[str]
) -> None:
    """A status, the field and a Swedish sentence; nothing is kept."""
    answer = post(client(Role.REPORTER), a_report(**changed))
    body = answer.get_json()
    with database.reading() as session:
        assert 0 == session.scalar(sa.select(sa.func.count()).select_from(Observation))

    assert (status, "application/problem+json") == (answer.status_code, answer.mimetype)
    assert fields == set(body["fields"])
    assert all(sentence.endswith(".") for sentence in body["fields"].values())


def test_a_file_in_an_unknown_field_is_refused(client: ClientFor) -> None:
    """A misspelt field name must not lose a photo in silence."""
    answer = post(client(Role.REPORTER), a_report(photo=(BytesIO(a_photo()), "image.jpg")))

    assert (422, {"photo"}) == (answer.status_code, set(answer.get_json()["fields"]))


def test_bytes_that_are_no_text_are_refused(client: ClientFor) -> None:
    """Neither guessed at nor replaced by question marks."""
    body = b"".join(
        b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
        for name, value in {n: v.encode() for n, v in a_report(note=None).items()}.items()
    )
    body += b'--b\r\nContent-Disposition: form-data; name="note"\r\n\r\nR\xe4tt \xed\xa0\x80\r\n--b--\r\n'
    answer = client(Role.REPORTER).post(PATH, data=body, content_type="multipart/form-data; boundary=b")

    assert (422, {"note"}) == (answer.status_code, set(answer.get_json()["fields"]))


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded"])
def test_only_multipart_is_understood(client: ClientFor, content_type: str) -> None:
    """Said as such, rather than as a list of missing fields."""
    answer = client(Role.REPORTER).post(PATH, data=b"{}", content_type=content_type)

    assert (415, "application/problem+json") == (answer.status_code, answer.mimetype)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"--b", 400),
        (b"no boundary at all", 400),
        (b"--b\r\n" + b"x" * 70_000, 400),
        (b"--b\r\nContent-Disposition: form-data\r\n\r\nnameless\r\n--b--\r\n", 400),
        (b'--b\r\nContent-Disposition: form-data; filename="x.jpg"\r\n\r\nnameless\r\n--b--\r\n', 400),
        (b'--b\r\nContent-Disposition: form-data; name="note"\r\n\r\nbroken off', 400),
        (b'--b\r\nContent-Disposition: form-data; name="note"\r\n\r\n' + b"x" * 300_000 + b"\r\n--b--\r\n", 413),
        (b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\ny\r\n' * 60 + b"--b--\r\n", 413),
    ],
)
def test_a_broken_or_swollen_body_is_refused(client: ClientFor, body: bytes, status: int) -> None:
    """Damage is the sender's to mend, never an error of the service."""
    answer = client(Role.REPORTER).post(PATH, data=body, content_type="multipart/form-data; boundary=b")

    assert (status, "application/problem+json") == (answer.status_code, answer.mimetype)


@pytest.mark.parametrize(
    ("boundary", "status"), [("", 400), ("b" * 101, 400), ("b" * 200_000, 400), ("b", 422), ("b" * 100, 422)]
)
def test_the_line_between_two_parts_has_a_longest_length(client: ClientFor, boundary: str, status: int) -> None:
    """Looking for a line of 200,000 signs took more than half a second; the standard's longest has 70."""
    body = f'--{boundary}\r\nContent-Disposition: form-data; name="x"\r\n\r\ny\r\n--{boundary}--\r\n'.encode()
    kind = f"multipart/form-data; boundary={boundary}" if boundary else "multipart/form-data"

    assert status == client(Role.REPORTER).post(PATH, data=body, content_type=kind).status_code


@pytest.mark.parametrize("nobodys", [uuid.UUID(int=0), uuid.UUID(int=2**128 - 1)])
def test_an_id_that_nobody_has_made_is_refused(client: ClientFor, nobodys: uuid.UUID) -> None:
    """A program that forgets to make one would send every report under the same."""
    answer = post(client(Role.REPORTER), a_report(id=str(nobodys)))

    assert (422, {"id"}) == (answer.status_code, set(answer.get_json()["fields"]))


def test_a_photo_that_is_sent_as_text_is_refused(client: ClientFor) -> None:
    """With the reason, rather than as an unknown field or a report without its photo."""
    answer = post(client(Role.REPORTER), a_report(photos="/9j/4AAQ"))

    assert (422, {"photos": "Fotot kom inte fram som en fil. Välj det igen."}) == (
        answer.status_code,
        answer.get_json()["fields"],
    )


def test_file_names_go_nowhere(client: ClientFor, app: Flask) -> None:
    """A name that is a path is a name, and is not used."""
    file = (BytesIO(a_photo()), "../../../../tmp/evil\0.jpg")
    answer = client(Role.REPORTER).post(PATH, data=a_report(photos=file), content_type="multipart/form-data")

    assert 201 == answer.status_code
    assert [32] == [len(name) for name, _ in app.extensions["ogon"].store.names()]


def test_so_many_in_an_hour(settings: Settings, client: ClientFor, app: Flask) -> None:
    """429 says when to come again."""
    app.extensions["ogon"] = app.extensions["ogon"].__class__(
        **(vars(app.extensions["ogon"]) | {"settings": settings.model_copy(update={"reports_per_hour": 1})})
    )
    browser, fields = client(Role.REPORTER), a_report()
    answers = [post(browser, fields), post(browser, a_report()), post(browser, fields)]

    assert [201, 429, 200] == [answer.status_code for answer in answers]
    assert 3000 < int(answers[1].headers["Retry-After"]) <= 3601


@pytest.mark.parametrize(
    ("role", "status"),
    [(None, 401), (Role.REPORTER, 201), (Role.COORDINATOR, 201), (Role.COUNCIL, 403), (Role.ADMIN, 403)],
)
def test_who_may_report(client: ClientFor, role: Role | None, status: int) -> None:
    """Those who see things."""
    assert status == post(client(role), a_report()).status_code


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Origin": "http://localhost"}, 201),
        ({"Sec-Fetch-Site": "cross-site"}, 401),
        ({"Sec-Fetch-Site": "same-site"}, 401),
        ({"Origin": "https://elsewhere.example"}, 401),
    ],
)
def test_another_site_cannot_lend_itself_a_cookie(client: ClientFor, headers: dict[str, str], status: int) -> None:
    """A page elsewhere that posts here posts as nobody."""
    assert status == post(client(Role.REPORTER), a_report(), headers=headers).status_code


def test_a_store_that_is_away_is_503_with_a_time(settings: Settings, client: ClientFor, app: Flask) -> None:
    """Nothing kept, come again; reports without a photo still go."""
    store = app.extensions["ogon"].store
    folder = settings.instance / "photos"
    folder.rmdir()
    folder.write_text("a file where the folder should be")
    browser, fields = client(Role.REPORTER), a_report(photos=a_photo())
    answer = post(browser, fields)

    assert (503, "application/problem+json") == (answer.status_code, answer.mimetype)
    assert int(answer.headers["Retry-After"]) > 0
    assert 201 == post(browser, a_report()).status_code
    folder.unlink()
    folder.mkdir()
    assert 201 == post(browser, fields).status_code
    assert 1 == len(list(store.names()))

"""What is told when something is wrong: what it was, what to do, and whether anything was kept."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from observations import limits
from observations.access import allow
from tests.logbook import Entries
from uploads.stores import StoreUnavailable

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

PHOTO = b"x" * 10


@pytest.fixture
def reading(app: Flask) -> FlaskClient:
    """A browser, and a page that reads the form it is sent."""

    @allow.anyone
    def read() -> str:
        return f"{len(request.form)} {len(request.files)}"

    for path in ("/read", "/api/read"):
        app.add_url_rule(path, endpoint=path, view_func=read, methods=["POST"])
    return app.test_client()


def form(fields: dict[str, str], *photos: bytes) -> dict[str, Any]:
    """The body of a form, and what it is called. The test client would make it in a file."""
    head = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n'
    told = [f"{head.format(name)}{value}\r\n".encode() for name, value in fields.items()]
    file = head.format('photos"; filename="image.jpg').encode()
    body = b"".join((*told, *(file + photo + b"\r\n" for photo in photos), b"--x--\r\n"))
    return {"data": body, "content_type": "multipart/form-data; boundary=x"}


URLENCODED = "application/x-www-form-urlencoded"
WHOLE = "Skicka högst 25 MB åt gången: färre eller mindre foton."
PARTS = "Skicka högst 5 foton och kortare text."
TOO_MUCH = {
    "the body": ({}, (bytes(limits.BODY_BYTES),), WHOLE),
    "the text": ({"note": "x" * (limits.FORM_BYTES + 1)}, (), PARTS),
    "the parts": ({}, (PHOTO,) * (limits.FORM_PARTS + 1), PARTS),
}


@pytest.mark.parametrize(("fields", "photos", "sentence"), TOO_MUCH.values(), ids=TOO_MUCH)
def test_each_limit_has_its_own_sentence(
    reading: FlaskClient, fields: dict[str, str], photos: tuple[bytes, ...], sentence: str
) -> None:
    """Whoever reads "25 MB" when it was the number of photos would try in vain."""
    page = reading.post("/read", **form(fields, *photos))
    told = reading.post("/api/read", **form(fields, *photos))

    assert (413, 413) == (page.status_code, told.status_code)
    assert sentence in page.text
    assert sentence == told.get_json()["detail"]


@pytest.mark.parametrize(("length", "status"), [(limits.FORM_BYTES, 200), (limits.FORM_BYTES + 1, 413)])
def test_a_form_without_files_is_bounded_too(reading: FlaskClient, length: int, status: int) -> None:
    """25 MB of empty fields would cost seconds and a gigabyte, on any form that anybody may send."""
    answer = reading.post("/read", data=b"a&" * (length // 2) + b"a" * (length % 2), content_type=URLENCODED)

    assert status == answer.status_code


def test_a_form_at_the_limits_is_read(reading: FlaskClient) -> None:
    """The limits are where they are said to be."""
    fields = {f"field{n}": "x" for n in range(limits.FORM_PARTS - 1)}

    assert "39 1" == reading.post("/read", **form(fields, bytes(limits.BODY_BYTES - 10_000))).text


def _orig() -> Exception:
    return Exception("driver")


AWAY: dict[str, Callable[[], Exception]] = {
    "locked": lambda: OperationalError("SELECT", {}, _orig()),
    "the driver gave up": lambda: InterfaceError("SELECT", {}, _orig()),
    "the connection broke": lambda: DBAPIError("SELECT", {}, _orig(), connection_invalidated=True),
    "all connections are taken": lambda: NoConnection("QueuePool limit"),
    "the store": lambda: StoreUnavailable("gone"),
}


@pytest.mark.parametrize("error", AWAY.values(), ids=AWAY)
def test_what_is_away_for_a_while_is_tried_again(app: Flask, entries: Entries, error: Callable[[], Exception]) -> None:
    """503 with a time to come back, nothing was saved, and the log says which part it was."""

    @allow.anyone
    def failing() -> str:
        raise error()

    app.add_url_rule("/api/failing", endpoint="failing", view_func=failing)
    answer = app.test_client().get("/api/failing")

    assert (503, "5") == (answer.status_code, answer.headers["Retry-After"])
    assert "Inget sparades" in answer.get_json()["detail"]
    assert " ERROR observations.web.errors " in entries()


def test_a_fault_of_ours_is_not_called_a_busy_database(app: Flask) -> None:
    """What a phone would send again for ever must be found and mended."""
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)

    @allow.anyone
    def failing() -> str:
        raise IntegrityError("INSERT", {}, _orig())

    app.add_url_rule("/api/failing", endpoint="failing", view_func=failing)

    assert 500 == app.test_client().get("/api/failing").status_code

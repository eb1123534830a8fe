"""The page /efterbild without a script, the way to it, and what the one who reported is told of what became of it."""

import re
import uuid
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from config import Settings
from observations.access import Role
from observations.cli import cli
from observations.database import Database
from observations.record.tables import Observation, Photo, PhotoKind
from observations.record.workflow import Remediation, Review
from tests.builders import NOON
from tests.conftest import ClientFor
from tests.intake.drafts import a_photo
from tests.intake.test_form import kept, photo, send
from tests.review.looking import words
from uploads.proof import proven
from uploads.stores import PhotoStore


@pytest.fixture
def browser(client: ClientFor) -> FlaskClient:
    """A reporter's, without scripts."""
    return client(Role.REPORTER)


@pytest.fixture
def report(browser: FlaskClient, database: Database) -> Observation:
    """One that this reporter has sent, with a photo that has been looked through."""
    send(browser, photos=photo(a_photo(400, 300)))
    change(database, Photo, screened_at=NOON)
    return kept(database)


def change(database: Database, table: type[Observation | Photo], **values: Any) -> None:
    """Of all rows."""
    with database.writing() as session:
        session.execute(sa.update(table).values(values))
        session.commit()


def the_photos(database: Database) -> list[Photo]:
    """All photos in their order."""
    with database.reading() as session:
        return list(session.scalars(sa.select(Photo).order_by(Photo.position)))


def path(report: Observation) -> str:
    """Where its after-photo is taken."""
    return f"/efterbild/{report.id}"


def follow_up(browser: FlaskClient, report: Observation, **named: Any) -> TestResponse:
    """Choose a file and press the button."""
    fields = {"id": str(uuid.uuid4()), "photos": photo(a_photo(80))} | named
    return browser.post(path(report), data=fields, content_type="multipart/form-data")


def test_without_a_script_a_form_does_it(browser: FlaskClient, database: Database, report: Observation) -> None:
    """From the receipt over the page to the receipt, which tells of it; pixels alone are kept."""
    receipt = browser.get(f"/kvitto/{report.id}").text
    assert f'href="{path(report)}"' in receipt
    page = browser.get(path(report))
    answer = follow_up(browser, report)
    told = words(browser.get(answer.location).text)
    before, after = the_photos(database)

    assert "Ringvägen 12" in page.text
    assert "Så såg det ut före." in page.text
    assert (303, f"/kvitto/{report.id}") == (answer.status_code, answer.location)
    assert "Efterbilden är sparad. Tack." in told
    assert "1 foto" in told
    assert "1 efterbild" in told
    assert (PhotoKind.BEFORE, PhotoKind.AFTER, NOON) == (before.kind, after.kind, after.taken_at)


def test_nothing_that_the_camera_wrote_is_kept(
    app: Flask, browser: FlaskClient, database: Database, report: Observation
) -> None:
    """Marker by marker: JFIF and the picture, as with every other photo."""
    assert b"KANARIE" in a_photo(80), "control"
    follow_up(browser, report)
    store: PhotoStore = app.extensions["ogon"].store
    jpeg = store.get(the_photos(database)[1].name)

    assert (80, 64) == proven(jpeg)
    assert set() == set(map(str, Image.open(BytesIO(jpeg)).info)) - {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
    }


def test_pressed_twice_it_is_one(browser: FlaskClient, database: Database, report: Observation) -> None:
    """The same form with the same file, some time later too."""
    id = str(uuid.uuid4())
    answers = [follow_up(browser, report, id=id) for _ in range(2)]

    assert [303, 303] == [answer.status_code for answer in answers]
    assert 2 == len(the_photos(database))


def test_another_file_in_the_same_form_is_asked_about(browser: FlaskClient, report: Observation) -> None:
    """It comes back under a new id, with the sentence that says what happens when it is sent again."""
    id = str(uuid.uuid4())
    follow_up(browser, report, id=id)
    answer = follow_up(browser, report, id=id, photos=photo(a_photo(88)))

    assert 409 == answer.status_code
    assert "Skicka igen om det här ska bli ett till." in answer.text
    assert id not in answer.text


@pytest.mark.parametrize(
    ("raw", "name", "status", "sentence"),
    [
        (b"", "", 422, "Skicka ett foto."),
        (b"<svg/>", "x.svg", 415, "Det är inget foto. Välj en bild från kameran."),
        (a_photo()[:700], "x.jpg", 422, "Fotot är skadat. Ta om det."),
    ],
)
def test_what_is_wrong_is_told(
    browser: FlaskClient, database: Database, report: Observation, raw: bytes, name: str, status: int, sentence: str
) -> None:
    """On the same page, which keeps its id and says that the file has to be chosen again."""
    id = str(uuid.uuid4())
    answer = follow_up(browser, report, id=id, photos=(BytesIO(raw), name))

    assert status == answer.status_code
    assert sentence in answer.text
    assert "Fotot måste väljas igen." in answer.text
    assert id in answer.text
    assert 1 == len(the_photos(database))


@pytest.mark.parametrize("id", ["", "7", str(uuid.UUID(int=0))])
def test_an_id_that_nobody_has_made_is_not_used_again(browser: FlaskClient, report: Observation, id: str) -> None:
    """The page comes back with one that works."""
    answer = follow_up(browser, report, id=id)
    anew = re.findall(r'name="id" value="([0-9a-f-]+)"', answer.text)

    assert 422 == answer.status_code
    assert 303 == follow_up(browser, report, id=anew[0]).status_code


def test_the_photo_from_before_is_shown_small_and_kept_nowhere(browser: FlaskClient, report: Observation) -> None:
    """A picture and nothing else, 320 pixels at most."""
    answer = browser.get(path(report) + "/fore")

    assert (320, 240) == Image.open(BytesIO(answer.data)).size
    assert ("image/jpeg", "private, no-store") == (answer.mimetype, answer.headers["Cache-Control"])
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert 'width="320" height="240"' in browser.get(path(report)).text


def test_a_photo_that_was_not_looked_through_is_not_shown(
    browser: FlaskClient, client: ClientFor, database: Database, report: Observation
) -> None:
    """Not to the one who sent it either; the page says why. Coordinators see every photo."""
    change(database, Photo, screened_at=None)
    page, desk = browser.get(path(report)), client(Role.COORDINATOR)

    assert "/fore" not in page.text
    assert "inte genomsett än" in page.text
    assert 404 == browser.get(path(report) + "/fore").status_code
    assert 200 == desk.get(path(report) + "/fore").status_code


def test_a_report_without_a_photo_takes_one_too(browser: FlaskClient, database: Database) -> None:
    """There is nothing to lay over the picture, and the page says so."""
    send(browser)
    page = browser.get(path(kept(database)))

    assert "Det finns inget foto från före att jämföra med." in page.text
    assert 303 == follow_up(browser, kept(database)).status_code


def test_another_reporter_learns_the_kind_and_the_photo_alone(
    client: ClientFor, database: Database, report: Observation
) -> None:
    """Once it is accepted: no address, no day. Before that it is not there. Afterwards back to what is their own."""
    other = client(Role.REPORTER)
    assert 404 == other.get(path(report)).status_code
    change(database, Observation, review=Review.ACCEPTED)
    page = other.get(path(report))
    answer = follow_up(other, report)

    assert "Klotter" in page.text
    assert "Ringvägen" not in page.text
    assert "tisdag" not in page.text
    assert "tisdag" in client(Role.COORDINATOR).get(path(report)).text, "control"
    assert 200 == other.get(path(report) + "/fore").status_code
    assert (303, "/mina-rapporter") == (answer.status_code, answer.location)


def test_a_coordinator_comes_from_the_desk_and_goes_back(
    client: ClientFor, report: Observation, database: Database
) -> None:
    """The page of the observation leads there, and then shows the after-photo by name and with its time."""
    desk = client(Role.COORDINATOR)
    assert f'href="{path(report)}"' in desk.get(f"/observation/{report.id}").text
    answer = follow_up(desk, report)
    page = words(desk.get(answer.location).text)
    queue = desk.get(f"/granska/{report.id}?photo=2").text

    assert f"/observation/{report.id}" == answer.location
    assert "Efterbild 2026-09-15 12.00" in page
    assert "En efterbild kom in" in page
    assert "Foto 2 av 2 · Efterbild" in words(queue)
    assert str(the_photos(database)[0].id) in re.findall(r'class="thumb" src="/foto/([0-9a-f-]+)', queue)[0]


def test_after_three_the_page_says_so(browser: FlaskClient, report: Observation) -> None:
    """And the receipt leads there no more."""
    for _ in range(3):
        follow_up(browser, report)

    assert "Det finns redan 3 efterbilder." in browser.get(path(report)).text
    assert "<video" not in browser.get(path(report)).text
    assert path(report) not in browser.get(f"/kvitto/{report.id}").text
    assert 422 == follow_up(browser, report).status_code


def test_withdrawn_it_is_destroyed_with_the_rest(
    app: Flask, browser: FlaskClient, database: Database, report: Observation
) -> None:
    """No row and no file is left, and the page is gone."""
    follow_up(browser, report)
    store: PhotoStore = app.extensions["ogon"].store
    assert 2 == len(list(store.names()))
    browser.post(f"/kvitto/{report.id}/dra-tillbaka")

    assert ([], []) == (the_photos(database), list(store.names()))
    assert 404 == browser.get(path(report)).status_code
    assert 404 == follow_up(browser, report).status_code


def test_something_on_it_can_be_covered(
    app: Flask, browser: FlaskClient, client: ClientFor, database: Database, report: Observation
) -> None:
    """The old file is destroyed; it stays an after-photo, with its time."""
    follow_up(browser, report)
    old = the_photos(database)[1]
    box = {"left": 0, "top": 0, "right": 0.5, "bottom": 1}
    answer = client(Role.COORDINATOR).post(f"/api/v1/photos/{old.id}/redactions", json={"boxes": [box]})
    new = the_photos(database)[1]
    store: PhotoStore = app.extensions["ogon"].store

    assert 200 == answer.status_code
    assert (PhotoKind.AFTER, NOON) == (new.kind, new.taken_at)
    assert {the_photos(database)[0].name, new.name} == {name for name, _ in store.names()}
    assert new.name != old.name


def test_the_self_check_looks_at_it(
    browser: FlaskClient, database: Database, settings: Settings, report: Observation
) -> None:
    """One whose file is damaged is found; before that there was nothing to find."""
    follow_up(browser, report)
    shell = CliRunner(env={"OGON_INSTANCE": str(settings.instance), "OGON_DATABASE_URL": settings.database_url})
    assert "findings: 0\n" in shell.invoke(cli, ["check"], catch_exceptions=False).stdout
    name = the_photos(database)[1].name
    file = Path(settings.photo_store.removeprefix("folder:")) / name[:2] / name
    file.write_bytes(file.read_bytes()[:-1])

    assert f"photo:{the_photos(database)[1].id}" in shell.invoke(cli, ["check"]).stdout


@pytest.mark.parametrize(
    ("review", "remediation", "said"),
    [
        (Review.RECEIVED, Remediation.NOT_APPLICABLE, "Granskas"),
        (Review.NEEDS_PLACE, Remediation.ORDERED, "Granskas"),
        (Review.RECEIVED, Remediation.DONE, "Sanerad, granskas"),
        (Review.ACCEPTED, Remediation.NOT_APPLICABLE, "Godkänd"),
        (Review.ACCEPTED, Remediation.WAITING, "Godkänd, väntar på sanering"),
        (Review.ACCEPTED, Remediation.ORDERED, "Godkänd, sanering beställd"),
        (Review.ACCEPTED, Remediation.DONE, "Klar, tack"),
        (Review.ACCEPTED, Remediation.VERIFIED, "Klar och kontrollerad, tack"),
        (Review.ACCEPTED, Remediation.RETURNED, "Kom tillbaka, väntar på sanering"),
    ],
)
def test_the_reporter_is_told_what_became_of_it(
    browser: FlaskClient, database: Database, report: Observation, review: Review, remediation: Remediation, said: str
) -> None:
    """In the same plain words on the receipt and among one's reports."""
    change(database, Observation, review=review, remediation=remediation)
    mine, receipt = words(browser.get("/mina-rapporter").text), words(browser.get(f"/kvitto/{report.id}").text)

    assert f"Klotter · {said} · 2026-09-15" in mine
    assert said in receipt


def test_my_reports_lead_there_until_it_is_done(browser: FlaskClient, report: Observation) -> None:
    """One tap away while it is open; then the row says that there is one."""
    assert f'href="{path(report)}"' in browser.get("/mina-rapporter").text
    follow_up(browser, report)
    page = browser.get("/mina-rapporter").text

    assert path(report) not in page
    assert "Sanerad, granskas · 1 efterbild" in words(page)

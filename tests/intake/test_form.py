"""The page /rapportera as a browser without scripts meets it."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from observations.access import Role
from observations.database import Database
from observations.record.categories import Category
from observations.record.tables import Observation, PositionSource, Submission, TimeSource
from observations.record.workflow import Rejection, Review
from tests.conftest import ClientFor, MovableClock
from tests.intake.drafts import a_photo
from tests.uploads import camera

PERSONNUMMER = "811228-9874"


def send(browser: FlaskClient, **named: Any) -> TestResponse:
    """Fill in the form and press the button."""
    fields = {"id": str(uuid.uuid4()), "category": "KLO", "place": "address", "address": "Ringvägen 12", "time": "now"}
    chosen = {name: value for name, value in (fields | named).items() if value is not None}
    return browser.post("/rapportera", data=chosen, content_type="multipart/form-data")


def photo(raw: bytes | None = None) -> tuple[BytesIO, str]:
    """A chosen file, with the name that every iPhone gives it."""
    return BytesIO(a_photo() if raw is None else raw), "image.jpg"


def kept(database: Database) -> Observation:
    """The one observation there is."""
    with database.reading() as session:
        return session.scalars(sa.select(Observation)).one()


def count(database: Database) -> int:
    """How many observations there are."""
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Observation)) or 0


def errors(page: TestResponse) -> dict[str, str]:
    """The sentence beside each field."""
    return dict(re.findall(r'id="(\w+)-error">.*?<span>(.*?)</span>', page.text, re.DOTALL))


def test_a_report_is_sent_and_receipted(client: ClientFor, database: Database) -> None:
    """Photo, what, where, send: the receipt has the number and tells what was kept."""
    browser = client(Role.REPORTER)
    page = browser.get("/rapportera")
    sent = send(browser, photos=photo(), note="Två taggar", urgent="1")
    receipt = browser.get(sent.location)
    observation = kept(database)

    assert (200, 303, 200) == (page.status_code, sent.status_code, receipt.status_code)
    assert f"Rapport {observation.number}" in receipt.text
    assert (Category.KLO, "Ringvägen 12", "Två taggar") == (
        observation.category,
        observation.address,
        observation.note,
    )
    assert observation.urgent
    assert TimeSource.SENT is observation.observed_source


@pytest.mark.parametrize(("role", "status"), [(Role.REPORTER, 200), (Role.COORDINATOR, 200), (Role.COUNCIL, 403)])
def test_the_form_is_for_those_who_report(client: ClientFor, role: Role, status: int) -> None:
    """The council reads, it does not report."""
    browser = client(role)

    assert status == browser.get("/rapportera").status_code
    assert status == browser.get("/mina-rapporter").status_code


def test_what_was_typed_comes_back_with_the_sentence_beside_it(client: ClientFor, database: Database) -> None:
    """Only the photo has to be chosen again, and the page says so."""
    typed = {
        "id": str(uuid.uuid4()),
        "category": "MIS",
        "address": "Lindparken <b>",
        "note": f"Kort med {PERSONNUMMER}",
        "time": "other",
        "observed_at": "2026-09-14T08:15",
        "urgent": "1",
    }
    page = send(client(Role.REPORTER), photos=photo(), **typed)

    assert 422 == page.status_code
    assert {"note"} == set(errors(page))
    assert "personnummer" in errors(page)["note"]
    assert "Fotot behöver väljas igen" in page.text
    assert f'value="{typed["id"]}"' in page.text
    assert re.search(r'value="MIS" checked', page.text)
    assert "Lindparken &lt;b&gt;" in page.text
    assert typed["note"] in page.text
    assert 'value="2026-09-14T08:15"' in page.text
    assert re.search(r'name="urgent" value="1" checked', page.text)
    assert 0 == count(database)


def test_an_empty_form_says_what_is_missing(client: ClientFor) -> None:
    """Both at once."""
    page = send(client(Role.REPORTER), category=None, address="")

    assert (422, {"category", "address"}) == (page.status_code, set(errors(page)))
    assert "Fotot behöver väljas igen" not in page.text


@pytest.mark.parametrize(("raw", "status"), [(b"<svg/>", 415), (b"", 415), (a_photo()[:600], 422)])
def test_a_file_that_is_no_whole_photo_is_told_beside_the_photo(client: ClientFor, raw: bytes, status: int) -> None:
    """With the way on: another photo, or none."""
    page = send(client(Role.REPORTER), photos=photo(raw))

    assert (status, {"photos"}) == (page.status_code, set(errors(page)))
    assert "skicka utan" in errors(page)["photos"]


def test_a_browser_that_chose_no_file_sends_none(client: ClientFor, database: Database) -> None:
    """Browsers then send an empty part without a name."""
    assert 303 == send(client(Role.REPORTER), photos=(BytesIO(b""), "")).status_code
    assert 1 == count(database)


def test_time_and_place_of_the_photo_are_used_where_they_are_chosen(client: ClientFor, database: Database) -> None:
    """Choosing them is confirming them."""
    send(client(Role.REPORTER), photos=photo(), time="photo", place="photo", address="")
    observation = kept(database)

    assert datetime(2026, 5, 14, 6, 30, 15, tzinfo=UTC) == observation.observed_at
    assert (59.3375, 18.0916667) == (observation.latitude, observation.longitude)
    assert (TimeSource.PHOTO, PositionSource.PHOTO) == (observation.observed_source, observation.position_source)


def test_time_and_place_of_the_photo_are_not_kept_otherwise(
    client: ClientFor, database: Database, clock: MovableClock
) -> None:
    """What nobody chose is gone with the original."""
    send(client(Role.REPORTER), photos=photo(), address="Lindparken")
    observation = kept(database)

    assert (clock(), None) == (observation.observed_at, observation.latitude)


def test_a_photo_that_says_nothing_is_told_of(client: ClientFor) -> None:
    """Rather than a time and a place that nobody meant."""
    silent = camera.jpeg(exif_block=camera.exif(capture={}))
    page = send(client(Role.REPORTER), photos=photo(silent), time="photo", place="photo", address="")

    assert (422, {"observed_at", "address"}) == (page.status_code, set(errors(page)))


def test_a_typed_time_is_swedish_time(client: ClientFor, database: Database) -> None:
    """A quarter past eight in summer is a quarter past six in UTC."""
    send(client(Role.REPORTER), time="other", observed_at="2026-09-14T08:15")
    observation = kept(database)

    assert datetime(2026, 9, 14, 6, 15, tzinfo=UTC) == observation.observed_at
    assert TimeSource.TYPED is observation.observed_source


@pytest.mark.parametrize("typed", ["", "igår", "2031-01-01T00:00", "0001-01-01T00:00"])
def test_a_time_that_cannot_be_is_told_of(client: ClientFor, typed: str) -> None:
    """Also one that the calendar does not have."""
    page = send(client(Role.REPORTER), time="other", observed_at=typed)

    assert (422, {"observed_at"}) == (page.status_code, set(errors(page)))


@pytest.mark.parametrize("place", [PositionSource.DEVICE, PositionSource.MAP])
def test_a_point_is_used_where_it_is_chosen(client: ClientFor, database: Database, place: PositionSource) -> None:
    """As the script sends it after a tap on the nearest address, or with the pin on the map."""
    send(client(Role.REPORTER), place=place.value, latitude="59.3371", longitude="18.0835", accuracy_m="12.5")
    observation = kept(database)

    assert (59.3371, 18.0835, 12.5) == (observation.latitude, observation.longitude, observation.accuracy_m)
    assert place is observation.position_source


@pytest.mark.parametrize("place", ["device", "map"])
@pytest.mark.parametrize("latitude", ["", "nan", "91", "x"])
def test_a_position_that_cannot_be_is_told_beside_the_address(client: ClientFor, latitude: str, place: str) -> None:
    """The person sees no field for it; the address is where it can be mended, and what was chosen stays chosen."""
    page = send(client(Role.REPORTER), place=place, latitude=latitude, longitude="18")

    assert (422, {"address"}) == (page.status_code, set(errors(page)))
    assert f'name="place" value="{place}" checked' in page.text


def test_a_point_that_nobody_has_chosen_is_not_offered(client: ClientFor) -> None:
    """Without the script there is no map to point on, and no position."""
    page = client(Role.REPORTER).get("/rapportera").text

    assert "<div hidden data-place-map>" in page
    assert "<div data-place-map>" in send(client(Role.REPORTER), place="map", latitude="x", longitude="18").text


def test_the_form_takes_two_hundred_signs(client: ClientFor) -> None:
    """Lines that a browser ends with two signs count as the one that was typed."""
    assert 303 == send(client(Role.REPORTER), note="a" * 198 + "\r\n" + "b").status_code
    assert {"note"} == set(errors(send(client(Role.REPORTER), note="a" * 201)))


def test_a_double_tap_is_one_report(client: ClientFor, database: Database) -> None:
    """Both taps end at the same receipt."""
    browser = client(Role.REPORTER)
    report_id = str(uuid.uuid4())

    assert send(browser, id=report_id).location == send(browser, id=report_id).location
    assert 1 == count(database)


def test_changing_a_sent_report_makes_a_new_one_of_it(client: ClientFor, database: Database) -> None:
    """Back, another word, send: the page asks once, and the second press is a report of its own."""
    browser = client(Role.REPORTER)
    report_id = str(uuid.uuid4())
    send(browser, id=report_id)
    page = send(browser, id=report_id, note="Och en till")
    found = re.search(r'name="id" value="([^"]+)"', page.text)
    assert found

    assert 409 == page.status_code
    assert found[1] != report_id
    assert 303 == send(browser, id=found[1], note="Och en till").status_code
    assert 2 == count(database)


def test_too_many_in_an_hour_is_told_on_the_form(client: ClientFor, database: Database, clock: MovableClock) -> None:
    """What was typed stays, and the answer says when to try again."""
    browser = client(Role.REPORTER)
    send(browser, note="Den första")
    with database.writing() as session:
        first = session.scalars(sa.select(Submission)).one()
        session.add_all(
            Submission(
                id=uuid.uuid4(),
                digest="",
                device_id=first.device_id,
                received_at=clock() - timedelta(minutes=5),
                number=1,
            )
            for _ in range(59)
        )
        session.commit()
    page = send(browser, note="Den som blev för mycket")

    assert (429, "3301") == (page.status_code, page.headers["Retry-After"])
    assert "Den som blev för mycket" in page.text


def test_a_receipt_is_for_the_phone_that_sent(client: ClientFor) -> None:
    """Another reporter finds nothing there."""
    sent = send(client(Role.REPORTER))

    assert 404 == client(Role.REPORTER).get(sent.location).status_code


def test_my_reports_tell_what_became_of_them(client: ClientFor, database: Database, clock: MovableClock) -> None:
    """Newest first, for two weeks, and a refusal with its reason."""
    browser = client(Role.REPORTER)
    for address in ("Ettan 1", "Tvåan 2", "Trean 3"):
        send(browser, address=address)
        clock.tick(minutes=1)
    with database.writing() as session:
        first, second, _ = session.scalars(sa.select(Observation).order_by(Observation.number))
        first.review = Review.ACCEPTED
        second.review, second.rejection = Review.REJECTED, Rejection.UNUSABLE
        session.commit()
    page = browser.get("/mina-rapporter").text
    clock.tick(days=14)

    assert re.search("Trean 3.*Granskas.*Tvåan 2.*Inte godkänd.*gick inte att se.*Ettan 1.*Godkänd", page, re.DOTALL)
    assert "Ettan 1" not in client(Role.REPORTER).get("/mina-rapporter").text
    assert "Ettan 1" not in browser.get("/mina-rapporter").text

"""The pages: what each role is shown, what is never shown, and that nothing sent by people becomes markup."""

import re
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from observations.access import Role
from observations.database import Database
from observations.record import photos as record_photos
from observations.record.categories import Category
from observations.record.tables import Photo
from observations.record.workflow import Rejection, Review
from tests.builders import a_photo, an_area, an_observation
from tests.conftest import ClientFor
from tests.explore.looking import many, statements
from tests.uploads.camera import a_scene
from uploads import sanitise

PERIOD = "from=2026-08-01&to=2026-10-01"
SCRIPT = "<script>alert(1)</script>\"'&lt;"
SECRET = "Ring Anna vid porten"


@pytest.mark.parametrize("path", ["/karta", "/lista"])
def test_the_pages_say_which_period_they_show(client: ClientFor, path: str) -> None:
    """Eight weeks unless something else is asked for, written out on the page."""
    page = client(Role.COORDINATOR).get(path).get_data(as_text=True)

    assert "22 juli – 15 sep" in page


def test_the_map_page_has_the_list_without_javascript(client: ClientFor, database: Database) -> None:
    """Place, kind and state of each observation, as links; and a sentence on why there is no map."""
    with database.writing() as session:
        shown = an_observation(session, address="Ringvägen 12", category=Category.KLO)
        hidden = an_observation(session, address="Torggatan 3", review=Review.RECEIVED)
        session.commit()
    page = client(Role.COORDINATOR).get("/karta").get_data(as_text=True)

    assert f"/observation/{shown.id}" in page
    assert "Ringvägen 12" in page
    assert str(hidden.id) not in page  # the page begins with what is accepted
    assert "places import" in page


def test_the_list_goes_on_where_it_ended(client: ClientFor, database: Database) -> None:
    """Nästa 50 leads through everything once and ends."""
    with database.writing() as session:
        many(session, 120, days=20, review=Review.ACCEPTED)
        session.commit()
    browser, path, seen = client(Role.COORDINATOR), "/lista", []
    for _ in range(3):
        page = browser.get(path).get_data(as_text=True)
        seen += re.findall(r'href="/observation/([0-9a-f-]{36})"', page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        path = following.group(1).replace("&amp;", "&") if following else ""

    assert "" == path
    assert (120, 120) == (len(seen), len(set(seen)))


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/karta", "from=i går"),
        ("/lista", "category=PERSON"),
        ("/karta/har", "bbox=1,2,3,x"),
        ("/lista", "cursor=!"),
    ],
)
def test_an_address_that_cannot_be_understood_is_answered_with_a_sentence(
    client: ClientFor, path: str, query: str
) -> None:
    """422 and why; never a page of something else, never a 500."""
    assert 422 == client(Role.COORDINATOR).get(f"{path}?{query}").status_code


def test_what_people_wrote_is_never_markup(client: ClientFor, database: Database) -> None:
    """A note, an address and an area's name with a script in it are shown as the text they are."""
    with database.writing() as session:
        area = an_area(session, SCRIPT[:80])
        row = an_observation(session, address=SCRIPT, note=SCRIPT, area_id=area.id)
        session.commit()
    browser = client(Role.COORDINATOR)
    for path in ("/karta", "/lista", f"/observation/{row.id}", f"/karta/har?id={row.id}", f"/lista?area={SCRIPT}"):
        page = browser.get(path).get_data(as_text=True)
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_the_council_gets_no_single_observation(client: ClientFor, database: Database) -> None:
    """No row, no note, no address, no receipt number, no photo: areas and kinds, and few told as few."""
    with database.writing() as session:
        area = an_area(session, "Kvarnbacken")
        for number in range(4):
            an_observation(session, area_id=area.id, address=f"Ringvägen {number}", note=SECRET)
        row = an_observation(session, area_id=area.id, address="Ringvägen 4", note=SECRET)
        an_observation(session, area_id=area.id, category=Category.GLA, note=SECRET)
        photo = a_photo(session, row)
        session.commit()
    council, coordinator = client(Role.COUNCIL), client(Role.COORDINATOR)
    for path in (f"/karta?{PERIOD}", f"/lista?{PERIOD}", f"/lista?{PERIOD}&review=received"):
        page = council.get(path).get_data(as_text=True)
        assert "Kvarnbacken" in page
        assert "1–2" in page
        assert ">5<" in page
        assert not [word for word in ("Ringvägen", SECRET, str(row.id), "tillfällen<") if word in page]
    for path in (f"/observation/{row.id}", f"/foto/{photo.id}", f"/karta/har?id={row.id}"):
        assert 403 == council.get(path).status_code
    control = coordinator.get(f"/observation/{row.id}").get_data(as_text=True)
    assert SECRET in control
    assert "Ringvägen 4" in control


def test_a_rejected_one_says_why_and_shows_nothing(client: ClientFor, database: Database) -> None:
    """What is left of it is that it came and the reason."""
    with database.writing() as session:
        row = an_observation(
            session,
            review=Review.REJECTED,
            rejection=Rejection.PERSON,
            address="",
            note="",
            latitude=None,
            longitude=None,
        )
        session.commit()
    page = client(Role.COORDINATOR).get(f"/observation/{row.id}").get_data(as_text=True)

    assert "den visade en person" in page
    assert "Fotona är förstörda." in page


def test_the_map_page_costs_few_statements(client: ClientFor, database: Database, app: Flask) -> None:
    """The same number however much there is, menu and sign-in included."""
    browser = client(Role.COORDINATOR)
    costs = []
    for more in (1, 200):
        with database.writing() as session:
            many(session, more, seed=more, days=30)
            session.commit()
        with statements(app.extensions["ogon"].database) as sent:
            browser.get("/karta")
        costs.append(len(sent))

    assert costs[1] <= costs[0] + 1  # photos are asked for once there are rows
    assert costs[1] <= 9


@pytest.mark.parametrize("size", ["", "?size=320", "?size=800"])
def test_a_photo_is_sent_as_a_picture_and_nothing_else(
    app: Flask, client: ClientFor, database: Database, size: str
) -> None:
    """Type, no guessing, no scripts, not kept by proxies, a name that tells nothing; not sent twice."""
    with database.writing() as session:
        photo = _kept(app, session)
        session.commit()
    browser = client(Role.COORDINATOR)
    answer = browser.get(f"/foto/{photo.id}{size}")

    assert 200 == answer.status_code
    assert b"\xff\xd8\xff" == answer.data[:3]
    assert "image/jpeg" == answer.headers["Content-Type"]
    assert "nosniff" == answer.headers["X-Content-Type-Options"]
    assert "sandbox; default-src 'none'" == answer.headers["Content-Security-Policy"]
    assert "private, no-cache" == answer.headers["Cache-Control"]
    assert f'inline; filename="{photo.id}.jpg"' == answer.headers["Content-Disposition"]
    again = browser.get(f"/foto/{photo.id}{size}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (304, b"") == (again.status_code, again.data)


def test_a_smaller_photo_is_smaller(app: Flask, client: ClientFor, database: Database) -> None:
    """The card of a pin does not fetch 2000 pixels."""
    with database.writing() as session:
        photo = _kept(app, session)
        session.commit()
    browser = client(Role.COORDINATOR)
    sizes = [len(browser.get(f"/foto/{photo.id}{size}").data) for size in ("?size=320", "?size=800", "")]

    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[2] / 4
    assert 422 == browser.get(f"/foto/{photo.id}?size=5000").status_code


def test_a_row_without_its_file_is_an_alarm_and_a_404(
    client: ClientFor, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody is told; the reader gets a page, not a stack trace."""
    with database.writing() as session:
        photo = a_photo(session, an_observation(session))
        session.commit()

    assert 404 == client(Role.COORDINATOR).get(f"/foto/{photo.id}").status_code
    assert f"ALARM photo {photo.id} has a row but no file" in caplog.text


def test_a_damaged_file_is_an_alarm_and_a_404(
    app: Flask, client: ClientFor, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Bytes that were flipped on the disk are no server error."""
    with database.writing() as session:
        photo = a_photo(session, an_observation(session))
        app.extensions["ogon"].store.put(photo.name, b"\xff\xd8\xff not a picture")
        session.commit()

    assert 404 == client(Role.COORDINATOR).get(f"/foto/{photo.id}?size=320").status_code
    assert f"ALARM photo {photo.id} is damaged" in caplog.text


def _kept(app: Flask, session: Session) -> Photo:
    """A real photo of 1600 × 1200, in the store and with its row."""
    file = BytesIO()
    a_scene(1600, 1200).save(file, "JPEG", quality=90)
    row = an_observation(session)
    photo = record_photos.store(app.extensions["ogon"].store, sanitise(file.getvalue()), 0)
    row.photos.append(photo)
    session.flush()
    return photo

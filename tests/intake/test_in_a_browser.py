"""The phone page in a real browser: how many taps, how many bytes, and that no way ends."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page

from observations.access import Role
from observations.accounts import sessions
from observations.database import Database
from observations.record.tables import Observation, PositionSource
from tests.browser import chromium, served
from tests.builders import an_address, an_area
from tests.conftest import MovableClock, a_device
from tests.intake.drafts import a_photo

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

FIRST_LOAD_BYTES = 60_000
HERE = {"latitude": 59.33712, "longitude": 18.0836, "accuracy": 12}


@pytest.fixture
def address(app: Flask, database: Database) -> Iterator[str]:
    """The service on loopback, with one address in its register and the guard of its forms on."""
    app.config["WTF_CSRF_ENABLED"] = True
    with database.writing() as session:
        an_area(session)
        an_address(session)
        session.commit()
    with served(app) as address:
        yield address


@pytest.fixture
def page(address: str, database: Database, clock: MovableClock) -> Iterator[Page]:
    """A reporter's phone that may be asked where it is."""
    with database.writing() as session:
        session.add(a_device("phone", role=Role.REPORTER, team="Parken", at=clock()))
        session.commit()
    with chromium() as browser:
        context = browser.new_context(
            viewport={"width": 390, "height": 844},
            has_touch=True,
            geolocation=HERE,  # type: ignore[arg-type]  # a plain dict is what it takes
            permissions=["geolocation"],
        )
        context.clock.set_fixed_time(clock())  # as the service's own clock has it, which stands still here
        context.add_cookies([{"name": sessions.cookie_name(), "value": "phone", "url": address}])
        yield context.new_page()


def only(database: Database) -> Observation:
    """The one observation there is, with its photos."""
    with database.reading() as session:
        observation = session.scalars(sa.select(Observation)).one()
        assert observation.photos is not None
        return observation


def test_four_taps_make_a_report(page: Page, address: str, database: Database, tmp_path: Path) -> None:
    """Camera, what, where, send; nothing typed."""
    photo = tmp_path / "image.jpg"
    photo.write_bytes(a_photo())
    page.goto(f"{address}/rapportera")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Ta ett foto").tap()
    chooser.value.set_files(photo)
    page.get_by_role("radio", name="Klotter").tap()
    page.get_by_role("button", name="Ringvägen 12").tap()
    page.get_by_role("button", name="Skicka").tap()
    page.wait_for_url("**/kvitto/*")
    kept = only(database)

    assert f"Rapport {kept.number}" in page.inner_text("h1").replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert ("KLO", "Ringvägen 12", 1) == (kept.category.value, kept.address, len(kept.photos))
    assert (HERE["latitude"], HERE["longitude"]) == (kept.latitude, kept.longitude)
    assert PositionSource.DEVICE is kept.position_source


def test_the_first_load_is_light(page: Page, address: str) -> None:
    """On a weak net it is there in a few seconds; counted as it came over the wire."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    arrived: list[int] = []
    session.on("Network.loadingFinished", lambda event: arrived.append(event["encodedDataLength"]))
    page.goto(f"{address}/rapportera", wait_until="networkidle")

    assert len(arrived) > 5, "the count must have seen the style sheets"
    assert sum(arrived) <= FIRST_LOAD_BYTES


def test_a_phone_that_keeps_its_position_to_itself_writes_the_place(
    page: Page, address: str, database: Database
) -> None:
    """By the keyboard alone: arrows choose, Enter goes on, and nothing is sent on the way."""
    page.context.clear_permissions()
    page.goto(f"{address}/rapportera")
    page.get_by_role("button", name="Utan foto").press("Enter")
    page.locator("#category-KLO").press("ArrowRight")
    page.keyboard.press("Enter")
    page.get_by_text("Telefonen delar inte din position").wait_for()
    page.get_by_label("Adress eller plats").fill("Bakom paviljongen")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Skicka").press("Enter")
    page.wait_for_url("**/kvitto/*")

    assert ("SKA", "Bakom paviljongen", None) == (
        only(database).category.value,
        only(database).address,
        only(database).latitude,
    )


def test_what_fails_on_the_way_can_be_sent_again(page: Page, address: str, database: Database) -> None:
    """No contact, then a text that is refused, then sent: everything stayed where it was."""
    page.goto(f"{address}/rapportera")
    page.get_by_role("button", name="Utan foto").tap()
    page.get_by_role("radio", name="Skador").tap()
    page.get_by_role("button", name="Ringvägen 12").tap()
    page.get_by_label("En rad om det").fill("Kort med 811228-9874")
    page.route("**/api/v1/observations", lambda route: route.abort())
    page.get_by_role("button", name="Skicka").tap()
    page.get_by_text("Skickas när det finns kontakt").wait_for()
    page.unroute("**/api/v1/observations")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.get_by_role("alert").get_by_text("Det här ser ut som ett personnummer").wait_for()
    page.get_by_label("En rad om det").fill("Ett kort låg på marken")
    page.get_by_role("button", name="Skicka").tap()
    page.wait_for_url("**/kvitto/*")

    assert "Ett kort låg på marken" == only(database).note

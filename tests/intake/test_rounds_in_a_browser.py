"""Rounds, chips and the accessibility statement in a real browser: they work, and are readable by everyone."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask, render_template_string
from playwright.sync_api import Page, expect

from observations.access import Role, allow
from observations.accounts import sessions
from observations.accounts.tables import Device
from observations.accounts.tokens import digest
from observations.database import Database
from observations.intake import more
from observations.record.attributes import Cleaning, Feeling, Surface
from observations.record.tables import Observation, Round, Submission
from tests.browser import chromium, served
from tests.builders import an_area
from tests.conftest import ClientFor, MovableClock, a_device
from tests.intake.test_form import kept, send
from tests.journeys.watching import faults

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

CHIPS = "{% extends 'phone.html' %}{% block main %}<h1>x</h1>{% include 'intake/_more.html' %}{% endblock %}"


@pytest.fixture
def address(app: Flask, database: Database) -> Iterator[str]:
    """The service on loopback with two areas, the guard of its forms on, and a page that has the chips alone."""
    app.config["WTF_CSRF_ENABLED"] = True
    with database.writing() as session:
        an_area(session, "Kvarnbacken")
        an_area(session, "Nygård", position=2, bounds=(18.2, 59.33, 18.3, 59.35))
        session.commit()

    @allow(*Role)
    def chips() -> str:
        return render_template_string(CHIPS, observation=kept(database), choices=more.choices())

    app.add_url_rule("/chips", view_func=chips)
    with served(app) as address:
        yield address


@pytest.fixture
def page(address: str, database: Database, clock: MovableClock) -> Iterator[Page]:
    """A reporter's phone."""
    with database.writing() as session:
        session.add(a_device("phone", role=Role.REPORTER, team="Parken", at=clock()))
        session.commit()
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, reduced_motion="reduce")
        context.add_cookies([{"name": sessions.cookie_name(), "value": "phone", "url": address}])
        yield context.new_page()


def test_a_round_takes_two_taps(page: Page, address: str, database: Database) -> None:
    """One on the area, one on how it seemed."""
    page.goto(f"{address}/rond")
    found = faults(page, None, "areas")
    page.get_by_role("button", name="Nygård").click()
    found += faults(page, None, "a round")
    page.get_by_role("button", name="Mindre än vanligt").click()
    page.get_by_text("Ronden är avslutad: inget att rapportera.").wait_for()
    found += faults(page, None, "ended")

    assert [] == found
    with database.reading() as session:
        assert [Feeling.LESS] == [walked.feeling for walked in session.scalars(sa.select(Round))]


def test_the_ends_lie_within_the_thumbs_reach(page: Page, address: str) -> None:
    """In the lower half, and large enough for gloves."""
    page.goto(f"{address}/rond")
    page.get_by_role("button", name="Kvarnbacken").click()
    boxes = [each.bounding_box() for each in page.locator("button[name=feeling]").all()]

    assert 4 == len(boxes)
    assert all(box and box["y"] > 422 and box["height"] >= 64 for box in boxes)


def test_chips_are_tapped_and_saved(
    page: Page, address: str, client: ClientFor, app: Flask, database: Database
) -> None:
    """Each with its words, readable by everyone."""
    app.config["WTF_CSRF_ENABLED"] = False
    assert 303 == send(client(Role.REPORTER)).status_code
    app.config["WTF_CSRF_ENABLED"] = True
    with database.writing() as session:  # it was this very phone that sent it
        phone = session.scalars(sa.select(Device.id).where(Device.token_sha256 == digest("phone"))).one()
        session.execute(sa.update(Submission).values(device_id=phone))
        session.commit()
    page.goto(f"{address}/chips")
    found = faults(page, None, "chips")
    page.get_by_label("Elskåp").check()
    page.get_by_label("Bör bort nu").check()
    page.get_by_role("button", name="Spara").click()
    page.wait_for_url("**/kvitto/*")

    assert [] == found
    report: Observation = kept(database)
    assert (Surface.CABINET, None, Cleaning.NOW, False) == (
        report.surface,
        report.size,
        report.cleaning,
        report.new_to_me,
    )


def test_the_statement_is_readable_by_everyone(page: Page, address: str) -> None:
    """Of all pages this one."""
    page.goto(f"{address}/tillganglighet")

    assert [] == faults(page, None, "statement")


def test_the_coordinators_list_is_readable_by_everyone(page: Page, address: str, database: Database) -> None:
    """With one round that is over and one that goes on."""
    page.goto(f"{address}/rond")
    page.get_by_role("button", name="Nygård").click()
    page.get_by_role("button", name="Något nytt").click()
    page.get_by_role("button", name="Kvarnbacken").click()
    with database.writing() as session:
        session.execute(sa.update(Device).values(role=Role.COORDINATOR))
        session.commit()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{address}/ronder")

    assert [] == faults(page, None, "rounds")
    assert 2 == page.locator("tbody tr").count()


def test_the_areas_around_the_phone_stand_first(page: Page, address: str) -> None:
    """Where the phone may be asked, the area that one stands in needs no looking for; else they stand as ever."""
    page.goto(address + "/rond")
    assert ["Kvarnbacken", "Nygård"] == page.locator(".round-areas button").all_inner_texts(), "control"
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 59.34, "longitude": 18.25})
    page.goto(address + "/rond")

    expect(page.locator(".round-areas button")).to_have_text(["Nygård", "Kvarnbacken"])
    assert page.url == address + "/rond", "the browser remembers no point"


def test_the_start_page_tells_of_the_round(page: Page, address: str) -> None:
    """It leads to a round, and says when one goes on: a round that is forgotten counts no effort."""
    page.goto(address + "/rapportera")
    page.get_by_role("link", name="Rond", exact=True).tap()
    page.get_by_role("button", name="Kvarnbacken").tap()
    page.get_by_role("link", name="Ny rapport").tap()
    page.get_by_role("link", name="Rond pågår").tap()
    page.get_by_role("button", name="Som vanligt").tap()
    page.get_by_role("link", name="Tillbaka").tap()

    expect(page.get_by_role("link", name="Rond", exact=True)).to_be_visible()

"""The map in a real browser: pins, card, keyboard; nothing refused by its own policy; readable by everyone."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from flask import Flask
from playwright.sync_api import Page

from config import Settings
from observations.access import Role
from observations.accounts import sessions
from observations.database import Database
from observations.places.basemap import MapFacts, tiles_path, write_facts
from observations.places.sources import Box
from observations.record.categories import Category
from tests.browser import WEBGL, chromium, served
from tests.builders import NOON, an_area, an_observation
from tests.conftest import MovableClock, a_device

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
HERE = Box(18.05, 59.32, 18.12, 59.36)


@pytest.fixture
def town(database: Database, settings: Settings) -> None:
    """Some graffiti in one street, a broken pane apart from it, and ground to see them on."""
    with database.writing() as session:
        area = an_area(session, bounds=tuple(HERE))
        for n in range(6):
            an_observation(
                session, area_id=area.id, longitude=18.0835 + n * 1e-5, observed_at=NOON - timedelta(hours=n)
            )
        an_observation(
            session, category=Category.GLA, latitude=59.35, longitude=18.11, area_id=area.id, address="Torggatan 3"
        )
        session.commit()
    settings.instance.mkdir(parents=True, exist_ok=True)
    tiles_path(settings).write_bytes(b"")  # what is tried here are the pins; the ground below stays plain
    write_facts(settings, MapFacts("Almhamra", HERE, NOON))


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The service on loopback."""
    with served(app) as address:
        yield address


class Visitor:
    """A signed-in browser that notes what its console complains of."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address, self.complaints = page, address, list[str]()
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str, *, pins: bool = False) -> Page:
        """Go there; with `pins`, wait until the map has some."""
        self.page.goto(self.address + path)
        if pins:
            self.page.locator(".pin").first.wait_for(timeout=60_000)
        return self.page

    def violations(self) -> list[str]:
        """What axe finds that some cannot read or reach."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: dict[str, Any] = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [f"{rule['id']}: {node['html'][:120]}" for rule in found["violations"] for node in rule["nodes"]]

    @property
    def refused(self) -> list[str]:
        """What the content security policy kept from being loaded or run."""
        return [text for text in self.complaints if "Content Security Policy" in text or "violates" in text]


@pytest.fixture
def visitor(request: pytest.FixtureRequest, address: str, database: Database, clock: MovableClock) -> Iterator[Visitor]:
    """A coordinator in Chromium; parametrized with a role, a colour scheme and a width."""
    given: tuple[Role, Literal["light", "dark"], int] = getattr(request, "param", (Role.COORDINATOR, "light", 1440))
    role, scheme, width = given
    with database.writing() as session:
        session.add(a_device("token", role=role, team="", at=clock()))
        session.commit()
    with chromium(*WEBGL) as browser:
        context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 844})
        context.add_cookies([{"name": sessions.cookie_name(), "value": "token", "url": address}])
        yield Visitor(context.new_page(), address)


@pytest.mark.usefixtures("town")
def test_a_pin_opens_a_card_and_escape_closes_it(visitor: Visitor) -> None:
    """By keyboard alone: to the pin, Enter, the card's link has focus, Escape leads back."""
    page = visitor.open("/karta", pins=True)
    pin = page.get_by_role("button", name="Glaskross, Torggatan 3")
    pin.focus()
    page.keyboard.press("Enter")
    card = page.locator(".map-card a")
    card.wait_for()

    assert "Torggatan 3" in card.inner_text()
    assert "/observation/" in str(page.evaluate("document.activeElement.href"))
    page.keyboard.press("Escape")
    card.wait_for(state="detached")
    assert "Glaskross, Torggatan 3" == page.evaluate("document.activeElement.ariaLabel")


@pytest.mark.usefixtures("town")
def test_a_pin_for_several_says_so_and_leads_closer(visitor: Visitor) -> None:
    """6 observationer, mest klotter: pressed, the map moves in, and where it cannot part them it lists them."""
    page = visitor.open("/karta", pins=True)
    several = page.get_by_role("button", name="6 observationer, mest klotter")
    for _ in range(6):
        if page.locator(".map-card").count():
            break
        several.first.click()
        page.wait_for_timeout(1500)

    assert 5 == page.locator(".map-card .list-row").count()
    assert page.get_by_role("link", name="Alla, som lista").is_visible()


@pytest.mark.usefixtures("town")
def test_a_row_pointed_at_is_marked_on_the_map(visitor: Visitor) -> None:
    """Pointing at a row, or reaching it by keyboard, shows where it is; leaving it takes the mark away."""
    page = visitor.open("/karta", pins=True)
    page.locator("[data-rows] a").first.hover()
    page.locator(".pin-mark").wait_for()
    page.locator("h1").evaluate("document.activeElement.blur()")
    page.mouse.move(1200, 400)
    page.locator(".pin-mark").wait_for(state="detached")


@pytest.mark.parametrize(
    "visitor",
    [
        (Role.COORDINATOR, "light", 1440),
        (Role.COORDINATOR, "dark", 1440),
        (Role.COORDINATOR, "light", 390),
        (Role.COUNCIL, "dark", 390),
        (Role.COUNCIL, "light", 1440),
    ],
    indirect=True,
    ids=lambda case: "-".join(map(str, case)),
)
@pytest.mark.usefixtures("town")
def test_every_page_is_readable_by_everyone_and_refuses_nothing_of_its_own(visitor: Visitor) -> None:
    """No finding of axe, also with each word of the filter open; nothing kept out by the security policy."""
    visitor.open("/karta", pins=True)
    found = visitor.violations()
    for word in visitor.page.locator(".choice summary").all():
        word.click()
        found += visitor.violations()
    visitor.open("/lista")
    found += visitor.violations()
    if link := visitor.page.locator(".list-place a").all():
        link[0].click()
        visitor.page.locator(".history").wait_for()
        found += visitor.violations()

    assert [] == found
    assert [] == visitor.refused


@pytest.mark.usefixtures("town")
def test_what_the_policy_refuses_is_noticed(visitor: Visitor) -> None:
    """Control: an inline script is planted; it does not run, and the console says so. axe finds a planted fault too."""
    page = visitor.open("/lista")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'}))"
    )
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")

    assert page.evaluate("window.ran") is None
    assert visitor.refused
    assert [finding for finding in visitor.violations() if finding.startswith("image-alt")]


def test_without_a_map_the_page_says_how_to_get_one(visitor: Visitor) -> None:
    """Calm, with the command, and the list still there."""
    page = visitor.open("/karta")

    assert page.get_by_text("places import").is_visible()
    assert page.get_by_role("heading", name="Inget i det här urvalet").is_visible()
    assert [] == visitor.violations()

"""What a journey sets out with: a town with a service, and browsers that nothing goes wrong in unnoticed."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from config import Settings
from observations.access import Role
from observations.clock import local_date, now
from observations.database import Database
from observations.demo import town
from observations.meetings import actions as meetings
from observations.migrations import migrate
from observations.places import queries as places
from observations.places.imports import import_areas, import_places
from observations.places.tables import Address
from observations.record.categories import Category
from tests.builders import an_observation
from tests.journeys.serving import Service, an_instance, serving
from tests.journeys.watching import Watch, faults
from tests.programs import needed

FLAGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TIMEOUT_MS = 20_000
"""A shared machine is slow now and then; that is no finding."""

PHONE: dict[str, Any] = {"viewport": ViewportSize(width=390, height=844), "has_touch": True, "is_mobile": True}
TABLET: dict[str, Any] = {"viewport": ViewportSize(width=820, height=1180), "has_touch": True, "is_mobile": True}
DESK: dict[str, Any] = {"viewport": ViewportSize(width=1440, height=900)}

HISTORY_AREA = "Tallåsen"
"""Has some observations from the start. Other journeys report from other areas, so that each finds its own."""


@pytest.fixture(scope="session")
def pictures() -> Path | None:
    """Where to leave a picture of each page that is looked at: JOURNEY_PICTURES names a folder."""
    if not (name := os.environ.get("JOURNEY_PICTURES")):
        return None
    folder = Path(name)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Almhamra's service: areas, addresses, map, two meetings and a few reports, served by its own process."""
    settings = an_instance(tmp_path_factory.mktemp("almhamra"))
    _fill(settings, tmp_path_factory.mktemp("extract"))
    with serving(settings) as running:
        yield running
    assert [] == running.faults_logged()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, with WebGL in software. Closed with this folder: two of playwright's loops in one thread do not go."""
    expect.set_options(timeout=TIMEOUT_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=needed("chromium"), args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Travels:
    """Opens browsers for one test, each a person's own, and watches over them all."""

    browser: Browser
    service: Service
    watch: Watch
    looked_at: set[str]
    pictures: Path | None

    def page(self, size: dict[str, Any], *, at: Address | None = None, **more: Any) -> Page:
        """A page in a browser of its own, in Swedish, `at` an address if its position may be asked for."""
        if at is not None:
            more["geolocation"] = {"latitude": at.latitude, "longitude": at.longitude, "accuracy": 8}
            more["permissions"] = ["geolocation"]
        context = self.browser.new_context(
            **size, locale="sv-SE", timezone_id="Europe/Stockholm", reduced_motion="reduce", **more
        )
        context.set_default_timeout(TIMEOUT_MS)
        self.watch.over(context)
        return context.new_page()

    def signed_in(self, role: Role, size: dict[str, Any], *, team: str = "", **more: Any) -> Page:
        """A page on which somebody of that role has opened an invitation's link and come to where the day begins."""
        page = self.page(size, **more)
        page.goto(self.service.invitation(role, team))
        page.wait_for_url(lambda address: "/in" not in address)
        return page

    def look_at(self, page: Page, name: str) -> None:
        """Nothing on the page keeps anybody out, neither in light nor in dark, and nothing sticks out.

        A page of the same name is looked at once in a test run.
        """
        if name in self.looked_at:
            return
        self.looked_at.add(name)
        found = faults(page, self.pictures, name)
        assert [] == found, "\n".join(found)


@pytest.fixture(scope="session")
def looked_at() -> set[str]:
    """The pages that this run has looked at closely."""
    return set()


@pytest.fixture
def travels(browser: Browser, service: Service, looked_at: set[str], pictures: Path | None) -> Iterator[Travels]:
    """Browsers for one test. At the end none may have complained, asked elsewhere or been held by the policy."""
    watch = Watch(service.address)
    yield Travels(browser, service, watch, looked_at, pictures)
    for context in browser.contexts:
        context.close()
    assert [] == watch.unexpected()


def menu(page: Page, word: str) -> None:
    """Click a word of the main menu."""
    page.get_by_role("navigation", name="Huvudmeny").get_by_role("link", name=word).click()


def _fill(settings: Settings, folder: Path) -> None:
    """By the doors that a municipality's own map and areas come in through; the reports straight into the record."""
    database = Database(settings.database_url)
    migrate(database)
    extract, areas = folder / "almhamra.osm.pbf", folder / "areas.geojson"
    town.write_extract(extract)
    town.write_areas(areas)
    at = now()
    import_areas(database, areas, by="command", at=at)
    import_places(settings, database, extract, bbox=None, by="command", at=at, say=lambda _text: None)
    with database.writing() as session:
        for days in (60, 4):
            meetings.add(session, local_date(at) - timedelta(days=days), by="command", at=at)
        area = next(area for area in places.areas(session) if area.name == HISTORY_AREA)
        where = places.nearest(session, (area.south + area.north) / 2, (area.west + area.east) / 2, limit=1)[0].address
        for days in (1, 2, 3, 9, 16, 23, 37, 44, 51, 70, 80):
            an_observation(
                session,
                category=Category.GLA if days == 2 else Category.KLO,
                observed_at=at - timedelta(days=days),
                latitude=where.latitude,
                longitude=where.longitude,
                area_id=area.id,
                address=where.label,
            )
        session.commit()
    database.dispose()

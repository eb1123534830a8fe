"""The last resort: the map under a pin. Nothing of it is fetched before it is asked for."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from observations.record.tables import PositionSource
from tests.journeys.between import Net, between
from tests.journeys.conftest import PHONE, Travels
from tests.journeys.kept import the_one_reported
from tests.journeys.maps import drawn
from tests.journeys.phoning import NO_CONTACT, press_send, sign_in, until
from tests.journeys.serving import Service
from tests.programs import needed

OF_THE_MAP = ("maplibre", "pmtiles", "basemap", "pin.", "/tiles/")
PAN_PX = 100
"""What an arrow key moves the map by."""
CLOSE_ZOOM = 17
DEGREES_PER_PX = 360 / (512 * 2**CLOSE_ZOOM)
WITHOUT_WEBGL = ["--no-sandbox", "--disable-3d-apis"]


@pytest.fixture
def net(service: Service) -> Iterator[Net]:
    """What lies between the phone and the service."""
    with between(service.address) as net:
        yield net


def to_another_place(page: Page, *, has_position: bool = False) -> None:
    """Two taps without a photo, and "another place" where there are rows to leave."""
    page.get_by_role("button", name="Utan foto").tap()
    page.get_by_role("radio", name="Skräp").tap()
    if has_position:
        page.locator(".place").first.wait_for()
        page.get_by_role("button", name="Annan plats").tap()
    expect(page.get_by_role("button", name="Peka ut på kartan")).to_be_visible()


def point_out(page: Page) -> None:
    """The map is asked for, and there."""
    page.get_by_role("button", name="Peka ut på kartan").tap()
    expect(page.get_by_role("button", name="Använd den här platsen")).to_be_visible()
    expect(page.get_by_role("region", name="Karta")).to_be_focused()


def said(page: Page) -> str:
    """The sentence below the map, once it is there."""
    expect(page.locator("[data-pin-said]")).not_to_be_empty()
    return page.locator("[data-pin-said]").inner_text().replace("\N{NO-BREAK SPACE}", " ")


def of_the_map(urls: list[str]) -> list[str]:
    """What was asked for only to draw a map."""
    return [url for url in urls if any(part in url for part in OF_THE_MAP)]


def test_a_place_is_pointed_out_and_kept_as_such(travels: Travels, net: Net) -> None:
    """From the phone's position, by the keyboard, out again and in again; what the pin says is what is kept."""
    where = travels.service.address_in("Lindhagen")
    page = travels.page(PHONE, at=where, service_workers="block")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sign_in(travels, net, page)
    to_another_place(page, has_position=True)
    page.get_by_label("Adress eller plats").fill("Vid bänken")
    travels.look_at(page, "phone-31-where-another-place")
    assert [] == of_the_map(asked)
    point_out(page)
    assert of_the_map(asked), "control: the list of requests sees the map"
    assert f"{where.label} · 0 m" == said(page)
    until(lambda: "road" in drawn(page.locator(".pin-map canvas").screenshot()), "no map is drawn")
    travels.look_at(page, "phone-32-where-map")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-pin-said]")).not_to_have_text(f"{where.label} · 0 m")
    page.go_back()
    expect(page.get_by_label("Adress eller plats")).to_have_value("Vid bänken")

    point_out(page)
    label = said(page).partition(" · ")[0]
    page.get_by_role("button", name="Använd den här platsen").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Klart?")
    expect(page.locator("[data-chosen-place]")).to_have_text(label)
    press_send(page)
    page.wait_for_url("**/kvitto/*")

    kept = the_one_reported(travels.service, page)
    assert (PositionSource.MAP, label) == (kept.position_source, kept.address)
    assert kept.latitude == pytest.approx(where.latitude, abs=2e-6)
    assert kept.longitude == pytest.approx(where.longitude + PAN_PX * DEGREES_PER_PX, abs=2e-6)
    assert 5 <= (kept.accuracy_m or 0) <= 10


def test_without_a_position_it_begins_at_the_words_and_without_contact_it_says_so(travels: Travels, net: Net) -> None:
    """What was typed leads there; without contact words are offered, and what was typed is still there."""
    travels.watch.expected += NO_CONTACT
    where = travels.service.address_in("Tallåsen")
    page = travels.page(PHONE, service_workers="block")
    sign_in(travels, net, page)
    to_another_place(page)
    point_out(page)
    assert "Zooma in" in said(page), "with nothing to go by it is the whole municipality"
    page.get_by_role("button", name="Tillbaka").last.tap()
    page.get_by_label("Adress eller plats").fill(where.label)
    point_out(page)
    assert f"{where.label} · 0 m" == said(page)
    page.get_by_role("button", name="Tillbaka").last.tap()
    net.down = True
    page.get_by_role("button", name="Peka ut på kartan").tap()
    expect(page.get_by_text("Kartan kommer inte fram utan kontakt.")).to_be_visible()
    travels.look_at(page, "phone-33-where-map-away")
    page.get_by_role("button", name="Skriv i stället").tap()

    expect(page.get_by_label("Adress eller plats")).to_have_value(where.label)
    expect(page.get_by_label("Adress eller plats")).to_be_focused()


def test_a_phone_that_cannot_draw_the_map_offers_words(travels: Travels, net: Net, browser: Browser) -> None:
    """A megabyte is not fetched in vain. Control: the journeys above, in a browser that can."""
    plain = browser.browser_type.launch(executable_path=needed("chromium"), args=WITHOUT_WEBGL)
    page = Travels(plain, travels.service, travels.watch, travels.looked_at, travels.pictures).page(PHONE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sign_in(travels, net, page)
    to_another_place(page)
    page.get_by_role("button", name="Peka ut på kartan").tap()
    expect(page.get_by_text("Den här telefonen kan inte rita kartan.")).to_be_visible()
    travels.look_at(page, "phone-34-where-map-unable")
    page.get_by_role("button", name="Skriv i stället").tap()

    expect(page.get_by_label("Adress eller plats")).to_be_focused()
    assert [] == [url for url in asked if "maplibre" in url]
    plain.close()

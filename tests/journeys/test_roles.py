"""Each role's own way through the service, and the way out."""

import re

from playwright.sync_api import Page, expect

from observations.access import Role
from tests.journeys.conftest import DESK, HISTORY_AREA, TABLET, Travels, menu
from tests.journeys.maps import CANVAS, wait_for_map

NOT_ALLOWED = "403"
FEW = re.compile("1–2")


def test_the_council_sees_what_changed_and_no_single_report(travels: Travels) -> None:
    """On a tablet: the meetings, the briefing, the normal picture, and on the map areas and squares instead of pins."""
    tablet = travels.signed_in(Role.COUNCIL, TABLET)
    expect(tablet.get_by_role("heading", level=1)).to_have_text("Möten")
    travels.look_at(tablet, "tablet-1-meetings")
    tablet.get_by_role("listitem").get_by_role("link").last.tap()
    expect(tablet.get_by_role("heading", level=1)).to_have_text("Lägesbild")
    travels.look_at(tablet, "tablet-2-briefing")

    menu(tablet, "Normalbild")
    expect(tablet.get_by_text(f"Klotter i {HISTORY_AREA}")).to_be_visible()
    travels.look_at(tablet, "tablet-3-figures")

    menu(tablet, "Karta")
    expect(tablet.locator(".pin-square").first).to_be_visible()
    wait_for_map(tablet, "land", "road")
    assert_map_fills(tablet)
    glass = tablet.get_by_role("listitem").filter(has_text=HISTORY_AREA).filter(has_text="Glaskross")
    expect(glass).to_contain_text(FEW)
    assert 0 == tablet.get_by_role("main").locator("a[href*='/observation/'], img[src*='/foto/']").count()
    travels.look_at(tablet, "tablet-4-map")


def test_the_council_is_kept_from_the_queue_and_from_people(travels: Travels) -> None:
    """A councillor who was sent a coordinator's link is told whose page it is."""
    travels.watch.expected.append(NOT_ALLOWED)
    tablet = travels.signed_in(Role.COUNCIL, TABLET)
    for path in ("/granska", "/personal", "/rapportera"):
        answer = tablet.goto(travels.service.address + path)
        assert answer is not None
        assert 403 == answer.status
        expect(tablet.get_by_role("heading", level=1)).to_have_text("Inte för din roll")
    travels.look_at(tablet, "tablet-5-not-allowed")


def test_the_administrator_sees_people_and_no_content(travels: Travels) -> None:
    """Inviting is the administrator's work; what was reported is not for those who look after the service."""
    travels.watch.expected.append(NOT_ALLOWED)
    desk = travels.signed_in(Role.ADMIN, DESK)
    expect(desk.get_by_role("heading", level=1)).to_have_text("Personal")
    expect(desk.get_by_text("den här enheten")).to_be_visible()
    travels.look_at(desk, "desk-10-people")
    assert ["Personal", "Självkontroll"] == desk.get_by_role("navigation", name="Huvudmeny").get_by_role(
        "link"
    ).all_inner_texts()
    for path in ("/granska", "/karta", "/lista", "/normalbild", "/moten"):
        answer = desk.goto(travels.service.address + path)
        assert answer is not None
        assert 403 == answer.status


def test_signed_out_is_out_in_every_window(travels: Travels) -> None:
    """Who signs out in one window is met by the welcome page in the other, with the next click."""
    desk = travels.signed_in(Role.COORDINATOR, DESK)
    other = desk.context.new_page()
    other.goto(travels.service.address + "/moten")
    desk.get_by_role("button", name="Logga ut").click()
    desk.wait_for_url("**/valkommen")
    travels.look_at(desk, "desk-11-welcome")
    menu(other, "Karta")

    other.wait_for_url("**/valkommen")


def assert_map_fills(page: Page) -> None:
    """The map takes most of the screen's height, and no more than it, however long the list beside it is."""
    size = page.viewport_size
    box = page.locator(CANVAS).bounding_box()
    assert size
    assert box
    assert 0.6 < box["height"] / size["height"] <= 1

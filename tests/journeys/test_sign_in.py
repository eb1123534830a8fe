"""In by the code on a colleague's screen, on one phone, and out again from the desk."""

from io import BytesIO

import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from observations.access import Role
from tests.journeys.conftest import DESK, PHONE, Travels, menu

USED_UP = "410"


def invited(desk: Page, role: str, *, team: str = "", shared: bool = False) -> str:
    """The address that a phone's camera reads off the screen after the coordinator has made an invitation."""
    desk.get_by_role("radio", name=role).check()
    desk.get_by_label("Lag").fill(team)
    if shared:
        desk.get_by_label("Delad telefon").check()
    desk.get_by_role("button", name="Skapa länk").click()
    return scanned(desk)


def scanned(desk: Page) -> str:
    """What is in the QR code on the page, by its pixels."""
    code = desk.get_by_role("img", name="QR-kod med samma länk")
    expect(code).to_be_visible()
    found = zxingcpp.read_barcodes(Image.open(BytesIO(code.screenshot())))
    assert 1 == len(found), "one code, and it can be read"
    return str(found[0].text)


def opened(travels: Travels, address: str) -> Page:
    """A phone that has opened what its camera read."""
    phone = travels.page(PHONE)
    phone.goto(address)
    phone.wait_for_url(lambda now: "/in" not in now)
    return phone


def test_a_phone_comes_in_by_the_code_and_is_out_on_its_next_click(travels: Travels) -> None:
    """Invited at the desk, scanned, in use; ended at the desk, and the next tap finds the door."""
    desk = travels.signed_in(Role.COORDINATOR, DESK)
    menu(desk, "Personal")
    address = invited(desk, "Rapportör", team="Kvällspatrullen")
    travels.look_at(desk, "sign-in-1-code")
    phone = opened(travels, address)
    expect(phone).to_have_url(f"{travels.service.address}/rapportera")
    phone.goto(f"{travels.service.address}/mina-rapporter")
    phone.get_by_role("link", name="Din inloggning").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Din inloggning")
    travels.look_at(phone, "sign-in-2-own-phone")

    desk.get_by_role("link", name="Klar").click()
    device = desk.get_by_role("listitem").filter(has_text="Kvällspatrullen")
    device.get_by_role("button", name="Avsluta").click()
    expect(desk.get_by_role("status")).to_contain_text("Bjud in igen")
    phone.get_by_role("link", name="Fortsätt").tap()
    expect(phone).to_have_url(f"{travels.service.address}/valkommen")


def test_the_same_code_lets_in_one_phone_only(travels: Travels) -> None:
    """Somebody who photographed the screen comes too late, and is told how to go on."""
    travels.watch.expected.append(USED_UP)
    desk = travels.signed_in(Role.COORDINATOR, DESK)
    menu(desk, "Personal")
    address = invited(desk, "Råd")
    opened(travels, address)
    late = travels.page(PHONE)
    late.goto(address)

    expect(late.get_by_text("Inbjudan går inte att använda")).to_be_visible()
    travels.look_at(late, "sign-in-3-too-late")


def test_a_shared_phone_says_that_it_is_one(travels: Travels) -> None:
    """Whoever holds it sees when it is signed out, and that the next one signs in anew."""
    desk = travels.signed_in(Role.ADMIN, DESK)
    phone = opened(travels, invited(desk, "Rapportör", shared=True))
    phone.goto(f"{travels.service.address}/min-inloggning")

    expect(phone.get_by_text("Det är en delad telefon.")).to_be_visible()
    expect(phone.get_by_text("12 timmar")).to_be_visible()


def test_the_administrator_looks_after_accounts_and_keys(travels: Travels) -> None:
    """The pages behind Personal, on a desk and on a phone."""
    desk = travels.signed_in(Role.ADMIN, DESK)
    for word, name in (("Konton", "accounts"), ("Nycklar", "keys"), ("Händelser", "events")):
        desk.get_by_role("navigation", name="Vem som kommer in").get_by_role("link", name=word).click()
        expect(desk.get_by_role("heading", level=1)).to_contain_text(word)
        travels.look_at(desk, f"sign-in-4-{name}")
    desk.get_by_role("link", name="Nycklar").click()
    desk.get_by_label("System").fill("Felanmälan")
    desk.get_by_role("button", name="Skapa nyckel").click()
    expect(desk.get_by_text("Ny nyckel: Felanmälan")).to_be_visible()
    travels.look_at(desk, "sign-in-5-new-key")


def test_a_second_screen_is_let_in_from_the_first(travels: Travels) -> None:
    """The coordinator takes the tablet along to the meeting, and puts it out afterwards from the desk."""
    desk = travels.signed_in(Role.COORDINATOR, DESK)
    desk.goto(f"{travels.service.address}/min-inloggning")
    desk.get_by_role("button", name="Logga in en enhet till").click()
    tablet = opened(travels, scanned(desk))
    desk.get_by_role("link", name="Klar").click()
    travels.look_at(desk, "sign-in-6-own-desk")
    desk.get_by_role("button", name="Logga ut på alla andra enheter").click()
    expect(desk.get_by_text("Du är inte inloggad någon annanstans.")).to_be_visible()

    tablet.reload()
    expect(tablet).to_have_url(f"{travels.service.address}/valkommen")

"""The after-photo where there is no camera to show, and where there are no scripts: a file does it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.between import Net, between
from tests.journeys.conftest import PHONE, Travels
from tests.journeys.following import a_report, after_photos, until_there_is_one
from tests.journeys.phoning import NO_CONTACT, PHOTO, a_phone
from tests.journeys.serving import Service
from tests.uploads import camera
from uploads.proof import proven


@pytest.fixture
def net(service: Service) -> Iterator[Net]:
    """What lies between the phone and the service."""
    with between(service.address) as net:
        yield net


@pytest.fixture
def phone(travels: Travels, net: Net) -> Page:
    """A signed-in reporter's; nobody lets its pages use the camera."""
    travels.watch.expected += NO_CONTACT
    return a_phone(travels, net, travels.service.address_in("Norrgärdet"))


def test_refused_the_phones_own_camera_does_it(travels: Travels, phone: Page) -> None:
    """The page says so; the same button opens a file, and all goes on as ever."""
    id = a_report(travels.service, phone)
    phone.get_by_role("link", name="Ta efterbild").tap()
    expect(phone.get_by_text("Kameran kan inte visas här.")).to_be_visible()
    expect(phone.get_by_role("slider")).to_have_count(0)
    expect(phone.get_by_role("img", name="Fotot före")).to_have_css("opacity", "1")
    travels.look_at(phone, "after-07-refused")
    with phone.expect_file_chooser() as chooser:
        phone.get_by_role("button", name="Ta efterbilden").tap()
    chooser.value.set_files(PHOTO)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Klart?")
    phone.get_by_role("button", name="Skicka", exact=True).tap()
    phone.wait_for_url(f"**/kvitto/{id}")
    jpeg = until_there_is_one(travels.service, id)

    assert (1600, 1200) == proven(jpeg)
    assert camera.CANARY not in jpeg


def test_without_scripts_a_form_does_it(travels: Travels, net: Net, phone: Page) -> None:
    """The photo from before above a file and a button; the receipt tells of it."""
    id = a_report(travels.service, phone)
    plain = travels.page(PHONE, java_script_enabled=False)
    plain.context.add_cookies(phone.context.cookies())  # type: ignore[arg-type]  # what it gave, it takes
    plain.goto(f"{net.address}/kvitto/{id}")
    plain.get_by_role("link", name="Ta efterbild").tap()
    expect(plain.get_by_role("img", name="Fotot före")).to_be_visible()
    expect(plain.get_by_role("slider")).to_have_count(0)
    plain.get_by_label("Ta ett foto").set_input_files(PHOTO)
    plain.get_by_role("button", name="Skicka").tap()
    plain.wait_for_url(f"**/kvitto/{id}")
    expect(plain.get_by_text("Efterbilden är sparad. Tack.")).to_be_visible()

    assert 1 == len(after_photos(travels.service, id))
    assert proven(after_photos(travels.service, id)[0])

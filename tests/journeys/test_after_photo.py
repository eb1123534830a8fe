"""The after-photo with a camera: the photo from before lies over its picture, and what is taken arrives once."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from observations.access import Role
from tests.journeys.between import Net, between
from tests.journeys.conftest import DESK, FLAGS, PHONE, Travels
from tests.journeys.following import a_report, after_photos, until_there_is_one
from tests.journeys.phoning import NO_CONTACT, contact, sign_in, states, until, until_it_opens_offline
from tests.journeys.serving import Service
from tests.programs import needed
from uploads.proof import proven

A_CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
"""Chromium's own test picture: green, with a clock that turns."""
PICTURE = """() => {
  const [video, ghost] = ['[data-live]', '[data-ghost]'].map((name) => document.querySelector(name));
  const { left, top, width, height } = video.getBoundingClientRect();
  const scale = Math.min(width / video.videoWidth, height / video.videoHeight);
  const [across, down] = [video.videoWidth * scale, video.videoHeight * scale];
  const over = ghost.getBoundingClientRect();
  return {
    video: [left + (width - across) / 2, top + (height - down) / 2, across, down],
    ghost: [over.left, over.top, over.width, over.height],
    opacity: getComputedStyle(ghost).opacity,
  };
}"""
LIVE = "document.querySelector('[data-live]').videoWidth > 0"
BLACK = 12


@pytest.fixture(scope="module")
def browser(browser: Browser) -> Iterator[Browser]:
    """One whose pages may use a camera."""
    flags = [*FLAGS, *A_CAMERA]
    with browser.browser_type.launch(executable_path=needed("chromium"), args=flags) as with_camera:
        yield with_camera


@pytest.fixture
def net(service: Service) -> Iterator[Net]:
    """What lies between the phone and the service."""
    with between(service.address) as net:
        yield net


@pytest.fixture
def phone(travels: Travels, net: Net) -> Page:
    """A signed-in reporter's, which may use its camera."""
    travels.watch.expected += NO_CONTACT
    where = travels.service.address_in("Norrgärdet")
    page = travels.page(PHONE, at=where)
    page.context.grant_permissions(["camera", "geolocation"])
    sign_in(travels, net, page)
    return page


def to_the_camera(page: Page) -> None:
    """From the receipt on; the picture is there."""
    page.get_by_role("link", name="Ta efterbild").tap()
    page.wait_for_url("**/efterbild/*")
    until(lambda: page.evaluate(LIVE), "the camera shows nothing")


def shoot(page: Page) -> None:
    """Press the shutter, twice as cold fingers do, and see the one photo that was taken."""
    page.get_by_role("button", name="Ta efterbilden").evaluate("(button) => { button.click(); button.click(); }")
    expect(page.get_by_role("heading", level=1)).to_have_text("Klart?")
    until(lambda: (page.locator(".cover").bounding_box() or {"width": 0})["width"] > 100, "the photo is not shown")


def colour(jpeg: bytes, x: float, y: float) -> Any:
    """Of one place in the picture, as fractions of its sides."""
    picture = Image.open(BytesIO(jpeg)).convert("RGB")
    return picture.getpixel((int(x * picture.width), int(y * picture.height)))


def test_the_same_view_is_found_and_sent(travels: Travels, net: Net, phone: Page) -> None:
    """The photo from before lies exactly over the camera's picture; three taps later the coordinator sees the other."""
    id = a_report(travels.service, phone)
    travels.look_at(phone, "after-01-receipt")
    to_the_camera(phone)
    lies = phone.evaluate(PICTURE)
    travels.look_at(phone, "after-02-camera")

    assert "0.45" == lies["opacity"]
    assert lies["ghost"] == pytest.approx(lies["video"], abs=2)
    phone.get_by_role("slider", name="Fotot före").press("ArrowRight")
    assert "0.5" == phone.evaluate(PICTURE)["opacity"]
    shoot(phone)
    expect(phone.get_by_role("img", name="Fotot före")).to_be_visible()
    travels.look_at(phone, "after-03-look")
    phone.get_by_role("button", name="Skicka", exact=True).tap()
    phone.wait_for_url(f"**/kvitto/{id}")
    expect(phone.get_by_role("main")).to_contain_text("1 efterbild")
    expect(phone.get_by_role("main")).to_contain_text("Sanerad, granskas")
    phone.get_by_role("link", name="Mina rapporter").tap()
    expect(phone.get_by_role("link", name=re.compile("1 efterbild"))).to_be_visible()
    travels.look_at(phone, "after-04-mine")
    jpeg = until_there_is_one(travels.service, id)

    assert 1900 < max(proven(jpeg)) <= 2000, "pixels alone, marker by marker"
    assert len(jpeg) < 400_000
    red, green, _ = colour(jpeg, 0.05, 0.05)
    assert green > red + 50, "it is what the camera showed, without the photo from before"
    travels.watch.also.append(travels.service.address)
    desk = travels.signed_in(Role.COORDINATOR, DESK)
    desk.goto(f"{travels.service.address}/observation/{id}")
    expect(desk.get_by_text(re.compile("^Efterbild 20"))).to_be_visible()
    travels.look_at(desk, "after-05-observation")


def test_without_contact_it_waits_and_comes_once(travels: Travels, net: Net, phone: Page) -> None:
    """The page lies open in a cellar: it is taken, kept, and sent when there is contact again."""
    id = a_report(travels.service, phone)
    until_it_opens_offline(phone)
    to_the_camera(phone)
    net.down = True
    shoot(phone)
    phone.get_by_role("button", name="Skicka", exact=True).tap()
    expect(phone.get_by_role("status").filter(has_text="Sparad på telefonen")).to_be_visible()
    travels.look_at(phone, "after-06-kept")
    assert [] == after_photos(travels.service, id)
    phone.get_by_role("link", name="Det som ligger på telefonen").tap()
    expect(phone.locator("[data-report]")).to_have_count(2)
    expect(phone.locator("[data-report]").first).to_contain_text("Efterbild")
    net.unheard.add("/after-photos")
    net.down = False

    def has_come() -> bool:
        contact(phone)
        return len(after_photos(travels.service, id)) == 1

    until(has_come, "it did not come")
    assert ["sent", "sent"] != states(phone), "the service has it and the phone has not heard so"
    net.unheard.clear()

    def has_heard() -> bool:
        contact(phone)
        return states(phone) == ["sent", "sent"]

    until(has_heard, "it did not hear that it came")

    assert proven(until_there_is_one(travels.service, id)), "sent twice, it is there once"


def test_what_is_drawn_over_is_gone_before_it_leaves(travels: Travels, phone: Page) -> None:
    """A box in the middle is black in the file; what was taken once more has none."""
    id = a_report(travels.service, phone)
    to_the_camera(phone)
    shoot(phone)
    phone.locator(".cover").press("Enter")
    phone.get_by_role("button", name="Ta om").tap()
    until(lambda: phone.evaluate(LIVE), "the camera shows nothing")
    shoot(phone)
    expect(phone.locator(".cover rect")).to_have_count(0)
    phone.locator(".cover").press("Enter")
    phone.get_by_role("button", name="Skicka", exact=True).tap()
    phone.wait_for_url(f"**/kvitto/{id}")
    jpeg = until_there_is_one(travels.service, id)

    assert max(colour(jpeg, 0.5, 0.5)) <= BLACK
    assert max(colour(jpeg, 0.4, 0.6)) <= BLACK
    assert max(colour(jpeg, 0.1, 0.1)) > 60, "control: beside the box the picture is there"


def test_nobody_leaves_the_camera_on(travels: Travels, phone: Page) -> None:
    """While the photo is looked at it is off, and back at the viewfinder it is on again."""
    a_report(travels.service, phone)
    to_the_camera(phone)
    phone.evaluate("window.tracks = document.querySelector('[data-live]').srcObject.getTracks()")
    assert ["live"] == phone.evaluate("tracks.map(({ readyState }) => readyState)"), "control"
    shoot(phone)

    assert ["ended"] == phone.evaluate("tracks.map(({ readyState }) => readyState)")
    phone.go_back()
    until(lambda: phone.evaluate(LIVE), "the camera is not on again")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Efterbild")


def test_a_service_that_says_no_is_heard(travels: Travels, net: Net, phone: Page) -> None:
    """Meanwhile a coordinator has rejected the report: the photo is still on the screen, and the sentence above it."""
    travels.watch.expected.append("404")
    id = a_report(travels.service, phone)
    to_the_camera(phone)
    shoot(phone)
    travels.watch.also.append(travels.service.address)
    desk = travels.signed_in(Role.COORDINATOR, DESK)
    form: dict[str, str | float | bool] = {"version": "1", "reason": "test"}
    desk.goto(f"{travels.service.address}/granska/{id}")
    token = desk.locator("input[name=csrf_token]").first.get_attribute("value") or ""
    headers = {"Origin": travels.service.address}
    answer = desk.request.post(
        f"{travels.service.address}/granska/{id}/avsla", form={**form, "csrf_token": token}, headers=headers
    )
    assert answer.ok, answer.status
    phone.get_by_role("button", name="Skicka", exact=True).tap()
    expect(phone.get_by_text("Rapporten finns inte längre")).to_be_visible()

    assert ["sent"] == states(phone)

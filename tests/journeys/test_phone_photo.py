"""The photo on the phone: small, without what the camera wrote, covered where somebody drew, not lost with the tab."""

import re
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests.journeys.between import Net, between
from tests.journeys.conftest import PHONE, Travels
from tests.journeys.phoning import NO_CONTACT, PHOTO, a_phone, press_send, sign_in, to_the_last_step, until
from tests.journeys.serving import Service
from tests.uploads import camera
from tests.uploads.exif_block import exif
from tests.uploads.scenes import a_noise

MEGAPIXELS_12 = (4032, 3024)
AIM_BYTES = 400_000
BLACK = 12
"""The brightest that JPEG may leave of pure black."""


@pytest.fixture
def net(service: Service) -> Iterator[Net]:
    """What lies between the phone and the service."""
    with between(service.address) as net:
        yield net


@pytest.fixture
def phone(travels: Travels, net: Net) -> Page:
    """At the start of a report."""
    travels.watch.expected += NO_CONTACT
    return a_phone(travels, net, travels.service.address_in("Norrgärdet"))


def payload(data: bytes) -> FilePayload:
    """As the camera of a phone hands it over."""
    return FilePayload(name="image.jpg", mimeType="image/jpeg", buffer=data)


def parts(body: bytes) -> dict[str, bytes]:
    """The fields and files of a report as it was sent."""
    boundary = body.split(b"\r\n", 1)[0]
    found = {}
    for part in body.split(boundary)[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        name = re.search(rb' name="([^"]+)"', head)
        assert name
        found[name[1].decode()] = content.removesuffix(b"\r\n")
    return found


def the_report(net: Net, page: Page) -> dict[str, bytes]:
    """Send, and look at what went."""
    press_send(page)
    page.wait_for_url("**/kvitto/*")
    return parts(net.reports[-1])


def test_four_taps_send_a_small_clean_photo(net: Net, phone: Page) -> None:
    """Nothing typed; of twelve busy megapixels at most 400 kB leave the phone, pixels alone, beside the fields."""
    taken = camera.jpeg(a_noise(*MEGAPIXELS_12))
    assert camera.CANARY in taken, "control: the camera did write"
    with phone.expect_file_chooser() as chooser:
        phone.get_by_role("button", name="Ta ett foto").tap()
    chooser.value.set_files(payload(taken))
    phone.get_by_role("radio", name="Klotter").tap()
    phone.locator(".place").first.tap()
    sent = the_report(net, phone)
    photo = Image.open(BytesIO(sent["photos"]))

    assert {"id", "category", "observed_at", "time_source", "latitude", "longitude", "accuracy_m"} < set(sent)
    assert {"position_source", "address", "photos"} == set(sent) - {
        *("id", "category", "observed_at", "time_source", "latitude", "longitude", "accuracy_m")
    }
    assert (b"KLO", b"sent", b"device") == (sent["category"], sent["time_source"], sent["position_source"])
    assert datetime.fromisoformat(sent["observed_at"].decode()).tzinfo
    assert len(sent["photos"]) <= AIM_BYTES
    assert camera.CANARY not in net.reports[-1]
    assert not photo.getexif()
    assert 1000 < max(photo.size) <= 2000


def test_what_is_drawn_over_is_gone_before_it_leaves(net: Net, phone: Page, travels: Travels) -> None:
    """A finger draws a box; in the photo that is sent it is black, and the rest is as it was."""
    to_the_last_step(phone)
    cover = phone.locator(".cover")
    until(lambda: (cover.bounding_box() or {"width": 0})["width"] > 100, "the photo is not shown")
    draw(phone, (0.1, 0.1), (0.4, 0.4))
    draw(phone, (0.6, 0.6), (0.9, 0.9))
    travels.look_at(phone, "phone-30-boxes")
    phone.get_by_role("button", name="Ångra").tap()
    expect(cover.locator("rect")).to_have_count(1)
    photo = Image.open(BytesIO(the_report(net, phone)["photos"])).convert("RGB")

    assert max(colour(photo, 0.25, 0.25)) <= BLACK
    assert max(colour(photo, 0.12, 0.38)) <= BLACK
    assert max(colour(photo, 0.05, 0.05)) > 150, "control: beside the box the picture is there"
    assert max(colour(photo, 0.75, 0.75)) > 100, "what was undone is not covered"


def test_boxes_are_made_with_keys_too(net: Net, phone: Page) -> None:
    """Enter puts one in the middle, arrows move it."""
    to_the_last_step(phone)
    until(lambda: (phone.locator(".cover").bounding_box() or {"width": 0})["width"] > 100, "the photo is not shown")
    for key in ("Enter", "ArrowLeft", "ArrowUp", "Shift+ArrowRight"):
        phone.locator(".cover").press(key)
    photo = Image.open(BytesIO(the_report(net, phone)["photos"])).convert("RGB")

    assert max(colour(photo, 0.5, 0.5)) <= BLACK
    assert max(colour(photo, 0.2, 0.2)) > 150


def test_of_several_photos_each_is_shown_and_covered_by_itself(net: Net, phone: Page) -> None:
    """Two from the gallery: a box on the second is not on the first, and one of them can be taken out."""
    phone.locator("#gallery").set_input_files([PHOTO, PHOTO, PHOTO])
    phone.get_by_role("radio", name="Skräp").tap()
    phone.locator(".place").first.tap()
    phone.get_by_role("button", name="Foto 1 av 3").tap()
    phone.get_by_role("button", name="Ta bort fotot").tap()
    phone.get_by_role("button", name="Foto 1 av 2").tap()
    expect(phone.get_by_role("button", name="Foto 2 av 2")).to_be_visible()
    until(lambda: (phone.locator(".cover").bounding_box() or {"width": 0})["width"] > 100, "the photo is not shown")
    draw(phone, (0.1, 0.1), (0.4, 0.4))
    press_send(phone)
    phone.wait_for_url("**/kvitto/*")
    body = net.reports[-1]
    photos = [Image.open(BytesIO(body[found.start() :])).convert("RGB") for found in re.finditer(b"\xff\xd8\xff", body)]

    assert 2 == len(photos)
    assert [False, True] == [max(colour(photo, 0.25, 0.25)) <= BLACK for photo in photos]


def test_what_an_older_photo_says_is_offered_and_no_more(net: Net, phone: Page) -> None:
    """Its day and place come up as a choice; chosen they are sent, else not."""
    photo = camera.jpeg(camera.a_scene(640, 480), exif_block=exif(gps=camera.POSITION))
    phone.locator("#gallery").set_input_files(payload(photo))
    phone.get_by_role("radio", name="Skräp").tap()
    phone.get_by_role("button", name="Annan plats").tap()
    expect(phone.get_by_text("Där fotot togs")).to_be_visible()
    phone.get_by_label("Där fotot togs").check()
    phone.get_by_role("button", name="Fortsätt").tap()
    expect(phone.get_by_text(": 14 maj 2026 08:30")).to_be_visible()
    phone.get_by_label("När fotot togs").check()
    sent = the_report(net, phone)

    assert b"2026-05-14T08:30:15+02:00" == sent["observed_at"]
    assert (b"photo", b"photo") == (sent["time_source"], sent["position_source"])
    assert pytest.approx(59.3375) == float(sent["latitude"])
    assert pytest.approx(18.091667) == float(sent["longitude"])


def test_a_photo_that_says_nothing_offers_nothing(phone: Page) -> None:
    """A choice that leads nowhere is not shown."""
    to_the_last_step(phone, photo=payload(camera.jpeg(camera.a_scene(640, 480), exif_block=exif(capture={}))))
    phone.locator("summary").tap()

    expect(phone.get_by_text("En annan tid")).to_be_visible()
    expect(phone.get_by_text("När fotot togs")).to_be_hidden()


def test_a_tab_that_was_ended_goes_on_where_it_was(net: Net, phone: Page) -> None:
    """The phone needed memory for its camera: photo, box, what, where and the words are there again."""
    to_the_last_step(phone)
    until(lambda: (phone.locator(".cover").bounding_box() or {"width": 0})["width"] > 100, "the photo is not shown")
    draw(phone, (0.1, 0.1), (0.4, 0.4))
    phone.get_by_label("En rad om det").fill("Bakom garaget")
    phone.get_by_label("En rad om det").blur()
    again = phone.context.new_page()
    until(lambda: phone.evaluate(DRAFT_IS_WHOLE), "the draft is not kept")
    phone.close()
    again.goto(net.address + "/rapportera")
    expect(again.get_by_role("heading", level=1)).to_have_text("Klart?")
    expect(again.get_by_label("En rad om det")).to_have_value("Bakom garaget")
    expect(again.locator(".cover rect")).to_have_count(1)
    sent = the_report(net, again)

    assert (b"SKR", "Bakom garaget") == (sent["category"], sent["note"].decode())
    assert max(colour(Image.open(BytesIO(sent["photos"])).convert("RGB"), 0.25, 0.25)) <= BLACK
    again.goto(net.address + "/rapportera")
    expect(again.get_by_role("button", name="Ta ett foto")).to_be_visible()


DRAFT_IS_WHOLE = """async () => new Promise((resolve) => {
  const opening = indexedDB.open('ogon');
  opening.onsuccess = () => {
    const all = opening.result.transaction('draft').objectStore('draft').getAll();
    all.onsuccess = () => { opening.result.close(); resolve(JSON.stringify(all.result).includes('Bakom garaget')); };
  };
})"""


def draw(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag over the photo, in fractions of its sides."""
    box = page.locator(".cover").bounding_box()
    assert box
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end)]
    page.mouse.move(*points[0])
    page.mouse.down()
    page.mouse.move(*points[1], steps=5)
    page.mouse.up()


def colour(photo: Image.Image, across: float, down: float) -> tuple[int, int, int]:
    """The pixel there, in fractions of the sides."""
    found = photo.getpixel((int(across * photo.width), int(down * photo.height)))
    assert isinstance(found, tuple)
    return (int(found[0]), int(found[1]), int(found[2]))


def test_a_photo_that_nobody_could_look_at_is_not_sent_unasked(travels: Travels, net: Net) -> None:
    """The part that shows and covers it did not come: that is said, and only a second press sends."""
    phone = travels.page(PHONE, at=travels.service.address_in("Norrgärdet"), service_workers="block")
    sign_in(travels, net, phone)
    net.lost.add("/js/photos.js")
    travels.watch.expected += NO_CONTACT
    to_the_last_step(phone)
    expect(phone.locator("[data-cover]")).to_be_hidden()
    press_send(phone)
    expect(phone.get_by_role("alert")).to_contain_text("Fotot kunde inte visas här")
    assert [] == net.reports

    press_send(phone)
    phone.wait_for_url("**/kvitto/*")
    assert b"image/jpeg" in net.reports[-1]
    phone.get_by_role("link", name="Ny rapport").tap()
    phone.locator("#gallery").set_input_files(PHOTO)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Vad?")
    phone.go_back()
    to_the_last_step(phone, category="Brand", photo=None)
    press_send(phone)
    phone.wait_for_url("**/kvitto/*")
    assert b"image/jpeg" not in net.reports[-1]

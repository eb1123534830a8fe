"""A slow phone on a bad net, with nothing kept: when the first view can be used, and what a whole report costs."""

import threading
import time
from collections.abc import Callable, Iterator
from io import BytesIO

import exifread
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, StorageState, expect

from observations.access import Role
from tests.journeys.between import Net, between
from tests.journeys.conftest import PHONE, Travels
from tests.journeys.corpus import CORPUS
from tests.journeys.phoning import NO_CONTACT, PHOTO, press_send, until_it_opens_offline
from tests.journeys.serving import Service
from tests.journeys.test_phone_photo import AIM_BYTES, MEGAPIXELS_12, parts, payload
from tests.journeys.throttling import HARSH_LATENCY_MS, FirstView, first_view, slowed, waterfall, worker_slowed
from tests.uploads import camera
from tests.uploads.looking import remains
from tests.uploads.scenes import a_slope

WITHIN_S = 3.0
"""What is promised, at 390 x 844, with slow 3G and a processor four times slower."""
TRIES = 3
"""The best of so many counts: on a shared machine others take the processor now and then."""
FORM = "/rapportera"

COUNTS_TAPS = """() => {
  const count = (name) => sessionStorage.setItem(name, 1 + Number(sessionStorage.getItem(name)));
  addEventListener('pointerdown', ({ isTrusted }) => isTrusted && count('taps'), true);
  addEventListener('keydown', ({ isTrusted }) => isTrusted && count('keys'), true);
}"""
EMPTY_CANVAS = """async () => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 8, height: 8 });
  canvas.getContext('2d', { alpha: false }).fillRect(0, 0, 8, 8);
  const photo = await new Promise((resolve) => { canvas.toBlob(resolve, 'image/jpeg'); });
  return [...new Uint8Array(await photo.arrayBuffer())];
}"""
COUNTED = "['taps', 'keys'].map((name) => Number(sessionStorage.getItem(name)))"
A_FIFTH = """() => document.addEventListener('click', (event) => {
  if (!event.target.closest('[data-send]') || window.asked) return;
  event.preventDefault();
  window.asked = true;
}, true)"""
"""Planted: a first tap on the last button does nothing."""


@pytest.fixture
def net(service: Service) -> Iterator[Net]:
    """What lies between the phone and the service."""
    with between(service.address) as net:
        yield net


@pytest.fixture(scope="module")
def signed_in(browser: Browser, service: Service) -> StorageState:
    """What a signed-in phone shows at the door; a cookie holds for the host, whatever its port."""
    context = browser.new_context(service_workers="block")
    context.new_page().goto(service.invitation(Role.REPORTER))
    context.pages[0].wait_for_url("**/rapportera")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def another(travels: Travels, net: Net, signed_in: StorageState) -> Callable[[], Page]:
    """Makes signed-in phones that have nothing of ours yet."""
    travels.watch.origin = net.address
    travels.watch.expected += NO_CONTACT  # a phone is put away while it still asks for something
    where = travels.service.address_in("Norrgärdet")

    return lambda: travels.page(PHONE, at=where, storage_state=signed_in)


@pytest.fixture
def phone(another: Callable[[], Page]) -> Page:
    """One such phone."""
    return another()


def measured(page: Page, net: Net, **slow: float) -> FirstView:
    """The first view on a slow net."""
    slowed(page, **slow)
    return first_view(page, net.address + FORM)


def best_s(what: str, phone: Callable[[], Page], net: Net) -> float:
    """When the best of some views could be used; the first that is good enough ends the trying."""
    usable_s = float("inf")
    for _ in range(TRIES):
        page = phone()
        view = measured(page, net)
        print(f"\n{what}: {view}\n{waterfall(page)}")
        usable_s = min(usable_s, view.usable_s)
        if usable_s <= WITHIN_S:
            break
    return usable_s


def test_the_first_view_can_be_used_within_three_seconds(net: Net, another: Callable[[], Page]) -> None:
    """From the tap on the link to the open camera; "Ring 112" can be read. What it costs is printed."""
    usable_s = best_s("nothing kept", another, net)
    print(f"with {HARSH_LATENCY_MS} ms: {measured(another(), net, latency_ms=HARSH_LATENCY_MS)}")

    assert usable_s <= WITHIN_S


def test_a_view_that_comes_too_late_is_noticed(net: Net, phone: Page) -> None:
    """Control: what the first view needs comes three seconds later."""
    net.held[FORM] = WITHIN_S

    assert measured(phone, net).usable_s > WITHIN_S


def test_the_next_view_is_there_at_once(travels: Travels, net: Net, phone: Page) -> None:
    """From the phone itself: the same net asks only whether anything is new."""
    phone.goto(net.address + FORM)
    until_it_opens_offline(phone)
    worker_slowed(travels.browser, net.address)

    assert best_s("again", lambda: phone, net) <= WITHIN_S


@pytest.mark.parametrize("before", ["a photo", "no photo"])
def test_a_tap_before_the_script_is_not_lost(net: Net, phone: Page, before: str) -> None:
    """The camera opens while report.js is on its way; the next question comes with it, and the photo is there."""
    gate = net.gates["/js/report.js"] = threading.Event()
    phone.goto(net.address + FORM, wait_until="commit")
    if before == "a photo":
        with phone.expect_file_chooser() as chooser:
            phone.get_by_role("button", name="Ta ett foto").tap()
        chooser.value.set_files(PHOTO)
    else:
        phone.get_by_role("button", name="Utan foto").tap()
    gate.set()
    phone.get_by_role("radio", name="Skräp").tap()

    expect(phone.get_by_role("heading", level=1)).to_have_text("Var?")
    expect(phone.locator("[data-step=where] [data-preview]")).to_be_visible(visible=before == "a photo")


def test_without_the_script_the_form_is_one_page(net: Net, phone: Page) -> None:
    """A part of it never comes: the whole form is there, with the photo that was chosen."""
    gate = net.gates["/js/draft.js"] = threading.Event()
    net.lost.add("/js/draft.js")
    phone.goto(net.address + FORM, wait_until="commit")
    with phone.expect_file_chooser() as chooser:
        phone.get_by_role("button", name="Ta ett foto").tap()
    chooser.value.set_files(PHOTO)
    gate.set()
    expect(phone.get_by_role("button", name="Skicka", exact=True)).to_be_visible()

    expect(phone.locator("#camera")).to_be_visible()
    assert 1 == phone.locator("#camera").evaluate("(input) => input.files.length")
    expect(phone.locator(".shutter-row")).to_be_hidden()


@pytest.fixture
def counted(phone: Page) -> Page:
    """It counts its taps and keys."""
    phone.add_init_script(f"({COUNTS_TAPS})()")
    return phone


def taken() -> bytes:
    """A photo of twelve megapixels as it came from a telephone; where there is none, one that is made."""
    real = CORPUS / "photos" / "exifr" / "test__fixtures__IMG_20180725_163423.jpg"
    return real.read_bytes() if real.exists() else camera.jpeg(a_slope(*MEGAPIXELS_12))


def profile(photo: bytes) -> bytes | None:
    """How a photo says that its colours are meant."""
    found: bytes | None = Image.open(BytesIO(photo)).info.get("icc_profile")
    return found


def tap_through(page: Page, net: Net, photo: bytes) -> None:
    """From the link to "Skicka"."""
    page.goto(net.address + FORM, wait_until="commit")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Ta ett foto").tap()
    chooser.value.set_files(payload(photo))
    page.get_by_role("radio", name="Skräp").tap()
    page.locator(".place").first.tap()
    press_send(page)


def test_four_taps_over_a_slow_net(net: Net, counted: Page) -> None:
    """Nothing typed; of a real photo at most 400 kB leave the phone, without a word of what the camera wrote."""
    slowed(counted)
    original, began = taken(), time.monotonic()
    tap_through(counted, net, original)
    counted.wait_for_url("**/kvitto/*")
    seconds = time.monotonic() - began
    photo = parts(net.reports[-1])["photos"]
    print(f"\nfrom opening to the receipt: {seconds:.1f} s; of {len(original)} bytes {len(photo)} left the phone")

    assert [4, 0] == counted.evaluate(COUNTED)
    assert exifread.process_file(BytesIO(original)), "control: the camera did write"
    assert len(photo) <= AIM_BYTES
    assert remains(photo) <= {"APP2", "icc_profile"}
    assert profile(photo) == profile(bytes(counted.evaluate(EMPTY_CANVAS))), "the browser's own, of any canvas"
    assert {} == exifread.process_file(BytesIO(photo))


def test_a_fifth_tap_is_noticed(net: Net, counted: Page) -> None:
    """Control: a button that answers only the second tap, and a letter."""
    counted.add_init_script(f"({A_FIFTH})()")
    tap_through(counted, net, PHOTO["buffer"])
    assert counted.evaluate("window.asked")
    counted.get_by_label("En rad om det").press("x")
    press_send(counted)
    counted.wait_for_url("**/kvitto/*")

    assert [5, 1] == counted.evaluate(COUNTED)

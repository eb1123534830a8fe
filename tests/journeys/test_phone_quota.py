"""A phone whose storage is nearly full, really: the browser itself refuses to keep more."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.between import Net, between
from tests.journeys.conftest import PHONE, Travels
from tests.journeys.phoning import (
    KEPT,
    NO_CONTACT,
    in_the_record,
    press_send,
    queue,
    reports_on,
    sign_in,
    states,
    to_the_last_step,
    until_it_opens_offline,
    until_sent,
)
from tests.journeys.serving import Service
from tests.journeys.test_phone_photo import MEGAPIXELS_12, payload
from tests.uploads import camera
from tests.uploads.scenes import a_noise

ROOM_BYTES = 2_000_000
"""What the browser lets us have from the start."""
STEPS_BYTES = [400_000, 100_000, 25_000, 6_000, 1_500]

FILL = """async (steps) => {
  const opened = indexedDB.open('filler', 1);
  opened.onupgradeneeded = () => opened.result.createObjectStore('filler', { autoIncrement: true });
  await new Promise((resolve) => { opened.onsuccess = resolve; });
  const put = (bytes) => new Promise((resolve) => {
    const change = opened.result.transaction('filler', 'readwrite');
    change.objectStore('filler').put(new Blob([new Uint8Array(bytes).fill(1)]));
    change.oncomplete = () => resolve('');
    change.onabort = () => resolve(change.error.name);
  });
  const said = [];
  for (const bytes of steps) {
    let error = '';
    while (!error) error = await put(bytes);
    said.push(error);
  }
  opened.result.close();
  return said;
}"""
"""Puts in blobs of each size until no more go in; what the browser said in the end to each size."""


@pytest.fixture
def net(service: Service) -> Iterator[Net]:
    """What lies between the phone and the service."""
    with between(service.address) as net:
        yield net


@pytest.fixture
def small_phone(travels: Travels, net: Net) -> Page:
    """A phone with little room, without contact; three reports wait on it."""
    travels.watch.expected += [*NO_CONTACT, "Failed to load resource"]
    page = travels.page(PHONE, at=travels.service.address_in("Norrgärdet"))
    room = {"origin": net.address, "quotaSize": ROOM_BYTES}
    page.context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", room)
    sign_in(travels, net, page)
    until_it_opens_offline(page)
    net.down = True
    for category in ("Skräp", "Klotter", "Brand"):
        queue(page, category, None)
    return page


def test_a_full_phone_sends_what_it_cannot_keep(travels: Travels, net: Net, small_phone: Page) -> None:
    """The form stays whole and says why; the report goes without being kept first, and what waited goes too."""
    before = in_the_record(travels.service)
    waiting = sorted(report["id"] for report in reports_on(small_phone))
    refusals = small_phone.evaluate(FILL, STEPS_BYTES)
    assert ["QuotaExceededError"] * len(STEPS_BYTES) == refusals, "control: there is no room"
    to_the_last_step(small_phone, photo=payload(camera.jpeg(a_noise(*MEGAPIXELS_12))))
    assert not small_phone.evaluate(KEPT, "draft"), "control: no draft could be kept"
    press_send(small_phone)
    expect(small_phone.get_by_text("Det finns inte plats på telefonen att spara rapporten.")).to_be_visible()

    expect(small_phone.get_by_role("heading", level=1)).to_have_text("Klart?")
    expect(small_phone.locator("[data-cover] img")).to_be_visible()
    assert ["waiting"] * 3 == states(small_phone)
    assert before == in_the_record(travels.service)
    net.down = False
    small_phone.get_by_role("button", name="Skicka direkt").tap()
    small_phone.wait_for_url("**/kvitto/*")
    until_sent(travels.service, small_phone, waiting)
    expect(small_phone.get_by_role("main")).to_contain_text("1 foto")

    assert waiting == sorted(in_the_record(travels.service, waiting))
    assert len(before) + 4 == len(in_the_record(travels.service))
    assert set(states(small_phone)) <= {"sent"}

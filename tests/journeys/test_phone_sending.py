"""What can happen to a report on its way, and that it arrives once all the same."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.between import PROBLEM, Answer, Cut, Net, between
from tests.journeys.conftest import Travels
from tests.journeys.phoning import (
    NO_CONTACT,
    a_phone,
    contact,
    in_the_record,
    press_send,
    queue,
    reports_on,
    states,
    to_the_last_step,
    try_now,
    until,
    until_it_opens_offline,
    until_receipt,
)
from tests.journeys.serving import Service

PERSONNUMMER = "Kort med 811228-9874"
WHOLE = {"Content-Type": "text/html"}
PASSING = (
    Cut.BEFORE,
    Cut.HALFWAY,
    Answer(500),
    Answer(503, headers={"Content-Type": PROBLEM, "Retry-After": "1"}),
    Answer(429, headers={"Content-Type": PROBLEM, "Retry-After": "1"}),
    Answer(502, "<h1>Bad gateway</h1>", WHOLE),
    Answer(200, "<h1>Welcome to our hotel</h1>", WHOLE),
    Answer(404, "<h1>Not found</h1>", WHOLE),
    Answer(201, json.dumps({"id": "somebody else's", "number": 7})),
    Answer(201, '{"id": "', {"Content-Type": "application/json"}),
    Cut.AFTER,
    Cut.HALFWAY,
)
"""What passes: the report is not at fault, and goes again by itself."""
FULL = """() => {
  IDBObjectStore.prototype.put = () => { throw new DOMException('planted', 'QuotaExceededError'); };
}"""


@pytest.fixture
def net(service: Service) -> Iterator[Net]:
    """What lies between the phone and the service."""
    with between(service.address) as net:
        yield net


@pytest.fixture
def phone(travels: Travels, net: Net) -> Page:
    """At the last step of a report. The console tells of every answer from 400 on, and of every one that broke off."""
    travels.watch.expected += [*NO_CONTACT, "Failed to load resource"]
    page = a_phone(travels, net, travels.service.address_in("Norrgärdet"))
    to_the_last_step(page)
    return page


def test_whatever_happens_on_the_way_it_arrives_once(travels: Travels, net: Net, phone: Page) -> None:
    """One report meets every fault in turn; it stays on the phone, and is in the record once at the end."""
    before = in_the_record(travels.service)
    net.faults += PASSING
    press_send(phone)
    expect(phone.get_by_text("Sparad på telefonen")).to_be_visible()
    until_receipt(phone)

    assert not net.faults
    assert ["sent"] == states(phone)
    assert len(before) + 1 == len(in_the_record(travels.service))


def test_a_report_under_way_is_locked(net: Net, phone: Page) -> None:
    """Once it has left, the service may have it: it can be neither changed nor removed until that is known."""
    net.faults += [Cut.AFTER, Answer(503), Answer(503), Answer(503)]
    press_send(phone)
    until(lambda: states(phone) == ["waiting"] and len(net.reports) == 1, "it was not tried")
    phone.goto(net.address + "/utkorg")
    expect(phone.locator("[data-report]")).to_have_count(1)

    expect(phone.get_by_role("button", name="Ta bort")).to_have_count(0)
    expect(phone.get_by_role("button", name="Ändra")).to_have_count(0)


def test_signed_out_everything_stays(travels: Travels, net: Net, phone: Page) -> None:
    """The way to the door is shown; after signing in it goes by itself."""
    before = in_the_record(travels.service)
    cookies = phone.context.cookies()
    phone.context.clear_cookies()
    press_send(phone)
    expect(phone.get_by_text("Logga in igen, så skickas den.")).to_be_visible()
    travels.look_at(phone, "phone-26-sign-in")
    phone.goto(net.address + "/utkorg")
    expect(phone.get_by_text("Väntar på att du loggar in")).to_be_visible()
    travels.look_at(phone, "phone-27-outbox-sign-in")
    phone.context.add_cookies(cookies)  # type: ignore[arg-type]  # what it gave, it takes
    phone.get_by_role("button", name="Försök nu").tap()
    expect(phone.get_by_text("Skickad")).to_be_visible()

    assert len(before) + 1 == len(in_the_record(travels.service))


def test_a_refused_report_is_mended(travels: Travels, net: Net, phone: Page) -> None:
    """What waited and is refused stops no other; it says why, goes into the form again, and is sent."""
    before = in_the_record(travels.service)
    until_it_opens_offline(phone)
    net.down = True
    phone.get_by_label("En rad om det").fill(PERSONNUMMER)
    press_send(phone)
    expect(phone.get_by_text("Sparad på telefonen")).to_be_visible()
    phone.get_by_role("button", name="Ny rapport").tap()
    queue(phone, "Brand")
    phone.goto(net.address + "/utkorg")
    net.down = False
    try_now(phone)
    expect(phone.get_by_text("Det här ser ut som ett personnummer.")).to_be_visible()
    until(lambda: states(phone) == ["refused", "sent"], "the other one did not go")
    travels.look_at(phone, "phone-28-outbox-refused")
    phone.goto(net.address + "/rapportera")
    expect(phone.locator("[data-outbox]")).to_have_text("1 att rätta")
    phone.goto(net.address + "/utkorg")
    phone.get_by_role("button", name="Ändra").tap()
    expect(phone.get_by_label("En rad om det")).to_have_value(PERSONNUMMER)
    expect(phone.locator("[data-cover] img")).to_have_js_property("complete", True)
    phone.get_by_label("En rad om det").fill("Ett kort låg på marken")
    press_send(phone)
    phone.wait_for_url("**/kvitto/*")

    expect(phone.get_by_role("main")).to_contain_text("1 foto")
    assert ["sent", "sent"] == states(phone)
    assert len(before) + 2 == len(in_the_record(travels.service))


def test_what_was_never_tried_can_be_removed(travels: Travels, net: Net, phone: Page) -> None:
    """Behind one that breaks off, the next has not left the phone: two taps, and it is gone."""
    before = in_the_record(travels.service)
    until_it_opens_offline(phone)
    net.down = True
    press_send(phone)
    expect(phone.get_by_text("Sparad på telefonen")).to_be_visible()
    phone.get_by_role("button", name="Ny rapport").tap()
    queue(phone, "Brand")
    phone.goto(net.address + "/utkorg")
    phone.get_by_role("button", name="Ta bort").tap()
    phone.get_by_role("button", name="Ta bort för alltid").tap()
    expect(phone.locator("[data-report]")).to_have_count(1)
    net.down = False
    contact(phone)
    until(lambda: states(phone) == ["sent"], "the other one did not go")

    assert len(before) + 1 == len(in_the_record(travels.service))


def test_two_tabs_send_each_report_once(travels: Travels, net: Net, phone: Page) -> None:
    """Both wake at the same moment; one sends for both, and both see it."""
    until_it_opens_offline(phone)
    net.down = True
    press_send(phone)
    phone.get_by_role("button", name="Ny rapport").tap()
    queue(phone, "Brand")
    other = phone.context.new_page()
    other.goto(net.address + "/utkorg")
    net.down = False
    for page in (phone, other):
        contact(page)
    until(lambda: states(phone) == ["sent", "sent"], "they did not go")

    assert 2 == len(net.reports)
    expect(other.get_by_text("Skickad")).to_have_count(2)
    expect(phone.locator("[data-outbox]")).to_be_hidden()


def test_a_phone_without_room_says_so(travels: Travels, net: Net, phone: Page) -> None:
    """The form stays as it is, and the report can be sent without being kept first."""
    before = in_the_record(travels.service)
    phone.evaluate(FULL)
    press_send(phone)
    expect(phone.get_by_text("Det finns inte plats på telefonen att spara rapporten.")).to_be_visible()
    travels.look_at(phone, "phone-29-no-room")
    net.faults.append(Cut.BEFORE)
    phone.get_by_role("button", name="Skicka direkt").tap()
    expect(phone.get_by_text("Ingen kontakt.")).to_be_visible()
    phone.get_by_role("button", name="Skicka direkt").tap()
    phone.wait_for_url("**/kvitto/*")

    assert len(before) + 1 == len(in_the_record(travels.service))


def test_a_phone_whose_clock_is_wrong_reports_now(travels: Travels, net: Net) -> None:
    """Three days ahead: the service refuses such a time, and the phone says it again by the service's clock."""
    travels.watch.expected.append("422")
    where = travels.service.address_in("Norrgärdet")
    page = a_phone(travels, net, where)
    page.clock.install()
    page.clock.fast_forward(3 * 24 * 3600 * 1000)
    page.goto(net.address + "/rapportera")
    to_the_last_step(page)
    press_send(page)
    until(lambda: len(net.reports) == 1, "it was not tried")
    page.clock.resume()
    until_receipt(page)

    assert ["sent"] == states(page)


def test_the_receipt_tells_of_those_that_waited(net: Net, phone: Page) -> None:
    """One was kept without contact; the next one takes it along."""
    until_it_opens_offline(phone)
    net.faults += [Cut.BEFORE]
    press_send(phone)
    until(lambda: not net.faults, "it was not tried")
    phone.get_by_role("button", name="Ny rapport").tap()
    to_the_last_step(phone, "Brand")
    assert ["waiting"] == [report["state"] for report in reports_on(phone)]
    press_send(phone)
    phone.wait_for_url("**/kvitto/*")

    expect(phone.get_by_text("Skickad. Den som väntade också.")).to_be_visible()

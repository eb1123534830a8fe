"""Addresses in a cellar: the nearest rows and what is typed come from the squares that the phone has been in."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, Route, expect

from observations.database import Database
from observations.places.tables import Address
from observations.record.tables import PositionSource
from tests.journeys.between import Net, between
from tests.journeys.conftest import PHONE, Travels
from tests.journeys.kept import the_one_reported
from tests.journeys.phoning import (
    NO_CONTACT,
    a_phone,
    press_send,
    sign_in,
    until,
    until_it_opens_offline,
    until_receipt,
)
from tests.journeys.serving import Service

SQUARES = "GET /platser/rutor/"
DB = """(script) => new Promise((resolve, reject) => {
  const opening = indexedDB.open('ogon-places');
  opening.onerror = () => reject(opening.error);
  opening.onupgradeneeded = () => opening.transaction.abort();
  opening.onsuccess = async () => {
    const stores = opening.result.transaction(['squares', 'seen'], 'readwrite');
    const read = (name, how, ...more) => new Promise((done) => {
      stores.objectStore(name)[how](...more).onsuccess = ({ target }) => done(target.result);
    });
    const answer = %s;
    stores.oncomplete = () => { opening.result.close(); resolve(answer); };
  };
})"""
KEPT = DB % "await read('seen', 'getAllKeys')"
AGED = DB % "await read('seen', 'put', { at: Math.floor(Date.now() / 864e5) - script.days, used: 9e9 }, script.id)"
FILLED = DB % (
    "await Promise.all([...Array(40).keys()].flatMap((used) => "
    "[read('squares', 'put', [], `old/${used}`), read('seen', 'put', "
    "{ at: 0, used: Math.floor(Date.now() / 864e5) - script.days + used }, `old/${used}`)]))"
)
GATHER = """async ({ here, module }) => (await import(module)).gather(here, '/platser/rutor/')"""


@pytest.fixture
def net(service: Service) -> Iterator[Net]:
    """What lies between the phone and the service."""
    with between(service.address) as net:
        yield net


@pytest.fixture(scope="module")
def nygardsgatan(service: Service) -> Address:
    """Nygårdsgatan 12."""
    database = Database(service.settings.database_url)
    with database.reading() as session:
        found = session.scalars(sa.select(Address).filter_by(street="Nygårdsgatan", number="12")).one()
    database.dispose()
    return found


def beside(address: Address) -> Address:
    """Some fifteen metres north-east of it."""
    return Address(latitude=address.latitude + 0.0001, longitude=address.longitude + 0.0002)


def to_where(page: Page) -> list[tuple[str, int]]:
    """Two taps, without a photo; the rows of the nearest places, with their metres."""
    page.get_by_role("button", name="Utan foto").tap()
    page.get_by_role("radio", name="Skräp").tap()
    return rows(page)


def rows(page: Page) -> list[tuple[str, int]]:
    """The nearest places as they stand there."""
    page.locator(".place").first.wait_for()
    texts = page.locator(".place").all_inner_texts()
    return [(label, int(re.sub(r"\D", "", metres))) for _number, label, metres in (text.split("\n") for text in texts)]


def test_without_contact_the_addresses_are_those_of_the_service(
    travels: Travels, net: Net, nygardsgatan: Address
) -> None:
    """The same rows with the same metres; "nygardsg 12" finds Nygårdsgatan 12, and a tap on it goes on."""
    travels.watch.expected += NO_CONTACT
    page = a_phone(travels, net, beside(nygardsgatan))
    with_contact = to_where(page)
    until(lambda: len(page.evaluate(KEPT)) >= 2, "no squares are kept")
    until_it_opens_offline(page)
    net.down = True
    page.goto(net.address + "/rapportera")
    without = rows(page)
    assert [label for label, _ in with_contact] == [label for label, _ in without]
    assert all(abs(one - other) <= 1 for (_, one), (_, other) in zip(with_contact, without, strict=True))
    assert ("Nygårdsgatan 12", True) == (without[0][0], 10 < without[0][1] < 25)

    page.get_by_role("button", name="Annan plats").tap()
    page.get_by_role("button", name="Peka ut på kartan").tap()
    expect(page.get_by_text("Kartan kommer inte fram utan kontakt.")).to_be_visible()
    page.get_by_role("button", name="Skriv i stället").tap()
    page.get_by_label("Adress eller plats").press_sequentially("nygardsg 12")
    suggested = page.get_by_role("list", name="Adresser").get_by_role("button")
    expect(suggested.first).to_have_text("Nygårdsgatan 12")
    travels.look_at(page, "phone-30-where-suggestions")
    suggested.first.tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Klart?")
    press_send(page)
    expect(page.get_by_text("Skickas när det finns kontakt.")).to_be_visible()
    net.down = False
    until_receipt(page)

    kept = the_one_reported(travels.service, page)
    assert ("Nygårdsgatan 12", PositionSource.ADDRESS) == (kept.address, kept.position_source)
    assert (nygardsgatan.latitude, nygardsgatan.longitude) == pytest.approx((kept.latitude, kept.longitude), abs=1e-5)


def test_rows_that_are_kept_are_there_at_once_and_never_jump(travels: Travels, net: Net, nygardsgatan: Address) -> None:
    """On a net that is slow; another answer replaces them only if it is soon there and no finger has been on them."""
    page = a_phone(travels, net, beside(nygardsgatan))
    to_where(page)
    until(lambda: len(page.evaluate(KEPT)) >= 2, "no squares are kept")
    held: list[Route] = []
    page.route("**/platser/nara?*", lambda route: held.append(route))

    def another_answer_comes() -> None:
        until(lambda: held, "nobody has asked")
        items = [{"label": "Annanstans 1", "distance_m": 3.0}] * 3
        with page.expect_response("**/platser/nara?*") as answer:
            held.pop().fulfill(json={"items": items, "area": None})
        answer.value.finished()
        page.wait_for_timeout(100)

    def asks_anew(*, late: bool = False) -> None:
        """The rows that are kept stand there; the clock stands still, or shows two seconds more from then on."""
        held.clear()
        page.evaluate("performance.now = () => 0")
        page.get_by_role("button", name="Annan plats").tap()
        page.get_by_role("button", name="Min position").tap()
        expect(first).to_contain_text("Nygårdsgatan 12")
        page.evaluate(f"performance.now = () => {2000 * late}")

    first = page.locator(".place").first
    asks_anew()
    first.dispatch_event("pointerdown")
    another_answer_comes()
    expect(first).to_contain_text("Nygårdsgatan 12")
    asks_anew(late=True)
    another_answer_comes()
    expect(first).to_contain_text("Nygårdsgatan 12")

    asks_anew()
    another_answer_comes()
    expect(first).to_contain_text("Annanstans 1")


def test_where_data_is_dear_nothing_is_fetched(travels: Travels, net: Net, nygardsgatan: Address) -> None:
    """The nearest rows are asked for, squares to keep are not, neither to save data nor on a net of the second kind."""
    page = travels.page(PHONE, at=nygardsgatan, service_workers="block")
    page.add_init_script("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })")
    sign_in(travels, net, page)
    to_where(page)
    gather = what_gathers(page, nygardsgatan)
    page.evaluate(GATHER, gather)
    page.evaluate("Object.assign(navigator.connection, { saveData: false, effectiveType: '2g' })")
    page.evaluate(GATHER, gather)
    assert [] == page.evaluate(KEPT)
    assert [] == [line for line in net.seen if line.startswith(SQUARES)]

    page.evaluate("navigator.connection.effectiveType = '4g'")
    page.evaluate(GATHER, gather)
    assert page.evaluate(KEPT), "control: otherwise they are fetched"


def what_gathers(page: Page, where: Address) -> dict[str, Any]:
    """The page's own module, and where the phone is."""
    script = page.locator("script[src*='js/report.js']").get_attribute("src")
    assert script is not None
    here = {"latitude": where.latitude, "longitude": where.longitude}
    return {"here": here, "module": script.replace("report.js", "addresses.js")}


def test_squares_are_renewed_after_a_week_and_forgotten_when_there_are_many(
    travels: Travels, net: Net, nygardsgatan: Address
) -> None:
    """Seven days old: not asked for. Eight: asked for once more. The least used of many go, and those not used."""
    page = travels.page(PHONE, at=nygardsgatan, service_workers="block")
    sign_in(travels, net, page)
    to_where(page)
    gather = what_gathers(page, nygardsgatan)
    page.evaluate(GATHER, gather)
    squares = page.evaluate(KEPT)
    assert 1 <= len(squares) <= 4

    def asked_for(days: int) -> list[str]:
        net.seen.clear()
        page.evaluate(AGED, {"days": days, "id": squares[0]})
        page.evaluate(GATHER, gather)
        return [line for line in net.seen if line.startswith(SQUARES)]

    assert [] == asked_for(7)
    assert [SQUARES + squares[0]] == asked_for(8)
    page.evaluate(FILLED, {"days": 89})
    asked_for(8)
    kept = page.evaluate(KEPT)
    assert 40 == len(kept)
    assert set(squares) < set(kept)
    assert {f"old/{number}" for number in range(len(squares))}.isdisjoint(kept)
    page.evaluate(FILLED, {"days": 100})
    asked_for(8)
    assert {f"old/{number}" for number in range(10)}.isdisjoint(page.evaluate(KEPT)), "not used for 90 days"

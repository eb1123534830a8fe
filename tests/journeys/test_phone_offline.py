"""The phone in a cellar: reports wait on it, through a restart of the browser, and arrive once each."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.journeys.between import Net, between
from tests.journeys.conftest import FLAGS, PHONE, TIMEOUT_MS, Travels
from tests.journeys.phoning import (
    NO_CONTACT,
    a_phone,
    contact,
    in_the_record,
    photos_on,
    queue,
    reports_on,
    sign_in,
    states,
    to_the_last_step,
    try_now,
    until,
    until_it_opens_offline,
)
from tests.journeys.serving import Service
from tests.programs import needed

CACHED = """async () => (await Promise.all((await caches.keys()).map(async (name) =>
  (await (await caches.open(name)).keys()).map((request) => new URL(request.url).pathname)))).flat()"""

OF_BEFORE = "/static/1111111111/js/photos.js"
EARLIER = """async (names) => {
  for (const name of names) {
    await (await caches.open(name)).put(`/static/${name.slice(5)}/js/photos.js`, new Response(`of ${name}`));
  }
}"""


@pytest.fixture
def net(service: Service) -> Iterator[Net]:
    """What lies between the phone and the service."""
    with between(service.address) as net:
        yield net


def browser_with_memory(travels: Travels, folder: Path, where: dict[str, float]) -> BrowserContext:
    """The phone's browser, which finds again what it kept in the folder."""
    context = travels.browser.browser_type.launch_persistent_context(
        folder,
        executable_path=needed("chromium"),
        args=FLAGS,
        locale="sv-SE",
        reduced_motion="reduce",
        geolocation=where,  # type: ignore[arg-type]  # a plain dict is what it takes
        permissions=["geolocation"],
        **PHONE,
    )
    context.set_default_timeout(TIMEOUT_MS)
    travels.watch.over(context)
    return context


def test_three_reports_survive_a_restart_and_arrive_once(travels: Travels, net: Net, tmp_path: Path) -> None:
    """Queued without contact, the browser closed and opened again without contact; with contact all three go."""
    travels.watch.expected += NO_CONTACT
    where = travels.service.address_in("Norrgärdet")
    here = {"latitude": where.latitude, "longitude": where.longitude, "accuracy": 8.0}
    before = in_the_record(travels.service)
    context = browser_with_memory(travels, tmp_path, here)
    page = context.pages[0]
    sign_in(travels, net, page)
    until_it_opens_offline(page)
    net.down = True
    for category in ("Skräp", "Klotter", "Brand"):
        queue(page, category)
    ids = [report["id"] for report in reports_on(page)]
    context.close()

    context = browser_with_memory(travels, tmp_path, here)
    page = context.pages[0]
    page.goto(net.address + "/rapportera")
    expect(page.locator("[data-outbox]")).to_have_text("3 väntar")
    assert 3 == photos_on(page)
    assert before == in_the_record(travels.service)
    net.down = False
    contact(page)
    until(lambda: states(page) == ["sent"] * 3, "they did not go")

    assert sorted(ids) == sorted(in_the_record(travels.service, ids))
    assert len(before) + 3 == len(in_the_record(travels.service))
    assert 0 == photos_on(page)
    context.close()


def test_what_is_shown_without_contact(travels: Travels, net: Net) -> None:
    """Each new screen is for everybody; where a page of the service's is meant, the phone's own list comes."""
    travels.watch.expected += NO_CONTACT
    page = a_phone(travels, net, travels.service.address_in("Norrgärdet"))
    until_it_opens_offline(page)
    page.goto(net.address + "/utkorg")
    expect(page.get_by_text("Inget väntar")).to_be_visible()
    travels.look_at(page, "phone-20-outbox-empty")
    net.down = True
    page.goto(net.address + "/")
    to_the_last_step(page)
    page.get_by_role("button", name="Skicka", exact=True).tap()
    expect(page.get_by_text("Skickas när det finns kontakt.")).to_be_visible()
    travels.look_at(page, "phone-21-kept")
    page.get_by_role("button", name="Ny rapport").tap()
    expect(page.locator("[data-outbox]")).to_have_text("1 väntar")
    travels.look_at(page, "phone-22-start-waiting")
    to_the_last_step(page, "Klotter")
    travels.look_at(page, "phone-23-last-step-waiting")
    page.goto(net.address + "/mina-rapporter")
    expect(page).to_have_url(net.address + "/utkorg")
    expect(page.get_by_text("Har försökt, försöker igen")).to_be_visible()
    travels.look_at(page, "phone-24-outbox")

    net.down = False
    try_now(page)
    expect(page.get_by_text("Skickad")).to_be_visible()
    travels.look_at(page, "phone-25-outbox-sent")


def test_a_net_that_hardly_moves_is_not_waited_for(travels: Travels, net: Net) -> None:
    """The page is there after some seconds although the net has not brought it yet."""
    travels.watch.expected += NO_CONTACT
    page = a_phone(travels, net, travels.service.address_in("Norrgärdet"))
    until_it_opens_offline(page)
    net.delay_s, net.seen[:], net.answered[:] = 25, [], []
    page.goto(net.address + "/rapportera", wait_until="domcontentloaded")
    expect(page.get_by_role("button", name="Ta ett foto")).to_be_visible()

    assert "GET /rapportera" in net.seen
    assert "GET /rapportera" not in net.answered


def test_nothing_of_anybody_is_kept_for_later(travels: Travels, net: Net) -> None:
    """Of pages only those that are the same for everybody; no receipt, no list of reports, no photo."""
    page = a_phone(travels, net, travels.service.address_in("Norrgärdet"))
    until_it_opens_offline(page)
    to_the_last_step(page)
    page.get_by_role("button", name="Skicka", exact=True).tap()
    page.wait_for_url("**/kvitto/*")
    page.get_by_role("link", name="Mina rapporter").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mina rapporter")
    cached = page.evaluate(CACHED)

    assert {"/rapportera", "/utkorg"} == {path for path in cached if not path.startswith("/static/")}
    assert len(cached) > 20


def test_a_new_version_replaces_the_old_one(travels: Travels, net: Net) -> None:
    """What earlier versions kept is thrown away but for the last one's, whose pages may be open; others' is left."""
    page = a_phone(travels, net, travels.service.address_in("Norrgärdet"))
    until_it_opens_offline(page)
    page.evaluate("navigator.serviceWorker.getRegistration().then((worker) => worker.unregister())")
    page.evaluate(EARLIER, ["ogon-0000000000", "another", "ogon-1111111111"])
    page.goto(net.address + "/rapportera")

    until(lambda: page.evaluate("caches.has('ogon-0000000000')") is False, "the old version is still there")
    until(lambda: page.evaluate("Boolean(navigator.serviceWorker.controller)"), "the new one has not taken over")
    assert page.evaluate("caches.has('another')")
    assert "of ogon-1111111111" == page.evaluate(f"fetch('{OF_BEFORE}').then((answer) => answer.text())")

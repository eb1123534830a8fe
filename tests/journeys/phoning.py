"""A reporter's phone for journeys through a net that fails: signing in, four taps, and what the two sides have kept."""

import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
from playwright.sync_api import Error as NoPage
from playwright.sync_api import FilePayload, Page, expect

from observations.access import Role
from observations.database import Database
from observations.places.tables import Address
from observations.record.tables import Observation
from tests.journeys.between import Net
from tests.journeys.conftest import PHONE, TIMEOUT_MS, Travels
from tests.journeys.serving import Service
from tests.uploads import camera

PHOTO = FilePayload(name="image.jpg", mimeType="image/jpeg", buffer=camera.jpeg(camera.a_scene(1600, 1200)))
NO_CONTACT = ["ERR_EMPTY_RESPONSE", "ERR_CONNECTION", "ERR_FAILED", "ERR_INTERNET"]
"""What the console says of every request that was broken off."""

QUIET_MS = 500

KEPT = """async (name) => new Promise((resolve, reject) => {
  const opening = indexedDB.open('ogon');
  opening.onerror = () => reject(opening.error);
  opening.onupgradeneeded = () => opening.transaction.abort();
  opening.onsuccess = () => {
    const all = opening.result.transaction(name).objectStore(name).getAll();
    all.onsuccess = () => { opening.result.close(); resolve(all.result); };
  };
})"""
OPENS_OFFLINE = """async () => Boolean(navigator.serviceWorker.controller
  && await caches.match('/rapportera', { ignoreVary: true }) && await caches.match('/utkorg', { ignoreVary: true }))"""


def sign_in(travels: Travels, net: Net, page: Page) -> None:
    """Open an invitation through the net; on to the form."""
    travels.watch.origin = net.address
    page.goto(travels.service.invitation(Role.REPORTER).replace(travels.service.address, net.address))
    page.wait_for_url("**/rapportera")


def a_phone(travels: Travels, net: Net, where: Address) -> Page:
    """A signed-in reporter's phone at an address, reached through the net."""
    page = travels.page(PHONE, at=where)
    sign_in(travels, net, page)
    return page


def a_phone_without_memory(travels: Travels, net: Net, worker: str = "allow", *, at: Address | None = None) -> Page:
    """Signed in, with an empty cache and nothing of ours in it. Cookies go by the host alone, whatever its port."""
    travels.watch.origin = net.address
    before = travels.browser.new_context(service_workers="block")
    before.new_page().goto(travels.service.invitation(Role.REPORTER))
    before.pages[0].wait_for_url("**/rapportera")
    state = before.storage_state()
    before.close()
    return travels.page(PHONE, at=at, service_workers=worker, storage_state=state)


def to_the_last_step(page: Page, category: str = "Skräp", photo: FilePayload | None = PHOTO) -> None:
    """Photo, what, where: three taps."""
    if photo is None:
        page.get_by_role("button", name="Utan foto").tap()
    else:
        page.locator("#camera").set_input_files(photo)
    page.get_by_role("radio", name=category).tap()
    page.locator(".place").first.tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Klart?")


def press_send(page: Page) -> None:
    """The fourth tap."""
    page.get_by_role("button", name="Skicka", exact=True).tap()


def queue(page: Page, category: str = "Skräp", photo: FilePayload | None = PHOTO) -> None:
    """A whole report while there is no contact; back at the start."""
    to_the_last_step(page, category, photo)
    press_send(page)
    expect(page.get_by_role("status").filter(has_text="Sparad på telefonen")).to_be_visible()
    page.get_by_role("button", name="Ny rapport").tap()


def reports_on(page: Page) -> list[dict[str, Any]]:
    """What the phone has in its outbox."""
    found: list[dict[str, Any]] = page.evaluate(KEPT, "reports")
    return found


def photos_on(page: Page) -> int:
    """How many photos the phone still holds."""
    return len(page.evaluate(KEPT, "photos"))


def states(page: Page) -> list[str]:
    """The states in the outbox, in alphabetical order."""
    return sorted(report["state"] for report in reports_on(page))


def contact(page: Page) -> None:
    """The phone notices that there may be contact again; on its way to another page it notices nothing."""
    with suppress(NoPage):
        page.evaluate("dispatchEvent(new Event('online'))")


def try_now(page: Page) -> None:
    """Press "Try now" on the list of what waits; it may have gone by itself by then, and the button with it."""
    page.get_by_role("button", name="Försök nu", include_hidden=True).evaluate("(button) => button.click()")


def until_receipt(page: Page) -> None:
    """The report has gone and its receipt has come, with a nudge now and then instead of the phone's own pauses."""

    def has_come() -> bool:
        contact(page)
        return "/kvitto/" in page.url

    until(has_come, "no receipt came")


def until(holds: Callable[[], object], why: str, *, within_ms: int = 3 * TIMEOUT_MS) -> None:
    """Wait until it holds; fails when it still does not."""
    end = time.monotonic() + within_ms / 1000
    while not holds():
        assert time.monotonic() < end, why
        time.sleep(0.1)


def until_quiet(page: Page, net: Net) -> None:
    """Nothing has been asked for in a while, and whatever was has its answer: the phone has fetched what it keeps."""

    def is_quiet() -> bool:
        before = len(net.seen)
        page.wait_for_timeout(QUIET_MS)
        return before == len(net.seen) == len(net.answered)

    until(is_quiet, "the phone goes on asking for something")


def until_it_opens_offline(page: Page) -> None:
    """The service worker has what it needs."""
    until(lambda: page.evaluate(OPENS_OFFLINE), "the pages are not kept")


def in_the_record(service: Service, ids: list[str] | None = None) -> list[str]:
    """Ids of the observations that the service has, of these or of all."""
    database = Database(service.settings.database_url)
    with database.reading() as session:
        found = [str(id) for id in session.scalars(sa.select(Observation.id))]
    database.dispose()
    return found if ids is None else [id for id in found if id in {str(uuid.UUID(each)) for each in ids}]


def until_sent(service: Service, page: Page, ids: list[str]) -> None:
    """The service has them all, with a nudge now and then."""

    def have_come() -> bool:
        contact(page)
        return len(in_the_record(service, ids)) == len(ids)

    until(have_come, "they did not go")

"""Background Sync: what waits is sent although no page of ours is open."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import CDPSession, Page

from tests.journeys.between import REPORTS, Net, between
from tests.journeys.conftest import Travels
from tests.journeys.phoning import (
    NO_CONTACT,
    a_phone,
    in_the_record,
    queue,
    reports_on,
    states,
    until,
    until_it_opens_offline,
)
from tests.journeys.serving import Service

QUIET_MS = 500
TAG = "ogon-outbox"


@pytest.fixture
def net(service: Service) -> Iterator[Net]:
    """What lies between the phone and the service."""
    with between(service.address) as net:
        yield net


def attempts(net: Net) -> int:
    """How often a report has been tried."""
    return net.seen.count(f"POST {REPORTS}")


def until_nothing_tries(page: Page, net: Net) -> None:
    """The attempts of the page that was closed, and of its worker, are over."""
    before = -1
    while before != (before := attempts(net)):
        page.wait_for_timeout(QUIET_MS)


def registration(page: Page, session: CDPSession, origin: str) -> str:
    """The number under which the browser has our service worker."""
    found: list[str] = []

    def told(event: dict[str, list[dict[str, str]]]) -> None:
        found.extend(one["registrationId"] for one in event["registrations"] if one["scopeURL"] == f"{origin}/")

    session.on("ServiceWorker.workerRegistrationUpdated", told)
    session.send("ServiceWorker.enable")

    def told_of() -> bool:
        page.wait_for_timeout(50)
        return bool(found)

    until(told_of, "the browser knows of no service worker")
    return found[0]


def test_what_waits_goes_without_a_page(travels: Travels, net: Net) -> None:
    """Kept in a cellar, the page closed, contact again: the browser wakes the worker, and the report is in the record.

    Control: woken without contact it sends nothing, and the report is still there to be sent.
    """
    travels.watch.expected += [*NO_CONTACT, "some still wait"]
    phone = a_phone(travels, net, travels.service.address_in("Norrgärdet"))
    until_it_opens_offline(phone)
    net.down = True
    queue(phone)
    [waiting] = [report["id"] for report in reports_on(phone)]
    elsewhere = phone.context.new_page()
    phone.close()
    session = elsewhere.context.new_cdp_session(elsewhere)
    sync = {"origin": net.address, "registrationId": registration(elsewhere, session, net.address)}
    sync |= {"tag": TAG, "lastChance": False}  # type: ignore[dict-item]  # whatever the protocol takes
    until_nothing_tries(elsewhere, net)
    tried = attempts(net)
    session.send("ServiceWorker.dispatchSyncEvent", sync)
    until(lambda: attempts(net) > tried, "the worker did not try")
    until_nothing_tries(elsewhere, net)
    assert [] == in_the_record(travels.service, [waiting])
    net.down = False
    elsewhere.wait_for_timeout(QUIET_MS)
    assert [] == in_the_record(travels.service, [waiting]), "control: nobody else sends it"

    session.send("ServiceWorker.dispatchSyncEvent", sync)
    until(lambda: in_the_record(travels.service, [waiting]), "it was not sent")

    assert ["about:blank"] == [page.url for page in elsewhere.context.pages]
    assert [waiting] == in_the_record(travels.service, [waiting])
    again = elsewhere.context.new_page()
    again.goto(net.address + "/utkorg")
    until(lambda: states(again) == ["sent"], "the phone does not know that it was sent")

"""How much a phone has to fetch: on the first day and on every day after it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.journeys.between import Net, between
from tests.journeys.conftest import Travels
from tests.journeys.phoning import a_phone_without_memory, until_it_opens_offline, until_quiet
from tests.journeys.serving import Service

FIRST_LOAD_BYTES = 60_000
REPEAT_BYTES = 1_000
FONT_SHOWN = "document.fonts.load('400 16px \"Schibsted Grotesk Variable\"').then((found) => found.length > 0)"


@pytest.fixture
def net(service: Service) -> Iterator[Net]:
    """Counts what comes to the phone, headers included."""
    with between(service.address) as net:
        yield net


@pytest.mark.parametrize("worker", ["block", "allow"])
def test_the_first_load_is_light_and_the_next_costs_nothing(travels: Travels, net: Net, worker: str) -> None:
    """Counted on the wire, headers included. What the service worker keeps comes after the page can be used."""
    page = a_phone_without_memory(travels, net, worker)
    net.bytes_to_phone, net.seen[:], net.answered[:] = 0, [], []
    page.goto(net.address + "/rapportera", wait_until="networkidle")
    print(f"\nfirst load, {worker}: {net.bytes_to_phone} bytes in {len(net.seen)} answers")
    if worker == "block":
        assert 20_000 < net.bytes_to_phone <= FIRST_LOAD_BYTES
        return
    until_it_opens_offline(page)
    until_quiet(page, net)
    net.bytes_to_phone, net.seen[:] = 0, []
    page.reload(wait_until="networkidle")
    expect(page.get_by_role("button", name="Ta ett foto")).to_be_visible()

    assert ["GET /rapportera"] == [line for line in net.seen if line != "GET /sw.js"]
    print(f"again: {net.bytes_to_phone} bytes")
    assert net.bytes_to_phone <= REPEAT_BYTES
    assert page.evaluate(FONT_SHOWN)

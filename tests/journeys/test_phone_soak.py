"""Many reports over a net that breaks off at random, tabs that end in the middle: each arrives once.

FAULTS=200 makes a long run of it and prints the seed; PHONE_SEED repeats one.
"""

import os
import random
import uuid
from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from observations.places.tables import Address
from tests.journeys.between import PROBLEM, Answer, Cut, Net, between
from tests.journeys.conftest import Travels
from tests.journeys.phoning import (
    NO_CONTACT,
    a_phone,
    contact,
    in_the_record,
    reports_on,
    until,
    until_it_opens_offline,
)
from tests.journeys.serving import Service

FEW = 8
HAPPENS: list[Cut | Answer | None] = [
    *Cut,
    None,
    Answer(500),
    Answer(503, headers={"Content-Type": PROBLEM, "Retry-After": "1"}),
    Answer(429, headers={"Content-Type": PROBLEM, "Retry-After": "1"}),
    Answer(200, "<h1>Welcome to our hotel</h1>", {"Content-Type": "text/html"}),
]
ADD = """async ([module, id, careless]) => {
  const { outbox, send } = await import(module);
  const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 240 });
  canvas.getContext('2d').fillRect(0, 0, 160, 240);
  const photo = await new Promise((resolve) => { canvas.toBlob(resolve, 'image/jpeg'); });
  const fields = { id, category: 'SKR', observed_at: new Date().toISOString(), address: `Vid ${id}` };
  if (!careless) { await outbox.add(fields, [photo]); send(); return; }
  for (let tries = 0; tries < 5; tries += 1) {
    const body = new FormData();
    if (careless === 'new id') fields.id = crypto.randomUUID();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    const answer = await fetch('/api/v1/observations', { method: 'POST', body }).catch(() => null);
    if (answer || careless === 'no second try') return;
  }
}"""
MODULE = "new URL('phone.js', document.querySelector('script[src*=\"/js/\"]').src).href"


@pytest.fixture
def net(service: Service) -> Iterator[Net]:
    """What lies between the phone and the service."""
    with between(service.address) as net:
        yield net


def test_every_report_arrives_once(travels: Travels, net: Net) -> None:
    """Cut off, answered with nonsense, reloaded, closed in the middle of it, from two tabs at once."""
    rounds, seed = int(os.environ.get("FAULTS") or FEW), int(os.environ.get("PHONE_SEED") or random.randrange(10**6))
    chance, sent = random.Random(seed), list[str]()
    travels.watch.expected += [*NO_CONTACT, "Failed to load resource", "Failed to fetch"]
    before = Counter(in_the_record(travels.service))
    page = a_phone(travels, net, travels.service.address_in("Norrgärdet"))
    until_it_opens_offline(page)
    for _ in range(rounds):
        net.faults.append(chance.choice(HAPPENS))
        sent.append(str(uuid.uuid4()))
        page.evaluate(ADD, [page.evaluate(MODULE), sent[-1], ""])
        page = interrupted(page, net, chance)
    net.down = False
    net.faults.clear()
    until(lambda: all_sent(page), f"some still wait; seed {seed}")

    assert [] == wrong(travels.service, before, sent), f"seed {seed}"
    assert sorted(sent) == sorted(report["id"] for report in reports_on(page))


@pytest.mark.parametrize(("careless", "fault"), [("new id", Cut.AFTER), ("no second try", Cut.HALFWAY)])
def test_a_careless_phone_is_noticed(travels: Travels, net: Net, careless: str, fault: Cut) -> None:
    """Control: a phone that gives each attempt an id of its own doubles, one that tries once loses."""
    travels.watch.expected += NO_CONTACT
    before = Counter(in_the_record(travels.service))
    where: Address = travels.service.address_in("Norrgärdet")
    page = a_phone(travels, net, where)
    net.faults.append(fault)
    sent = [str(uuid.uuid4())]
    page.evaluate(ADD, [page.evaluate(MODULE), sent[0], careless])

    assert wrong(travels.service, before, sent)


def interrupted(page: Page, net: Net, chance: random.Random) -> Page:
    """Something that happens to a phone in the middle of sending; the page that one goes on with."""
    page.wait_for_timeout(chance.choice([0, 30, 100, 300]))
    what = chance.choice(["nothing", "reload", "end", "two tabs", "down", "up"])
    net.down = what == "down"
    if what == "reload":
        page.reload()
    elif what in ("end", "two tabs"):
        other = page.context.new_page()
        other.goto(net.address + "/utkorg")
        contact(other)
        page.close()
        return other
    contact(page)
    return page


def all_sent(page: Page) -> bool:
    """Whether nothing waits any more; a nudge if something does."""
    contact(page)
    return all(report["state"] == "sent" for report in reports_on(page))


def wrong(service: Service, before: "Counter[str]", sent: list[str]) -> list[str]:
    """Reports that were lost, and ones that are there and should not be."""
    new = Counter(in_the_record(service)) - before
    return [f"lost: {id}" for id in sent if id not in new] + [f"doubled: {id}" for id in new if id not in sent]

"""Samma? What others have reported nearby is shown before a report is sent, and counted once more instead."""

import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

import uploads
from observations.clock import now
from observations.database import Database
from observations.places.tables import Address
from observations.record import photos
from observations.record.categories import Category
from observations.record.tables import Observation, Sighting
from tests.builders import an_observation
from tests.journeys.between import Net, between
from tests.journeys.conftest import PHONE, Travels
from tests.journeys.phoning import NO_CONTACT, PHOTO, a_phone, contact, reports_on, sign_in, states, until
from tests.journeys.serving import Service
from tests.uploads import camera
from uploads.stores import open_store

AREA = "Lindhagen"
LOADED = "document.querySelector('.same img').naturalWidth > 0"


@pytest.fixture
def net(service: Service) -> Iterator[Net]:
    """Lies between this test's phone and the service."""
    with between(service.address) as net:
        yield net


@pytest.fixture
def where(service: Service) -> Address:
    """Where the phone is."""
    return service.address_in(AREA)


@pytest.fixture
def reported(service: Service, where: Address) -> Iterator[Observation]:
    """Graffiti that is accepted, with a photo that was looked through, some metres from there."""
    database = Database(service.settings.database_url)
    with database.writing() as session:
        made = an_observation(
            session,
            category=Category.KLO,
            observed_at=now(),
            received_at=now(),
            latitude=where.latitude + 0.0001,
            longitude=where.longitude,
            address=where.label,
        )
        picture = uploads.sanitise(camera.jpeg(camera.a_scene(1600, 1200)))
        row = photos.store(open_store(service.settings.photo_store), picture, 0)
        row.screened_at = now()
        made.photos.append(row)
        session.commit()
    yield made
    with database.writing() as session:
        session.execute(sa.delete(Sighting))
        session.delete(session.get_one(Observation, made.number))
        session.commit()
    database.dispose()


def stand_before(phone: Page, category: str = "Klotter") -> None:
    """Photo, what, where."""
    phone.locator("#camera").set_input_files(PHOTO)
    phone.get_by_role("radio", name=category).tap()
    phone.locator(".place").first.tap()


def seen(service: Service, observation: Observation) -> int:
    """How often the record has it as seen again."""
    database = Database(service.settings.database_url)
    with database.reading() as session:
        query = sa.select(sa.func.count()).where(Sighting.observation_number == observation.number)
        count: int = session.scalars(query).one()
    database.dispose()
    return count


def test_what_is_there_already_is_counted_and_not_reported_again(
    travels: Travels, net: Net, where: Address, service: Service, reported: Observation
) -> None:
    """Its photo, how far and since when; two taps by cold fingers say once that it is there, and no photo leaves."""
    phone = a_phone(travels, net, where)
    stand_before(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Samma?")
    until(lambda: phone.evaluate(LOADED), "no photo of it")
    expect(phone.locator("[data-same-said]")).to_contain_text("11 m härifrån")
    travels.look_at(phone, "phone-40-same")
    phone.get_by_role("button", name="Ja, fortfarande kvar").evaluate("(button) => { button.click(); button.click(); }")
    expect(phone.get_by_role("heading", name="Noterat")).to_be_visible()
    travels.look_at(phone, "phone-41-noted")

    assert (1, []) == (seen(service, reported), net.reports)
    phone.get_by_role("link", name="På telefonen").tap()
    expect(phone.get_by_text("Finns kvar")).to_be_visible()


def test_what_is_new_is_reported_and_not_asked_about_twice(
    travels: Travels, net: Net, where: Address, service: Service, reported: Observation
) -> None:
    """On with the photo; back and on again one is not asked again, but about the next report one is."""
    phone = a_phone(travels, net, where)
    stand_before(phone)
    phone.get_by_role("button", name="Nej, nytt").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Klart?")
    phone.get_by_role("button", name="Ändra var").tap()
    phone.locator(".place").first.tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Klart?")
    phone.get_by_role("button", name="Skicka", exact=True).tap()
    phone.wait_for_url("**/kvitto/*")
    phone.get_by_role("link", name="Ny rapport").tap()
    stand_before(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Samma?")
    phone.go_back()
    phone.go_back()
    phone.get_by_role("radio", name="Skräp").tap()
    phone.locator(".place").first.tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Klart?")

    assert (0, 1) == (seen(service, reported), len(net.reports))


def test_that_it_is_still_there_waits_for_contact_too(
    travels: Travels, net: Net, where: Address, service: Service, reported: Observation
) -> None:
    """Kept on the phone like a report, and counted once, also where the first answer is lost on its way."""
    phone = a_phone(travels, net, where)
    travels.watch.expected += NO_CONTACT
    stand_before(phone)
    expect(phone.get_by_role("button", name="Ja, fortfarande kvar")).to_be_visible()
    net.down = True
    phone.get_by_role("button", name="Ja, fortfarande kvar").tap()
    expect(phone.get_by_role("heading", name="Sparad på telefonen")).to_be_visible()
    assert 0 == seen(service, reported)
    assert ["seen"] == [kept["kind"] for kept in reports_on(phone)]
    net.unheard.add("/sightings")
    net.down = False

    def has_come() -> bool:
        contact(phone)
        return seen(service, reported) == 1

    until(has_come, "it did not come")
    assert ["sent"] != states(phone), "the service has it and the phone has not heard so"
    net.unheard.clear()

    def has_gone() -> bool:
        contact(phone)
        return ["sent"] == states(phone)

    until(has_gone, "it still waits")
    expect(phone.get_by_role("heading", name="Noterat")).to_be_visible()
    assert 1 == seen(service, reported)


def test_on_a_net_that_hangs_nobody_is_kept_waiting(
    travels: Travels, net: Net, where: Address, reported: Observation
) -> None:
    """The part that asks does not come: the report goes on without the question."""
    phone = travels.page(PHONE, at=where, service_workers="block")
    sign_in(travels, net, phone)
    gate = net.gates["/js/same.js"] = threading.Event()
    stand_before(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Klart?")
    gate.set()

    assert reported.category is Category.KLO, "control: there was something to ask about"


def test_without_contact_nobody_is_kept_waiting(
    travels: Travels, net: Net, where: Address, service: Service, reported: Observation
) -> None:
    """Control: the same report at the same place, offline: nothing is asked, and the report is sent later."""
    phone = a_phone(travels, net, where)
    travels.watch.expected += NO_CONTACT
    phone.locator("#camera").set_input_files(PHOTO)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Vad?")
    net.down = True
    phone.get_by_role("radio", name="Klotter").tap()
    phone.locator(".place").first.tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Klart?")

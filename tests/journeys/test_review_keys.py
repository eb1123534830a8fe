"""The queue by keyboard, in a real browser: every key does what its button does, and none while one types."""

import uuid
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from observations.access import Role
from observations.clock import now
from observations.database import Database
from observations.record.tables import Observation
from observations.record.workflow import Review
from tests.builders import an_observation
from tests.journeys.conftest import DESK, Travels

STREETS = ("Tangentvägen 1", "Tangentvägen 2", "Tangentvägen 3")


@pytest.fixture
def waiting(travels: Travels) -> Iterator[list[uuid.UUID]]:
    """Three urgent reports, which therefore stand first in the queue; taken away again afterwards."""
    database = Database(travels.service.settings.database_url)
    with database.writing() as session:
        made = [
            an_observation(
                session,
                address=street,
                note="Ring 070-174 06 58",
                review=Review.RECEIVED,
                urgent=True,
                observed_at=now(),
            )
            for street in STREETS
        ]
        session.commit()
    yield [observation.id for observation in made]
    with database.writing() as session:
        for observation in made:
            session.delete(session.get_one(Observation, observation.number))
        session.commit()
    database.dispose()


def state(travels: Travels, id: uuid.UUID) -> Review:
    """What the database says of the report."""
    database = Database(travels.service.settings.database_url)
    with database.reading() as session:
        found = session.scalars(sa.select(Observation.review).where(Observation.id == id)).one()
    database.dispose()
    return found


def at(page: Page, street: str) -> None:
    """The report in front is that one."""
    expect(page.get_by_role("heading", level=1)).to_have_text(street)


def test_the_queue_is_worked_through_without_a_mouse(travels: Travels, waiting: list[uuid.UUID]) -> None:
    """Skip, back, accept, undo, strike out, reject: one key each."""
    page = travels.signed_in(Role.COORDINATOR, DESK)
    page.goto(f"{travels.service.address}/granska/{waiting[0]}")
    at(page, STREETS[0])
    travels.look_at(page, "review-1-item")

    page.keyboard.press("j")
    at(page, STREETS[1])
    page.keyboard.press("f")
    at(page, STREETS[0])
    page.keyboard.press("t")
    expect(page.locator(".quoted")).to_have_text("Ring […]")
    page.keyboard.press("Enter")
    at(page, STREETS[1])
    expect(page.get_by_role("status")).to_contain_text(f"Godkänd: Klotter, {STREETS[0]}")
    assert Review.ACCEPTED is state(travels, waiting[0])
    page.keyboard.press("z")
    at(page, STREETS[0])
    assert Review.RECEIVED is state(travels, waiting[0])

    page.keyboard.press("x")
    expect(page.get_by_label("Visar eller nämner en person")).to_be_focused()
    travels.look_at(page, "review-2-reject")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    at(page, STREETS[1])
    assert Review.REJECTED is state(travels, waiting[0])


def test_no_key_acts_while_one_types(travels: Travels, waiting: list[uuid.UUID]) -> None:
    """Words with g, x, j and z in them are words; Escape closes the row, and then the keys work again."""
    page = travels.signed_in(Role.COORDINATOR, DESK)
    page.goto(f"{travels.service.address}/granska/{waiting[0]}")
    page.keyboard.press("e")
    field = page.get_by_label("Texten")
    expect(field).to_be_focused()
    field.fill("")
    page.keyboard.type("gxjfzkpntb?")
    expect(field).to_have_value("gxjfzkpntb?")
    page.keyboard.press("Control+g")
    at(page, STREETS[0])
    assert Review.RECEIVED is state(travels, waiting[0])

    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    page.keyboard.press("k")
    expect(page.get_by_label("Klotter")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".decision-row").first).to_contain_text("Skadegörelse")
    assert Review.RECEIVED is state(travels, waiting[0])


def test_the_keys_can_be_switched_off(travels: Travels, waiting: list[uuid.UUID]) -> None:
    """Somebody who speaks to the computer must not accept by a stray letter (WCAG 2.1.4)."""
    page = travels.signed_in(Role.COORDINATOR, DESK)
    page.goto(f"{travels.service.address}/granska/{waiting[0]}")
    page.keyboard.press("?")
    travels.look_at(page, "review-3-keys")
    page.get_by_label("Använd tangenter på den här datorn").uncheck()
    page.reload()
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    page.wait_for_timeout(500)
    at(page, STREETS[0])
    assert Review.RECEIVED is state(travels, waiting[0])


def test_everything_works_without_scripts(travels: Travels, waiting: list[uuid.UUID]) -> None:
    """The rows open, the forms send, the way on is there."""
    page = travels.signed_in(Role.COORDINATOR, DESK)
    page = travels.page(DESK, java_script_enabled=False, storage_state=page.context.storage_state())
    page.goto(f"{travels.service.address}/granska/{waiting[0]}")
    page.locator("summary", has_text="Vad").click()
    page.get_by_label("Glaskross", exact=True).check()
    page.get_by_role("button", name="Spara", exact=True).click()
    expect(page.locator(".decision-row").first).to_contain_text("Glaskross")
    page.get_by_role("button", name="Godkänn").click()
    at(page, STREETS[1])
    assert Review.ACCEPTED is state(travels, waiting[0])

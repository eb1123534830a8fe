"""Boxes on the photo in a real browser: drawn, moved, sized and taken away by mouse, by keys and by finger."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from observations.access import Role
from observations.clock import now
from observations.database import Database
from observations.record import photos, redaction
from observations.record.tables import Observation
from observations.record.workflow import Review
from tests.builders import an_observation
from tests.journeys.conftest import DESK, PHONE, Travels
from tests.uploads.faces import a_photo_of_a_face
from uploads import Box, recognizers, sanitise
from uploads.recognizers import Kind, Suggestion
from uploads.stores import PhotoStore, open_store

FACE = Suggestion(Kind.FACE, Box(0.35, 0.3, 0.65, 0.7))


class Bench:
    """One urgent report with two photos, and what has become of them."""

    def __init__(self, travels: Travels) -> None:
        self.travels = travels
        self.database = Database(travels.service.settings.database_url)
        self.store: PhotoStore = open_store(travels.service.settings.photo_store)
        with self.database.writing() as session:
            report = an_observation(
                session, address="Rutvägen 1", review=Review.RECEIVED, urgent=True, observed_at=now()
            )
            for position in range(2):
                photo = photos.store(self.store, sanitise(a_photo_of_a_face(240)), position)
                photo.screened_at = now()
                redaction.suggest(photo, [FACE] if position == 0 else [])
                report.photos.append(photo)
            session.commit()
            self.number, self.id = report.number, report.id

    def page(self, size: dict[str, object], photo: int = 1) -> Page:
        """The report in front of a coordinator."""
        page = self.travels.signed_in(Role.COORDINATOR, size)
        page.goto(f"{self.travels.service.address}/granska/{self.id}?photo={photo}")
        expect(page.get_by_role("heading", level=1)).to_have_text("Rutvägen 1")
        return page

    def colour(self, photo: int, across: float, down: float) -> tuple[int, ...]:
        """What the stored picture shows there."""
        with self.database.reading() as session:
            name = session.get_one(Observation, self.number).photos[photo - 1].name
        picture = Image.open(BytesIO(self.store.get(name))).convert("RGB")
        found = picture.getpixel((int(across * picture.width), int(down * picture.height)))
        assert isinstance(found, tuple)
        return found

    def review(self) -> Review:
        """How far it has come."""
        with self.database.reading() as session:
            return session.get_one(Observation, self.number).review

    def clear(self) -> None:
        """Take it away again."""
        with self.database.writing() as session:
            report = session.get_one(Observation, self.number)
            photos.forget(session, report, at=now())
            session.delete(report)
            session.commit()
        self.database.dispose()


@pytest.fixture
def bench(travels: Travels) -> Iterator[Bench]:
    """The report, gone afterwards."""
    bench = Bench(travels)
    yield bench
    bench.clear()


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """The mouse from one place on the photo to another, in fractions of it."""
    frame = page.locator(".picture").bounding_box()
    assert frame
    points = [(frame["x"] + x * frame["width"], frame["y"] + y * frame["height"]) for x, y in (start, end)]
    page.mouse.move(*points[0])
    page.mouse.down()
    page.mouse.move(*points[1], steps=4)
    page.mouse.up()


def edges(box: Locator) -> tuple[float, ...]:
    """Left, top, right, bottom of a drawn box, in fractions."""
    rect = box.locator(".box-black")
    x, y, width, height = (
        float((rect.get_attribute(name) or "").rstrip("%")) / 100 for name in ("x", "y", "width", "height")
    )
    return x, y, x + width, y + height


def about(edges: tuple[float, ...]) -> Any:
    """These, but for what a screen's pixels leave open."""
    return pytest.approx(edges, abs=0.015)


def test_boxes_are_drawn_moved_and_burned_in_with_the_mouse(bench: Bench) -> None:
    """What is drawn on one photo survives a look at the other, and Accept burns in all of it."""
    page = bench.page(DESK)
    expect(page.locator(".box-label")).to_have_text("Förslag: ansikte")
    bench.travels.look_at(page, "boxes-1-suggested")
    drag(page, (0.1, 0.1), (0.3, 0.3))
    box = page.locator(".box")
    assert about((0.1, 0.1, 0.3, 0.3)) == edges(box)
    drag(page, (0.2, 0.2), (0.3, 0.2))
    assert about((0.2, 0.1, 0.4, 0.3)) == edges(box)
    drag(page, (0.4, 0.3), (0.7, 0.75))
    assert about((0.2, 0.1, 0.7, 0.75)) == edges(box)
    expect(page.get_by_role("button", name="Godkänn, 1 ruta")).to_be_visible()
    bench.travels.look_at(page, "boxes-2-drawn")

    page.keyboard.press("b")
    expect(page.locator(".box")).to_have_count(0)
    drag(page, (0.0, 0.0), (0.2, 0.2))
    expect(page.get_by_role("button", name="Godkänn, 2 rutor")).to_be_visible()
    page.keyboard.press("b")
    assert about((0.2, 0.1, 0.7, 0.75)) == edges(page.locator(".box"))
    page.get_by_role("button", name="Godkänn, 2 rutor").click()
    expect(page.get_by_role("status").first).to_contain_text("Rutvägen 1")

    assert Review.ACCEPTED is bench.review()
    assert [(0, 0, 0)] * 2 == [bench.colour(1, 0.45, 0.4), bench.colour(2, 0.1, 0.1)]
    assert (0, 0, 0) != bench.colour(2, 0.5, 0.5)


def test_boxes_are_made_by_keys_alone(bench: Bench) -> None:
    """R makes one, arrows move it, with Shift they size it, Delete takes it away, M burns in; Enter accepts nothing."""
    page = bench.page(DESK, photo=2)
    page.keyboard.press("r")
    box = page.locator(".box")
    expect(box).to_be_focused()
    for key in ("ArrowLeft", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown", "Shift+ArrowDown"):
        page.keyboard.press(key)
    assert about((0.39, 0.39, 0.6, 0.61)) == edges(box)
    page.keyboard.press("Enter")
    page.keyboard.press("r")
    expect(box).to_have_count(2)
    page.keyboard.press("Delete")
    expect(box).to_have_count(1)
    expect(box).to_be_focused()
    assert Review.RECEIVED is bench.review()
    page.keyboard.press("m")
    expect(box).to_have_count(0)

    assert (0, 0, 0) == bench.colour(2, 0.5, 0.5)


def test_suggestions_are_answered_by_one_key(bench: Bench) -> None:
    """Enter is told that one is open; A covers it; then Enter accepts."""
    page = bench.page(DESK)
    bench.travels.watch.expected.append("422 (UNPROCESSABLE ENTITY)")
    page.keyboard.press("Enter")
    expect(page.locator("#suggestions-error")).to_be_visible()
    bench.travels.look_at(page, "boxes-3-unanswered")
    page.keyboard.press("a")
    expect(page.locator(".box-label")).to_have_count(0)
    assert (0, 0, 0) == bench.colour(1, 0.5, 0.5)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Rutvägen 1")

    assert Review.ACCEPTED is bench.review()


def test_a_drawn_box_outlives_what_else_is_burned_in(bench: Bench) -> None:
    """A suggestion that is used in between takes nothing with it; Escape and Enter then accept, boxes and all."""
    page = bench.page(DESK)
    drag(page, (0.05, 0.05), (0.2, 0.2))
    page.keyboard.press("a")
    expect(page.locator(".box-label")).to_have_count(0)
    assert about((0.05, 0.05, 0.2, 0.2)) == edges(page.locator(".box"))
    page.locator(".box").focus()
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Rutvägen 1")

    assert [(0, 0, 0)] * 2 == [bench.colour(1, 0.1, 0.1), bench.colour(1, 0.5, 0.5)]
    page.goto(f"{bench.travels.service.address}/granska/{bench.id}")
    expect(page.locator(".box")).to_have_count(0)


def test_a_box_is_drawn_and_taken_away_with_a_finger(bench: Bench) -> None:
    """A tap makes a box of an ordinary size; without the tool a finger scrolls as everywhere."""
    page = bench.page(PHONE, photo=2)
    page.locator(".picture").tap(position={"x": 60, "y": 60})
    expect(page.locator(".box")).to_have_count(0)
    page.get_by_role("button", name="Rita ruta").tap()
    page.locator(".picture").tap(position={"x": 60, "y": 60})
    box = page.locator(".box")
    expect(box).to_have_count(1)
    frame = page.locator(".picture").bounding_box()
    assert frame
    bench.travels.look_at(page, "boxes-4-finger")
    page.get_by_role("button", name="Ta bort rutan").tap()
    expect(box).to_have_count(0)
    page.locator(".picture").tap(position={"x": 60, "y": 60})
    page.get_by_role("button", name="Täck nu").tap()
    expect(box).to_have_count(0)

    assert (0, 0, 0) == bench.colour(2, 60 / frame["width"], 60 / frame["height"])


@pytest.mark.skipif(not recognizers.installed(), reason="no recognizer is installed on this machine")
def test_the_server_itself_finds_a_face_after_the_answer(bench: Bench) -> None:
    """From the report to the suggestion, by the real server and its own process."""
    with bench.database.writing() as session:
        photo = session.get_one(Observation, bench.number).photos[1]
        photo.screened_at = None
        session.commit()
    page = bench.page(DESK, photo=2)
    for _ in range(60):
        if page.locator(".box-label").count():
            break
        page.wait_for_timeout(500)
        page.reload()

    expect(page.locator(".box-label")).to_have_text("Förslag: ansikte")

"""Boxes on the coordinator's page: suggested, drawn, skipped, burned in, as a browser without scripts sends them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from observations.access import Role
from observations.database import Database
from observations.record import redaction
from observations.record.tables import Observation, Photo
from observations.record.workflow import Review
from observations.web import Runtime
from tests.conftest import ClientFor
from tests.intake.drafts import NOW
from tests.review.looking import Make, a_photo_in_the_store, events, now_is, words
from tests.uploads.looking import colour_at
from uploads import Box
from uploads.recognizers import Kind, Suggestion
from uploads.stores import StoreUnavailable

FACE = Suggestion(Kind.FACE, Box(0.1, 0.1, 0.3, 0.4))
OTHER = Suggestion(Kind.FACE, Box(0.6, 0.5, 0.8, 0.95))
BLACK, NAVY = (0, 0, 0), (0, 0, 128)
Pictured = Callable[..., Observation]


@pytest.fixture
def pictured(app: Flask, database: Database, report: Make) -> Pictured:
    """Makes reports that wait, with one photo that was looked through; what was found in it is to be named."""

    def make(*found: Suggestion, screened: bool = True, **named: Any) -> Observation:
        made = report(**named)
        a_photo_in_the_store(app, database, made)
        with database.writing() as session:
            photo = session.get_one(Observation, made.number).photos[0]
            redaction.suggest(photo, found)
            photo.screened_at = NOW if screened else None
            session.commit()
        return made

    return make


def photo_of(database: Database, report: Observation) -> Photo:
    """Its only photo, as the database has it."""
    with database.reading() as session:
        return session.get_one(Observation, report.number).photos[0]


def value(database: Database, report: Observation, box: Box) -> str:
    """The box as a form writes it."""
    return f"{photo_of(database, report).id}:{','.join(map(str, redaction.corners(box)))}"


def shown(app: Flask, database: Database, report: Observation, across: float, down: float) -> tuple[int, int, int]:
    """The colour of what is shown, at a place in fractions."""
    runtime: Runtime = app.extensions["ogon"]
    red, green, blue = colour_at(runtime.store.get(photo_of(database, report).name), across, down)
    return (red // 8 * 8, green // 8 * 8, blue // 8 * 8)


def look_finds(app: Flask, look: Callable[[bytes], Sequence[Suggestion]] | None) -> None:
    """From now on this is what looks through photos."""
    app.extensions["ogon"] = replace(app.extensions["ogon"], look=look)


def test_a_drawn_box_is_burned_in(app: Flask, browser: FlaskClient, database: Database, pictured: Pictured) -> None:
    """And the coordinator stays with the report."""
    report = pictured()
    data = {"photo": "1", "box": value(database, report, Box(0, 0, 0.5, 1))}
    answer = browser.post(f"/granska/{report.id}/maskera", data=data)

    assert (303, f"/granska/{report.id}?photo=1") == (answer.status_code, answer.location)
    assert (BLACK, NAVY) == (shown(app, database, report, 0.2, 0.5), shown(app, database, report, 0.8, 0.5))
    assert ["photo.redacted"] == events(database, report)
    assert Review.RECEIVED is now_is(database, report).review


def test_a_suggestion_is_asked_about(browser: FlaskClient, pictured: Pictured) -> None:
    """On the photo and beside it, with its two answers and their keys."""
    page = browser.get(f"/granska/{pictured(FACE).id}").text

    assert "Ett ansikte? Går det att känna igen någon ska det täckas. Använd Låt vara" in words(page)
    assert "Förslag: ansikte" in words(page)
    assert re.search(r'<rect class="box-dash" x="10.0%" y="10.0%" width="20.0%" height="30.0%"/>', page)
    assert "Genomsökt" not in page


def test_several_suggestions_are_answered_one_by_one_or_together(
    browser: FlaskClient, database: Database, pictured: Pictured
) -> None:
    """Numbered on the photo; a label at an edge does not stick out."""
    report = pictured(FACE, OTHER)
    page = browser.get(f"/granska/{report.id}").text

    assert "Nummer 1 av 2" in words(page)
    assert "Använd alla 2" in words(page)
    for box in (FACE.box, OTHER.box):
        assert f'<input type="hidden" name="box" value="{value(database, report, box)}">' in page


def test_a_suggestion_that_is_used_is_burned_in_and_answered(
    app: Flask, browser: FlaskClient, database: Database, pictured: Pictured
) -> None:
    """One press."""
    report = pictured(FACE)
    browser.post(f"/granska/{report.id}/maskera", data={"box": value(database, report, FACE.box)})

    assert BLACK == shown(app, database, report, 0.2, 0.25)
    assert photo_of(database, report).suggestions is None


def test_a_suggestion_that_is_skipped_changes_no_pixel(
    browser: FlaskClient, database: Database, pictured: Pictured
) -> None:
    """A drawn face on a poster may stay; pressing twice is harmless."""
    report = pictured(FACE)
    before = photo_of(database, report)
    data = {"skip": value(database, report, FACE.box)}
    answers = [browser.post(f"/granska/{report.id}/maskera", data=data) for _ in range(2)]
    after = photo_of(database, report)

    assert [303, 303] == [answer.status_code for answer in answers]
    assert (before.name, None) == (after.name, after.suggestions)
    assert ["photo.suggestion_skipped"] == events(database, report)


def test_a_report_with_an_open_suggestion_is_not_accepted(
    browser: FlaskClient, database: Database, pictured: Pictured
) -> None:
    """Enter alone does not wave a face through."""
    report = pictured(FACE)
    answer = browser.post(f"/granska/{report.id}/godkann", data={"version": 1})

    assert 422 == answer.status_code
    assert "Ett förslag på ruta väntar på svar" in answer.text
    assert Review.RECEIVED is now_is(database, report).review


def test_accepting_burns_in_what_was_drawn(
    app: Flask, browser: FlaskClient, database: Database, pictured: Pictured
) -> None:
    """One press for both; a suggestion beneath the box is answered by it."""
    report = pictured(FACE)
    data = {"version": 1, "box": value(database, report, Box(0.05, 0.05, 0.35, 0.45))}
    answer = browser.post(f"/granska/{report.id}/godkann", data=data)

    assert 303 == answer.status_code
    assert Review.ACCEPTED is now_is(database, report).review
    assert BLACK == shown(app, database, report, 0.2, 0.25)
    assert ["photo.redacted", "review.accepted"] == events(database, report)


def test_a_photo_that_nobody_has_looked_through_is_looked_through_before_it_is_accepted(
    app: Flask, browser: FlaskClient, database: Database, pictured: Pictured
) -> None:
    """A report may be accepted seconds after it came; its suggestions then come first."""
    look_finds(app, lambda _jpeg: [FACE])
    report = pictured(screened=False)
    assert "inte genomsökt efter ansikten än" in browser.get(f"/granska/{report.id}").text
    answer = browser.post(f"/granska/{report.id}/godkann", data={"version": 1})

    assert 422 == answer.status_code
    assert "Förslag: ansikte" in words(answer.text)
    assert Review.RECEIVED is now_is(database, report).review


def test_without_a_recognizer_the_page_says_so_and_people_decide(
    app: Flask, browser: FlaskClient, database: Database, pictured: Pictured
) -> None:
    """Boxes are drawn by hand alone, and work goes on."""
    look_finds(app, None)
    report = pictured(screened=False)
    page = browser.get(f"/granska/{report.id}").text
    browser.post(f"/granska/{report.id}/godkann", data={"version": 1})

    assert "Den här servern letar inte efter ansikten. Titta själv." in page
    assert Review.ACCEPTED is now_is(database, report).review


def test_a_photo_whose_boxes_are_not_burned_in_yet_is_shown_to_nobody(
    app: Flask, browser: FlaskClient, database: Database, pictured: Pictured
) -> None:
    """Not the whole, not a smaller copy, not by the API; the page says why."""

    class Full:
        """A store whose disk is full."""

        def __getattr__(self, name: str) -> Any:
            return getattr(whole.store, name)

        def put(self, name: str, data: bytes) -> None:
            raise StoreUnavailable("No space left on device")

    report = pictured()
    photo = photo_of(database, report)
    whole: Runtime = app.extensions["ogon"]
    app.extensions["ogon"] = replace(whole, store=Full())
    data = {"box": value(database, report, FACE.box)}
    page = browser.post(f"/granska/{report.id}/maskera", data=data, follow_redirects=True)

    assert "Rutorna är sparade och bränns in snart" in page.text
    assert "Ingen ser fotot förrän det är klart" in page.text
    for path in (f"/foto/{photo.id}", f"/foto/{photo.id}?size=320", f"/api/v1/photos/{photo.id}"):
        assert (503, True) == ((answer := browser.get(path)).status_code, "Retry-After" in answer.headers)


@pytest.mark.parametrize("box", ["", "x", "0,0,1", "0,0,2,1", "nan,0,1,1", "0.5,0,0.5,1", "0,0,1,1,1", "inf,0,1,1"])
def test_a_box_that_no_page_would_send_is_refused(
    browser: FlaskClient, database: Database, pictured: Pictured, box: str
) -> None:
    """With a sentence, and nothing is changed."""
    report = pictured()
    for route, name in (("maskera", "box"), ("maskera", "skip"), ("godkann", "box")):
        data = {"version": 1, name: f"{photo_of(database, report).id}:{box}"}
        answer = browser.post(f"/granska/{report.id}/{route}", data=data)
        assert (422, True) == (answer.status_code, "En ruta måste ligga på fotot" in answer.text)
    assert [] == events(database, report)


def test_more_boxes_than_anybody_draws_are_refused(
    browser: FlaskClient, database: Database, pictured: Pictured
) -> None:
    """A page full of them means that the photo should be rejected."""
    report = pictured()
    data = {"box": [value(database, report, FACE.box)] * 51}

    assert 422 == browser.post(f"/granska/{report.id}/maskera", data=data).status_code


def test_a_box_on_another_reports_photo_does_nothing(
    browser: FlaskClient, database: Database, pictured: Pictured
) -> None:
    """Each page decides about its own report only."""
    mine, other = pictured(), pictured()
    browser.post(f"/granska/{mine.id}/maskera", data={"box": value(database, other, FACE.box)})

    assert ([], []) == (events(database, mine), events(database, other))


def test_an_accepted_report_can_still_get_boxes(
    app: Flask, browser: FlaskClient, database: Database, pictured: Pictured
) -> None:
    """Who sees it later covers it then."""
    report = pictured(review=Review.ACCEPTED)
    browser.post(f"/granska/{report.id}/maskera", data={"box": value(database, report, FACE.box)})

    assert BLACK == shown(app, database, report, 0.2, 0.25)
    assert Review.ACCEPTED is now_is(database, report).review


def test_photos_that_wait_are_left_in_no_browser(browser: FlaskClient, database: Database, pictured: Pictured) -> None:
    """What they show is not decided yet; and a redacted one is asked for anew."""
    waiting, accepted = pictured(), pictured(review=Review.ACCEPTED)
    for report, control in ((waiting, "private, no-store"), (accepted, "private, no-cache")):
        for size in ("", "?size=320"):
            answer = browser.get(f"/foto/{photo_of(database, report).id}{size}")
            assert control == answer.headers["Cache-Control"]


def test_a_redacted_photo_has_another_tag(browser: FlaskClient, database: Database, pictured: Pictured) -> None:
    """No copy of the old one passes for the new one, the smaller ones included."""
    report = pictured(review=Review.ACCEPTED)
    path = f"/foto/{photo_of(database, report).id}?size=320"
    before = browser.get(path)
    browser.post(f"/granska/{report.id}/maskera", data={"box": value(database, report, Box(0, 0, 1, 1))})
    after = browser.get(path, headers={"If-None-Match": before.headers["ETag"]})

    assert 200 == after.status_code
    assert BLACK == colour_at(after.data, 0.5, 0.5)


@pytest.mark.parametrize("role", [Role.REPORTER, Role.COUNCIL, Role.ADMIN, None])
def test_a_photo_that_nobody_has_looked_through_is_the_coordinators_alone(
    client: ClientFor, database: Database, pictured: Pictured, role: Role | None
) -> None:
    """Whatever the way to it."""
    photo = photo_of(database, pictured(screened=False))
    for path in (f"/foto/{photo.id}", f"/foto/{photo.id}?size=800", f"/api/v1/photos/{photo.id}"):
        answer = client(role).get(path)
        assert answer.status_code in (302, 401, 403)
        assert b"\xff\xd8" not in answer.data


def test_boxes_are_burned_in_though_somebody_else_accepted_first(
    app: Flask, browser: FlaskClient, database: Database, pictured: Pictured
) -> None:
    """Whoever is slower has drawn something all the same."""
    report = pictured()
    browser.post(f"/granska/{report.id}/godkann", data={"version": 1})
    answer = browser.post(
        f"/granska/{report.id}/godkann", data={"version": 1, "box": value(database, report, FACE.box)}
    )

    assert 303 == answer.status_code
    assert BLACK == shown(app, database, report, 0.2, 0.25)
    assert ["review.accepted", "photo.redacted"] == events(database, report)


def test_where_the_look_fails_a_persons_own_is_asked_for(
    app: Flask, browser: FlaskClient, database: Database, pictured: Pictured
) -> None:
    """Nothing is accepted unseen in silence, and work goes on."""

    def fails(_jpeg: bytes) -> list[Suggestion]:
        raise RuntimeError

    look_finds(app, fails)
    report = pictured(screened=False)
    first = browser.post(f"/granska/{report.id}/godkann", data={"version": 1})
    assert 422 == first.status_code
    assert "Titta på det själv, och godkänn sedan" in first.text
    assert '<input type="hidden" name="looked" value="yes">' in first.text

    assert 303 == browser.post(f"/granska/{report.id}/godkann", data={"version": 1, "looked": "yes"}).status_code
    assert Review.ACCEPTED is now_is(database, report).review
    assert photo_of(database, report).screened_at is None


def test_while_the_store_is_away_nothing_is_accepted_unseen(
    app: Flask, browser: FlaskClient, database: Database, pictured: Pictured
) -> None:
    """Busy, and later again."""

    class Away:
        def get(self, name: str) -> bytes:
            raise StoreUnavailable("away")

    report = pictured(screened=False)
    app.extensions["ogon"] = replace(app.extensions["ogon"], store=Away())

    assert 503 == browser.post(f"/granska/{report.id}/godkann", data={"version": 1}).status_code
    assert Review.RECEIVED is now_is(database, report).review


def test_a_refused_accept_shows_the_photo_that_it_is_about(
    app: Flask, browser: FlaskClient, database: Database, pictured: Pictured
) -> None:
    """The second one, with its question, and the sentence even where the first is hidden."""
    report = pictured()
    a_photo_in_the_store(app, database, report)
    with database.writing() as session:
        first, second = session.get_one(Observation, report.number).photos
        first.to_burn = [[0, 0, 1, 1]]
        second.screened_at = NOW
        redaction.suggest(second, [FACE])
        session.commit()
    page = browser.post(f"/granska/{report.id}/godkann", data={"version": 1}).text

    assert "Ett förslag på ruta väntar på svar" in page
    assert "Ett ansikte?" in page
    assert "Foto 2 av 2" in words(page)


def test_an_accepted_photo_with_an_open_suggestion_stays_in_no_browser(
    browser: FlaskClient, database: Database, pictured: Pictured
) -> None:
    """It may be covered in a moment."""
    report = pictured(FACE, review=Review.ACCEPTED)

    assert "private, no-store" == browser.get(f"/foto/{photo_of(database, report).id}").headers["Cache-Control"]

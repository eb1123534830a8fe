"""Suggested boxes on the coordinator's page: used, left, and never passed over."""

import re
from dataclasses import replace

from flask import Flask
from flask.testing import FlaskClient

from observations.database import Database
from observations.record import redaction
from observations.record.tables import Observation
from observations.record.workflow import Review
from observations.review.boxes import WORDS
from tests.intake.drafts import NOW
from tests.review.covering import BLACK, FACE, OTHER, Pictured, look_finds, photo_of, shown, value
from tests.review.looking import a_photo_in_the_store, events, now_is, words
from uploads.recognizers import Kind, Suggestion
from uploads.stores import StoreUnavailable


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


def test_every_kind_of_suggestion_has_its_words() -> None:
    """A new recognizer brings what its finds are called, and how one asks for them."""
    assert set(Kind) == set(WORDS)

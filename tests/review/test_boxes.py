"""Boxes on the coordinator's page: suggested, drawn, skipped, burned in, as a browser without scripts sends them."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from observations.access import Role
from observations.database import Database
from observations.record.workflow import Review
from observations.web import Runtime
from tests.conftest import ClientFor
from tests.review.covering import BLACK, FACE, NAVY, Pictured, photo_of, shown, value
from tests.review.looking import events, now_is
from tests.uploads.looking import colour_at
from uploads import Box
from uploads.stores import StoreUnavailable


def test_a_drawn_box_is_burned_in(app: Flask, browser: FlaskClient, database: Database, pictured: Pictured) -> None:
    """And the coordinator stays with the report."""
    report = pictured()
    data = {"photo": "1", "box": value(database, report, Box(0, 0, 0.5, 1))}
    answer = browser.post(f"/granska/{report.id}/maskera", data=data)

    assert (303, f"/granska/{report.id}?photo=1") == (answer.status_code, answer.location)
    assert (BLACK, NAVY) == (shown(app, database, report, 0.2, 0.5), shown(app, database, report, 0.8, 0.5))
    assert ["photo.redacted"] == events(database, report)
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


def test_an_accepted_photo_with_an_open_suggestion_stays_in_no_browser(
    browser: FlaskClient, database: Database, pictured: Pictured
) -> None:
    """It may be covered in a moment."""
    report = pictured(FACE, review=Review.ACCEPTED)

    assert "private, no-store" == browser.get(f"/foto/{photo_of(database, report).id}").headers["Cache-Control"]

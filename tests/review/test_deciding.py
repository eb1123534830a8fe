"""Accepting, rejecting and taking back, as a browser without scripts does it."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from observations.access import Role
from observations.database import Database
from observations.record.workflow import Rejection, Review
from observations.web.runtime import Runtime
from tests.builders import an_observation
from tests.conftest import ClientFor
from tests.review.looking import Make, a_photo_in_the_store, events, now_is, words
from uploads.stores import StoreUnavailable
from uploads.stores.folder import FolderStore


class _ReadOnly(FolderStore):
    """A folder that somebody has protected."""

    def delete(self, name: str) -> None:
        """Refused."""
        raise StoreUnavailable(name)


def test_accepting_leads_to_the_next_and_says_what_was_accepted(
    browser: FlaskClient, database: Database, report: Make
) -> None:
    """One press is one report."""
    first, second = report(), report(address="Torggatan 9")
    answer = browser.post(f"/granska/{first.id}/godkann", data={"version": 1})

    assert 303 == answer.status_code
    assert answer.location.startswith(f"/granska/{second.id}")
    assert Review.ACCEPTED is now_is(database, first).review
    following = words(browser.get(answer.location).text)
    assert "Godkänd: Klotter, Ringvägen 12 Ångra" in following
    assert "1 av 2 klara i dag" in following


def test_after_the_last_one_comes_the_empty_queue(browser: FlaskClient, report: Make) -> None:
    """With the way back to what was just accepted."""
    last = report()
    answer = browser.post(f"/granska/{last.id}/godkann", data={"version": 1}, follow_redirects=True)

    assert "Inget att granska" in answer.text
    assert "Godkänd: Klotter, Ringvägen 12 Ångra" in words(answer.text)


def test_pressing_accept_twice_accepts_once(browser: FlaskClient, database: Database, report: Make) -> None:
    """A double click is harmless."""
    first, second = report(), report()
    answers = [browser.post(f"/granska/{first.id}/godkann", data={"version": 1}) for _ in range(2)]

    assert [303, 303] == [answer.status_code for answer in answers]
    assert ["review.accepted"] == events(database, first)
    assert Review.RECEIVED is now_is(database, second).review


def test_pressing_reject_twice_rejects_once(browser: FlaskClient, database: Database, report: Make) -> None:
    """A double click is harmless here too."""
    first = report()
    data = {"version": 1, "reason": "test"}
    answers = [browser.post(f"/granska/{first.id}/avsla", data=data) for _ in range(2)]

    assert [303, 303] == [answer.status_code for answer in answers]
    assert ["review.rejected"] == events(database, first)


def test_what_was_accepted_in_another_shape_is_not_accepted_unseen(
    browser: FlaskClient, database: Database, report: Make
) -> None:
    """Somebody changed the report since the page was made: it is shown as it is now instead."""
    first = report()
    browser.post(f"/granska/{first.id}/andra", data={"version": 1, "category": "SKR"})
    answer = browser.post(f"/granska/{first.id}/godkann", data={"version": 1})

    assert 409 == answer.status_code
    assert "Någon annan hann före" in answer.text
    assert "Nedskräpning" in answer.text
    assert Review.RECEIVED is now_is(database, first).review


def test_a_report_that_was_rejected_meanwhile_cannot_be_accepted(
    browser: FlaskClient, database: Database, report: Make
) -> None:
    """The second coordinator is told, and nothing comes back from what was destroyed."""
    first = report()
    browser.post(f"/granska/{first.id}/avsla", data={"version": 1, "reason": "person"})
    answer = browser.post(f"/granska/{first.id}/godkann", data={"version": 1})

    assert 409 == answer.status_code
    assert Review.REJECTED is now_is(database, first).review


def test_a_report_that_is_nowhere_is_not_accepted(browser: FlaskClient, database: Database, report: Make) -> None:
    """The page says what is missing, with the field for it open."""
    lost = report(review=Review.NEEDS_PLACE, latitude=None, longitude=None, position_source=None, address="")
    answer = browser.post(f"/granska/{lost.id}/godkann", data={"version": 1})

    assert 422 == answer.status_code
    assert "Utan plats kan rapporten inte räknas" in answer.text
    assert re.search(r'<details class="fact" name="fact" open>\s*<summary[^>]*aria-keyshortcuts="P"', answer.text)
    assert Review.NEEDS_PLACE is now_is(database, lost).review


def test_rejecting_destroys_the_photos_files(
    app: Flask, browser: FlaskClient, database: Database, report: Make, tmp_path: Path
) -> None:
    """The file is gone from the store, and its address answers 404."""
    first = report(note="En person syns")
    names = [a_photo_in_the_store(app, database, first) for _ in range(2)]
    pictures = re.findall(r'src="(/foto/[^"]+)"', browser.get(f"/granska/{first.id}").text)
    assert {200} == {browser.get(unescape(path)).status_code for path in pictures}
    files = [path for path in (tmp_path / "instance").rglob("*") if path.name in names]
    assert 2 == len(files)

    answer = browser.post(f"/granska/{first.id}/avsla", data={"version": 1, "reason": "person"})

    assert 303 == answer.status_code
    assert [] == [path for path in files if path.exists()]
    assert {404} == {browser.get(unescape(path)).status_code for path in pictures}
    assert (Rejection.PERSON, "") == (now_is(database, first).rejection, now_is(database, first).note)


def test_a_rejection_needs_a_reason(app: Flask, browser: FlaskClient, database: Database, report: Make) -> None:
    """Nothing is destroyed by a form that was not filled in."""
    first = report(note="Kvar")
    a_photo_in_the_store(app, database, first)
    for reason in ({}, {"reason": ""}, {"reason": "spite"}):
        answer = browser.post(f"/granska/{first.id}/avsla", data={"version": 1} | reason)
        assert 422 == answer.status_code
        assert "Välj varför" in answer.text

    assert "Kvar" == now_is(database, first).note


def test_a_store_that_is_away_does_not_undo_a_rejection(
    app: Flask, browser: FlaskClient, database: Database, report: Make
) -> None:
    """Nobody can open the photo any more, and the coordinator is told that its file goes later."""
    first = report()
    a_photo_in_the_store(app, database, first)
    runtime: Runtime = app.extensions["ogon"]
    app.extensions["ogon"] = replace(runtime, store=_ReadOnly(runtime.settings.photo_store.removeprefix("folder:")))
    answer = browser.post(f"/granska/{first.id}/avsla", data={"version": 1, "reason": "person"}, follow_redirects=True)

    assert "försvinner inom en timme" in answer.text
    assert Review.REJECTED is now_is(database, first).review


def test_a_rejection_cannot_be_undone(browser: FlaskClient, database: Database, report: Make) -> None:
    """No way leads back: not the undo button's, not a correction."""
    first = report(note="Text")
    browser.post(f"/granska/{first.id}/avsla", data={"version": 1, "reason": "test"})
    version = now_is(database, first).version
    undone = browser.post(f"/granska/{first.id}/oppna", data={"version": version})
    changed = browser.post(f"/granska/{first.id}/andra", data={"version": version, "note": "Text"})
    page = browser.get(f"/granska/{first.id}").text

    assert [409, 409] == [undone.status_code, changed.status_code]
    assert Review.REJECTED is now_is(database, first).review
    assert "Foto, text och plats är förstörda" in page
    assert f"/granska/{first.id}/" not in page


def test_an_acceptance_can_be_undone_from_the_next_page(browser: FlaskClient, database: Database, report: Make) -> None:
    """One press on Undo, and the report is in front of one again."""
    first = report()
    report()
    page = browser.post(f"/granska/{first.id}/godkann", data={"version": 1}, follow_redirects=True).text
    version = re.search(rf'{first.id}/oppna">.*?name="version" value="(\d+)"', page, re.DOTALL)
    assert version
    answer = browser.post(f"/granska/{first.id}/oppna", data={"version": version[1]})

    assert (303, f"/granska/{first.id}") == (answer.status_code, answer.location)
    assert Review.RECEIVED is now_is(database, first).review
    assert ["review.accepted", "review.reopened"] == events(database, first)


@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
def test_a_rejected_text_is_in_no_file_once_the_answer_is_there(
    client: ClientFor, database: Database, tmp_path: Path
) -> None:
    """Nobody has to wait for a nightly job before the words are gone, from the write-ahead log too."""
    needle = b"Anettes port"
    with database.writing() as session:
        report = an_observation(session, review=Review.RECEIVED, note="Vid Anettes port", version=1)
        session.commit()
    assert [each for each in tmp_path.glob("*.sqlite3*") if needle in each.read_bytes()]

    answer = client(Role.COORDINATOR).post(
        f"/granska/{report.id}/avsla", data={"reason": "person", "version": report.version}
    )

    assert 303 == answer.status_code
    assert [] == [each.name for each in tmp_path.glob("*.sqlite3*") if needle in each.read_bytes()]

"""The coordinator's pages, as a browser without scripts meets them."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

import uploads
from observations import journal
from observations.access import Role
from observations.database import Database
from observations.record import photos
from observations.record.categories import Category
from observations.record.tables import Observation
from observations.record.workflow import Rejection, Review
from observations.web.runtime import Runtime
from tests.builders import NOON, an_address, an_area, an_observation
from tests.conftest import ClientFor, MovableClock
from tests.review.counting import statements
from uploads.stores import StoreUnavailable
from uploads.stores.folder import FolderStore

Make = Callable[..., Observation]


class _ReadOnly(FolderStore):
    """A folder that somebody has protected."""

    def delete(self, name: str) -> None:
        """Refused."""
        raise StoreUnavailable(name)


@pytest.fixture
def report(database: Database) -> Make:
    """Makes committed reports that wait for review."""

    def make(**named: Any) -> Observation:
        with database.writing() as session:
            made = an_observation(session, **({"review": Review.RECEIVED} | named))
            session.commit()
            return made

    return make


@pytest.fixture
def browser(client: ClientFor) -> FlaskClient:
    """The coordinator's."""
    return client(Role.COORDINATOR)


def now_is(database: Database, report: Observation) -> Observation:
    """The report as the database has it."""
    with database.reading() as session:
        return session.get_one(Observation, report.number)


def events(database: Database, report: Observation) -> list[str]:
    """What the journal has of it."""
    with database.reading() as session:
        return [event.what for event in journal.of(session, report.subject)]


def a_photo_in_the_store(app: Flask, database: Database, report: Observation) -> str:
    """A clean photo with its row, as the gate keeps it; returns the file's name."""
    runtime: Runtime = app.extensions["ogon"]
    raw = io.BytesIO()
    Image.new("RGB", (400, 300), "navy").save(raw, "JPEG")
    with database.writing() as session:
        kept = session.get_one(Observation, report.number)
        kept.photos.append(photos.store(runtime.store, uploads.sanitise(raw.getvalue()), len(kept.photos)))
        session.commit()
        return kept.photos[-1].name


@pytest.mark.parametrize("role", [Role.REPORTER, Role.COUNCIL, Role.ADMIN])
def test_only_coordinators_review(client: ClientFor, report: Make, role: Role) -> None:
    """What nobody has looked at yet is for nobody else to see."""
    id = report(note="Hemligt").id
    browser = client(role)
    answers = [browser.get("/granska"), browser.get(f"/granska/{id}")]
    answers += [browser.post(f"/granska/{id}/{step}") for step in ("godkann", "avsla", "andra", "oppna")]

    assert [403] * 6 == [answer.status_code for answer in answers]
    assert [] == [answer for answer in answers if "Hemligt" in answer.text]


def test_the_queue_opens_on_its_first_report(browser: FlaskClient, report: Make) -> None:
    """Urgent before older."""
    report()
    hateful = report(urgent=True)

    assert f"/granska/{hateful.id}" == browser.get("/granska").location


def test_an_empty_queue_says_so(browser: FlaskClient) -> None:
    """Calmly, and with what else there is to do."""
    answer = browser.get("/granska")

    assert 200 == answer.status_code
    assert "Inget att granska" in answer.text


def test_the_page_costs_the_same_however_long_the_queue(
    app: Flask, browser: FlaskClient, database: Database, report: Make
) -> None:
    """Fifty waiting reports with photos are shown with as many statements as two."""
    with database.writing() as session:
        an_area(session)
        an_address(session)
        session.commit()
    reports = [report() for _ in range(2)]
    for each in reports:
        a_photo_in_the_store(app, database, each)
    own: Database = app.extensions["ogon"].database
    with statements(own) as few:
        assert 200 == browser.get(f"/granska/{reports[0].id}").status_code
    for _ in range(60):
        report()
    with statements(own) as many:
        assert 200 == browser.get(f"/granska/{reports[0].id}").status_code

    assert len(few) == len(many)
    assert 16 >= len(many)


def test_a_report_far_down_the_queue_stands_in_the_list(browser: FlaskClient, report: Make) -> None:
    """One always sees where one is."""
    last = [report() for _ in range(55)][-1]
    text = browser.get(f"/granska/{last.id}").text

    assert 1 == len(re.findall(r'class="list-row"[^>]*aria-current', text))
    assert "Till köns början" in text


def test_accepting_leads_to_the_next_and_says_what_was_accepted(
    browser: FlaskClient, database: Database, report: Make
) -> None:
    """One press is one report."""
    first, second = report(), report(address="Torggatan 9")
    answer = browser.post(f"/granska/{first.id}/godkann", data={"version": 1})

    assert 303 == answer.status_code
    assert answer.location.startswith(f"/granska/{second.id}")
    assert Review.ACCEPTED is now_is(database, first).review
    following = _words(browser.get(answer.location).text)
    assert "Godkänd: Klotter, Ringvägen 12 Ångra" in following
    assert "1 av 2 klara i dag" in following


def test_after_the_last_one_comes_the_empty_queue(browser: FlaskClient, report: Make) -> None:
    """With the way back to what was just accepted."""
    last = report()
    answer = browser.post(f"/granska/{last.id}/godkann", data={"version": 1}, follow_redirects=True)

    assert "Inget att granska" in answer.text
    assert "Godkänd: Klotter, Ringvägen 12 Ångra" in _words(answer.text)


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


def test_every_row_can_be_put_right(browser: FlaskClient, database: Database, report: Make) -> None:
    """What, where, when and the text, each by its own small form."""
    with database.writing() as session:
        area = an_area(session)
        place = an_address(session, street="Kvarnstigen", number="3", latitude=59.34)
        session.commit()
    first = report(note="Före")
    rows: list[dict[str, Any]] = [
        {"category": "GLA"},
        {"observed_at": "2026-09-14T23:30"},
        {"address": "kvarnstigen  3"},
        {"note": "  Efter\r\npå två rader "},
    ]
    for row in rows:
        row["version"] = now_is(database, first).version
        assert 303 == browser.post(f"/granska/{first.id}/andra", data=row).status_code

    after = now_is(database, first)
    assert (Category.GLA, "Efter\npå två rader", "Kvarnstigen 3") == (after.category, after.note, after.address)
    assert (59.34, place.longitude, area.id) == (after.latitude, after.longitude, after.area_id)
    assert "2026-09-14T21:30:00+00:00" == after.observed_at.isoformat()
    assert "2026-09-14" == after.observed_on.isoformat()
    assert ["review.edited"] * 4 == events(database, first)


def test_a_near_address_can_be_chosen(browser: FlaskClient, database: Database, report: Make) -> None:
    """The nearest entrances are there to choose from."""
    with database.writing() as session:
        place = an_address(session, street="Torggatan", number="9", latitude=59.3372)
        session.commit()
    first = report()
    assert f'name="place" value="{place.id}"' in browser.get(f"/granska/{first.id}").text
    browser.post(f"/granska/{first.id}/andra", data={"version": 1, "place": place.id, "address": ""})

    assert "Torggatan 9" == now_is(database, first).address


def test_an_unknown_address_comes_back_with_what_may_be_meant(
    browser: FlaskClient, database: Database, report: Make
) -> None:
    """One choice then mends the spelling, while another address that is typed instead counts as typed."""
    with database.writing() as session:
        meant = an_address(session, street="Torggatan", number="3", latitude=59.36)
        an_address(session, street="Hamngatan", number="1", latitude=59.37)
        session.commit()
    first = report()
    answer = browser.post(f"/granska/{first.id}/andra", data={"version": 1, "address": "Torgatan 3"})

    assert 422 == answer.status_code
    assert 'value="Torgatan 3"' in answer.text
    assert f'name="place" value="{meant.id}"' in answer.text
    chosen = {"version": 1, "place": meant.id, "address": "Torgatan 3", "refused_address": "Torgatan 3"}
    browser.post(f"/granska/{first.id}/andra", data=chosen)
    assert "Torggatan 3" == now_is(database, first).address
    typed = {"version": 2, "place": meant.id, "address": "Hamngatan 1", "refused_address": "Torgatan 3"}
    browser.post(f"/granska/{first.id}/andra", data=typed)
    assert "Hamngatan 1" == now_is(database, first).address


@pytest.mark.parametrize(
    "row",
    [
        {"category": "PERSON"},
        {"category": ""},
        {"observed_at": "i går"},
        {"observed_at": "0001-01-01T00:00"},
        {"observed_at": "9999-12-31T23:59"},
        {"observed_at": "2026-09-15T12:30"},
        {"observed_at": "2019-09-15T12:30"},
        {"address": ""},
        {"address": "Gatan som inte finns 1"},
        {"address": "\x00\ud7ff\U0010ffff'\"%_"},
        {"place": "9" * 5000},
        {"place": "999999999999999999"},
        {"place": "-1"},
        {"place": "²"},
        {"note": "x" * 201},
        {"note": "Ring 811228-9874"},
        {"note": "a\x00b"},
        {"note": "a\x1b[2Jb"},
        {"strike": "0"},
        {"strike": "9" * 5000},
        {"strike": "x"},
    ],
    ids=lambda row: str(row)[:40],
)
@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
def test_what_cannot_be_taken_changes_nothing(
    browser: FlaskClient, database: Database, report: Make, row: dict[str, str]
) -> None:
    """A sentence at the field, what was typed still there, the report as it was."""
    first = report(note="Orörd")
    answer = browser.post(f"/granska/{first.id}/andra", data={"version": 1} | row)

    assert 422 == answer.status_code
    assert "field-error" in answer.text
    assert (1, "Orörd") == (now_is(database, first).version, now_is(database, first).note)
    assert [] == events(database, first)


@pytest.mark.parametrize("version", ["", "x", None])
def test_a_form_without_its_version_is_refused(
    browser: FlaskClient, database: Database, report: Make, version: str | None
) -> None:
    """A form that does not say what it was made from decides nothing."""
    first = report()
    data = {} if version is None else {"version": version}
    answers = [
        browser.post(f"/granska/{first.id}/{step}", data=data | {"reason": "test", "note": "x"})
        for step in ("godkann", "avsla", "andra", "oppna")
    ]

    assert [400] * 4 == [answer.status_code for answer in answers]
    assert [] == events(database, first)


@pytest.mark.parametrize(
    ("row", "kept"),
    [
        ({"note": "Min långa text"}, "Min långa text</textarea>"),
        ({"address": "Torggatan 9"}, 'value="Torggatan 9"'),
        ({"observed_at": "2026-09-01T08:00"}, 'value="2026-09-01T08:00"'),
        ({"category": "KOR"}, 'value="KOR" checked'),
    ],
)
def test_somebody_was_faster_and_what_was_typed_is_kept(
    browser: FlaskClient, database: Database, report: Make, row: dict[str, str], kept: str
) -> None:
    """The page shows the report as it is now, with one's own words still in their field."""
    first = report(note="Före")
    with database.writing() as session:
        an_address(session, street="Torggatan", number="9", latitude=59.36)
        session.commit()
    browser.post(f"/granska/{first.id}/andra", data={"version": 1, "note": "Någon annans"})
    answer = browser.post(f"/granska/{first.id}/andra", data={"version": 1} | row)

    assert 409 == answer.status_code
    assert "Någon annan hann före" in answer.text
    assert "Någon annans" in answer.text
    assert kept in answer.text
    assert "Någon annans" == now_is(database, first).note
    assert ["review.edited"] == events(database, first)


def test_saving_twice_saves_once(browser: FlaskClient, database: Database, report: Make) -> None:
    """A double click on Save is no conflict with oneself."""
    first = report()
    answers = [browser.post(f"/granska/{first.id}/andra", data={"version": 1, "note": "Ny"}) for _ in range(2)]

    assert [303, 303] == [answer.status_code for answer in answers]
    assert ["review.edited"] == events(database, first)


def test_personal_data_in_the_text_is_set_off_and_can_be_struck_out(
    browser: FlaskClient, database: Database, report: Make
) -> None:
    """Marked, named in words, and gone with one press; the rest of the text stays."""
    first = report(note="Ring 070-174 06 58 eller anna@example.se om stege.")
    page = browser.get(f"/granska/{first.id}").text

    assert ["070-174 06 58", "anna@example.se"] == re.findall(r"<mark>([^<]+)<", page)
    assert "Telefonnummer?" in _words(page)
    browser.post(f"/granska/{first.id}/andra", data={"version": 1, "strike": "0"})
    assert "Ring […] eller anna@example.se om stege." == now_is(database, first).note


def test_what_somebody_wrote_is_text_and_never_markup(browser: FlaskClient, report: Make) -> None:
    """No script, no tag and no attribute comes out of a note, an address or an area."""
    nasty = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'"
    first = report(note=nasty + " 070-174 06 58", address=nasty[:100])
    page = browser.get(f"/granska/{first.id}").text

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_nothing_turns_the_reading_direction(browser: FlaskClient, report: Make) -> None:
    """A text is read in the order in which it was written."""
    first = report(note="Klotter \u202egnp.exe\u2069\u200f slut", address="Ring\u202evägen 12")
    page = browser.get(f"/granska/{first.id}").text

    assert [] == re.findall("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", page)
    assert "Klotter gnp.exe slut" in page
    assert "Ringvägen 12" in page


def test_a_number_is_found_though_controls_hide_it(browser: FlaskClient, report: Make) -> None:
    """What is screened is what is read."""
    first = report(note="Ring 070-1\u200e74 06\u202d 58")

    assert ["070-174 06 58"] == re.findall(r"<mark>([^<]+)<", browser.get(f"/granska/{first.id}").text)


def test_every_photo_can_be_seen_large(app: Flask, browser: FlaskClient, database: Database, report: Make) -> None:
    """One at a time, all of them on a strip; a number that there is none of shows one that there is."""
    first = report()
    for _ in range(3):
        a_photo_in_the_store(app, database, first)

    for asked, shown in (("1", 1), ("3", 3), ("99", 3), ("-1", 1), ("x", 1)):
        page = browser.get(f"/granska/{first.id}?photo={asked}").text
        assert f'alt="Foto {shown} av 3" width="400"' in page


def test_a_report_without_photo_and_text_is_shown_calmly(browser: FlaskClient, report: Make) -> None:
    """Something heard is a report too."""
    page = browser.get(f"/granska/{report().id}").text

    assert "Utan foto" in page
    assert "Varken foto eller text skickades" in page


def test_days_are_said_as_people_say_them(browser: FlaskClient, clock: MovableClock, report: Make) -> None:
    """Today, yesterday, a weekday within the half year, else the date."""
    times = {
        NOON - timedelta(minutes=3): "i dag 11.57",
        NOON - timedelta(hours=13): "i går 23.00",
        NOON - timedelta(days=5): "torsdag 10 sep 12.00",
        NOON - timedelta(days=300): "2025-11-19 11.00",
    }
    for at, words in times.items():
        assert words in browser.get(f"/granska/{report(observed_at=at).id}").text


@pytest.mark.parametrize("path", ["/granska/00000000-0000-4000-8000-000000000000", "/granska/x"])
def test_a_report_that_is_not_there_is_a_plain_404(browser: FlaskClient, path: str) -> None:
    """A mistyped address is answered with a sentence, for reading and for deciding."""
    assert 404 == browser.get(path).status_code
    assert 404 == browser.post(path + "/godkann", data={"version": 1}).status_code


@pytest.mark.parametrize("done", ["x", "00000000-0000-4000-8000-000000000000", ""])
def test_a_made_up_predecessor_is_ignored(browser: FlaskClient, report: Make, done: str) -> None:
    """The address line is not a place to put words into the page."""
    answer = browser.get(f"/granska/{report().id}", query_string={"done": done})

    assert 200 == answer.status_code
    assert "Ångra " not in _words(answer.text).replace("Ångra det som", "")


def _words(page: str) -> str:
    """The page's text, without tags, key caps and doubled spaces."""
    page = re.sub(r"<kbd.*?</kbd>", "", page)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())

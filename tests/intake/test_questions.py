"""Gentle questions: what may be a person's is asked about before it is sent or right after; none of it is refused."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from observations import journal
from observations.access import Role
from observations.database import Database
from observations.record.tables import Observation
from observations.record.workflow import Review
from tests.conftest import ClientFor
from tests.intake.test_form import count, kept, photo, send
from tests.review.looking import words

PHONE = "070-174 06 05"
NOTE = f"Ring {PHONE} om nyckeln"


@pytest.fixture
def browser(client: ClientFor) -> FlaskClient:
    """A reporter's, without scripts."""
    return client(Role.REPORTER)


def field(page: str, name: str) -> str:
    """What a field of the page holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page) or re.search(rf'name="{name}"[^>]*>([^<]*)<', page)
    return found[1] if found else ""


def test_a_question_is_asked_before_anything_is_kept(browser: FlaskClient, database: Database) -> None:
    """The form comes back with what was typed; sent again as it is, it is kept: people decide."""
    first = send(browser, note=NOTE)

    assert 422 == first.status_code
    assert f"Telefonnummer ? {PHONE} Går det att koppla till en person? Stryk det. Stryk" in words(first.text)
    assert 0 == count(database)

    again = send(browser, note=NOTE, asked=field(first.text, "asked"))
    assert 303 == again.status_code
    assert NOTE == kept(database).note


def test_a_passage_is_struck_out_in_the_form(browser: FlaskClient, database: Database) -> None:
    """Nothing is sent by it, and the rest of what was typed stays."""
    answer = send(browser, note=NOTE, strike="0")

    assert 200 == answer.status_code
    assert "Ring […] om nyckeln" == field(answer.text, "note")
    assert "Ringvägen 12" == field(answer.text, "address")
    assert 0 == count(database)


def test_another_text_is_asked_about_anew(browser: FlaskClient, database: Database) -> None:
    """An answer holds for the text that it was given for."""
    first = send(browser, note=NOTE)
    other = send(browser, note=NOTE + " eller anna@example.org", asked=field(first.text, "asked"))

    assert 422 == other.status_code
    assert 0 == count(database)


def test_with_a_photo_the_receipt_asks(browser: FlaskClient, database: Database) -> None:
    """A browser never hands a photo back, so the report is kept first; then one press strikes the passage out."""
    sent = send(browser, note=NOTE, photos=photo())
    receipt = browser.get(sent.location).text
    assert "En fråga om din text" in receipt
    data = {"strike": "0", "key": field(receipt, "key")}
    answers = [browser.post(f"{sent.location}/stryk", data=data) for _ in range(2)]

    assert [303, 303, 303] == [sent.status_code, *(answer.status_code for answer in answers)]
    report = kept(database)
    assert "Ring […] om nyckeln" == report.note
    assert "En fråga om din text" not in browser.get(sent.location).text
    with database.reading() as session:
        told = [event for event in journal.of(session, report.subject) if event.what == "observation.edited"]
    assert [{"changed": ["note"]}] == [event.after for event in told]


@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
def test_what_is_struck_out_is_in_no_file(browser: FlaskClient, database: Database, tmp_path: Path) -> None:
    """Not in the database and not in its log."""
    sent = send(browser, note=NOTE, photos=photo())
    needle = PHONE.encode()
    assert [each for each in tmp_path.glob("*.sqlite3*") if needle in each.read_bytes()]
    key = field(browser.get(sent.location).text, "key")
    browser.post(f"{sent.location}/stryk", data={"strike": "0", "key": key})

    assert [] == [each.name for each in tmp_path.glob("*.sqlite3*") if needle in each.read_bytes()]


def test_a_reviewed_report_is_not_changed_by_its_reporter(browser: FlaskClient, database: Database) -> None:
    """What the coordinator has decided on stays as it was."""
    sent = send(browser, note=NOTE, photos=photo())
    key = field(browser.get(sent.location).text, "key")
    with database.writing() as session:
        session.get_one(Observation, kept(database).number).review = Review.ACCEPTED
        session.commit()
    browser.post(f"{sent.location}/stryk", data={"strike": "0", "key": key})

    assert NOTE == kept(database).note
    assert "En fråga om din text" not in browser.get(sent.location).text


def test_nobody_elses_report_is_changed(browser: FlaskClient, client: ClientFor, database: Database) -> None:
    """Another phone does not find it."""
    sent = send(browser, note=NOTE, photos=photo())
    key = field(browser.get(sent.location).text, "key")

    assert 404 == client(Role.REPORTER).post(f"{sent.location}/stryk", data={"strike": "0", "key": key}).status_code
    assert NOTE == kept(database).note


@pytest.mark.parametrize("strike", ["", "1", "-1", "x", "9" * 30])
def test_a_button_that_is_not_there_changes_nothing(browser: FlaskClient, database: Database, strike: str) -> None:
    """Whatever is sent in its place."""
    assert 200 == send(browser, note=NOTE, strike=strike).status_code
    sent = send(browser, note=NOTE, photos=photo())
    key = field(browser.get(sent.location).text, "key")
    browser.post(f"{sent.location}/stryk", data={"strike": strike, "key": key})

    assert NOTE == kept(database).note


def test_while_one_types_the_page_can_ask(browser: FlaskClient, database: Database) -> None:
    """What it is, where it stands, and the text without it; nothing is kept."""
    answer = browser.post("/rapportera/fragor", data={"note": NOTE, "address": "Ringvägen 12"})

    assert answer.json is not None
    assert [
        {"field": "note", "what": "Telefonnummer", "found": PHONE, "without": "Ring […] om nyckeln"}
    ] == answer.json["questions"]
    assert {} == answer.json["refused"]
    assert 0 == count(database)


def test_while_one_types_a_refusal_is_told_with_its_reason(browser: FlaskClient) -> None:
    """Before anybody presses Send; the text itself does not come back."""
    answer = browser.post("/rapportera/fragor", data={"note": "811228-9874 bor här", "address": ""})

    assert answer.json is not None
    assert ["note"] == list(answer.json["refused"])
    assert "personnummer" in answer.json["refused"]["note"]
    assert "811228" not in answer.text


def test_ordinary_words_are_not_asked_about(browser: FlaskClient, database: Database) -> None:
    """Most reports go straight through."""
    assert 303 == send(browser, note="Två taggar på porten, nya sedan i går").status_code
    assert 1 == count(database)


def test_a_question_in_the_place_is_asked_too(browser: FlaskClient) -> None:
    """A telephone number is no address."""
    answer = send(browser, address=f"Ringvägen 12, {PHONE}", note="")

    assert (422, True) == (answer.status_code, "Telefonnummer" in answer.text)


def test_a_text_that_is_far_too_long_costs_nothing(browser: FlaskClient) -> None:
    """It is refused for its length; nothing is asked about it, by either way."""
    note = "8112189876 Anna " * 10_000
    asked = browser.post("/rapportera/fragor", data={"note": note, "address": ""})
    sent = send(browser, note=note)

    assert (200, 422) == (asked.status_code, sent.status_code)
    assert asked.json is not None
    assert ([], ["note"]) == (asked.json["questions"], list(asked.json["refused"]))
    assert len(asked.data) < 1000


def test_nobody_is_asked_without_end(browser: FlaskClient) -> None:
    """Twenty questions about one text are enough."""
    asked = browser.post("/rapportera/fragor", data={"note": "Anna, " * 300, "address": ""})

    assert asked.json is not None
    assert 20 == len(asked.json["questions"])


def test_striking_out_a_short_name_makes_no_text_longer(browser: FlaskClient, database: Database) -> None:
    """The field stays as long as it may be."""
    address = "Ringvägen 12 hos grannen Bo"
    sent = send(browser, address=address.rjust(120, "x"), note="", photos=photo())
    page = browser.get(sent.location)
    assert "En fråga om din text" in page.text
    browser.post(f"{sent.location}/stryk", data={"strike": "0", "key": field(page.text, "key")})

    assert len(kept(database).address) <= 120
    assert not kept(database).address.endswith("Bo")

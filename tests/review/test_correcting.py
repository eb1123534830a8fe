"""Putting a row of a report right: what is taken, what is refused, and who was faster."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from observations.database import Database
from observations.record.categories import Category
from tests.builders import an_address, an_area
from tests.review.looking import Make, events, now_is, words


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
    assert "Telefonnummer?" in words(page)
    browser.post(f"/granska/{first.id}/andra", data={"version": 1, "strike": "0"})
    assert "Ring […] eller anna@example.se om stege." == now_is(database, first).note

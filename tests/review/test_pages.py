"""What the coordinator sees: the queue, the report, its words and photos."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from observations.access import Role
from observations.database import Database
from tests.builders import NOON, an_address, an_area
from tests.conftest import ClientFor, MovableClock
from tests.counting import statements
from tests.review.looking import Make, a_photo_in_the_store, words


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
    assert 18 >= len(many)


def test_a_report_far_down_the_queue_stands_in_the_list(browser: FlaskClient, report: Make) -> None:
    """One always sees where one is."""
    last = [report() for _ in range(55)][-1]
    text = browser.get(f"/granska/{last.id}").text

    assert 1 == len(re.findall(r'class="list-row"[^>]*aria-current', text))
    assert "Till början av kön" in text


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
    for at, said in times.items():
        assert said in browser.get(f"/granska/{report(observed_at=at).id}").text


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
    assert "Ångra " not in words(answer.text).replace("Ångra det som", "")

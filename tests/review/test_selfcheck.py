"""The coordinator sees what the service found when it last audited itself, and when that was."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from observations import audit, journal
from observations.access import Role
from observations.audit import Fault, Tally
from observations.database import Database
from observations.review.selfcheck import FAULTS
from tests.conftest import ClientFor, MovableClock
from tests.review.looking import Make, words


def noted(database: Database, clock: MovableClock, tally: Tally) -> None:
    """An audit that came to this."""
    audit.note(database, tally, by="command", at=clock())


def test_before_the_first_audit_the_page_says_how_to_make_one(browser: FlaskClient, report: Make) -> None:
    """Silence would look like health."""
    report()

    assert "Självkontroll har aldrig gjorts" in browser.get("/granska", follow_redirects=True).text
    assert "Ingen självkontroll har gjorts än" in browser.get("/sjalvkontroll").text


def test_a_healthy_result_is_told_with_its_date(client: ClientFor, database: Database, clock: MovableClock) -> None:
    """On the desk in a line, on the page with what was looked at."""
    noted(database, clock, Tally(photos=1200, files=1200, texts=300))
    clock.tick(hours=20)
    browser = client(Role.COORDINATOR)

    assert "Självkontroll i går: inga fynd" in browser.get("/granska").text
    page = words(browser.get("/sjalvkontroll").text)
    assert "Inga fynd." in page
    assert "Foton, byte för byte 1 200" in page


def test_findings_are_told_by_kind_and_number(browser: FlaskClient, database: Database, clock: MovableClock) -> None:
    """And whom to turn to."""
    tally = Tally(photos=3)
    tally.faults.update({Fault.NOT_CLEAN: 2, Fault.FILE_MISSING: 1})
    noted(database, clock, tally)
    page = words(browser.get("/sjalvkontroll").text)

    assert "3 fynd. Säg till den som driver tjänsten" in page
    assert "Foton som innehåller mer än en bild 2" in page
    assert "Självkontroll: 3 fynd" in browser.get("/granska").text


def test_an_old_result_is_not_leant_on(client: ClientFor, database: Database, clock: MovableClock) -> None:
    """A timer that stopped is noticed."""
    noted(database, clock, Tally())
    clock.tick(days=9)
    browser = client(Role.COORDINATOR)

    assert "Självkontrollen är för gammal" in browser.get("/granska").text
    assert "för gammal att lita på" in browser.get("/sjalvkontroll").text


def test_the_newest_result_counts(browser: FlaskClient, database: Database, clock: MovableClock) -> None:
    """What was mended is not told any more."""
    bad = Tally()
    bad.faults[Fault.SIZE] = 1
    noted(database, clock, bad)
    noted(database, clock, Tally())

    assert "inga fynd" in browser.get("/granska").text


@pytest.mark.parametrize("role", [Role.ADMIN, Role.COORDINATOR])
def test_the_administrator_sees_it_too(client: ClientFor, role: Role) -> None:
    """It is numbers, no content; and it can be found without knowing its address."""
    browser = client(role)

    assert 'href="/sjalvkontroll"' in browser.get("/", follow_redirects=True).text
    assert 200 == browser.get("/sjalvkontroll").status_code


def test_every_kind_of_fault_has_its_words() -> None:
    """A new kind is not told by its name in the code."""
    assert {fault.name for fault in Fault} == set(FAULTS)


@pytest.mark.parametrize("after", [None, {}, {"photos": 1}, {"faults": []}, {"faults": {"SIZE": "3"}, "photos": "x"}])
def test_a_result_of_another_version_breaks_no_page(
    browser: FlaskClient, database: Database, clock: MovableClock, after: dict[str, object] | None
) -> None:
    """What cannot be read is not taken for health."""
    with database.writing() as session:
        journal.write(session, journal.AUDIT, subject=journal.AUDIT_SUBJECT, by="x", at=clock(), after=after)
        session.commit()

    assert {200} == {browser.get(path).status_code for path in ("/granska", "/sjalvkontroll")}
    healthy = after is not None and isinstance(after.get("faults"), dict)
    assert healthy == ("inga fynd" in browser.get("/granska").text)
    assert healthy == ("Inga fynd" in browser.get("/sjalvkontroll").text)


def test_a_result_from_the_future_is_not_leant_on(
    browser: FlaskClient, database: Database, clock: MovableClock
) -> None:
    """Somebody's clock was wrong."""
    audit.note(database, Tally(), by="command", at=clock() + timedelta(days=400))

    assert "för gammal" in browser.get("/granska").text

"""The page of people: who may invite whom, and what is listed."""

import re
import uuid

import pytest
import sqlalchemy as sa

from observations import journal
from observations.access import Role
from observations.accounts import queries
from observations.accounts.tables import Device, Invitation
from observations.database import Database
from tests.accounts.doors import is_in
from tests.conftest import ClientFor, MovableClock


@pytest.mark.parametrize("offered", list(Role))
@pytest.mark.parametrize("inviter", [Role.COORDINATOR, Role.ADMIN])
def test_only_administrators_invite_coordinators_and_administrators(
    client: ClientFor, database: Database, inviter: Role, offered: Role
) -> None:
    """A coordinator cannot make herself more than she is, not even with a forged form."""
    allowed = inviter == Role.ADMIN or offered in (Role.REPORTER, Role.COUNCIL)
    browser = client(inviter)
    answer = browser.post("/personal/bjud-in", data={"role": offered})

    assert (200 if allowed else 403) == answer.status_code
    assert (f'value="{offered}"' in browser.get("/personal").text) == allowed
    with database.reading() as session:
        invited = session.scalars(sa.select(Invitation.role)).all()
    assert ([offered] if allowed else []) == invited


@pytest.mark.parametrize("role", [Role.REPORTER, Role.COUNCIL])
def test_others_invite_nobody(client: ClientFor, database: Database, role: Role) -> None:
    """Reporters and the council see neither the page nor its forms."""
    browser = client(role)
    with database.reading() as session:
        device_id = session.scalars(sa.select(Device.id)).one()
    answers = [
        browser.get("/personal"),
        browser.post("/personal/bjud-in", data={"role": "reporter"}),
        browser.post(f"/personal/enhet/{device_id}/avsluta"),
    ]

    assert [403] * 3 == [answer.status_code for answer in answers]
    assert browser.get("/valkommen").status_code == 200


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "Välj en roll."),
        ({"role": "chief"}, "Välj en roll."),
        ({"role": "reporter", "team": "x" * 61}, "Skriv högst 60 vanliga tecken."),
        ({"role": "reporter", "team": "a\x00b"}, "Skriv högst 60 vanliga tecken."),
        ({"role": "reporter", "team": "a\u202eb"}, "Skriv högst 60 vanliga tecken."),
    ],
)
def test_a_form_that_cannot_be_taken_says_why(client: ClientFor, form: dict[str, str], sentence: str) -> None:
    """The page comes back with the sentence beside the field and what was typed."""
    answer = client(Role.COORDINATOR).post("/personal/bjud-in", data=form)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert ("x" * 61 in answer.text) == ("x" * 61 == form.get("team"))


def test_the_link_is_shown_this_once(client: ClientFor) -> None:
    """Whoever comes to the page later finds no link there."""
    browser = client(Role.COORDINATOR)
    shown = browser.post("/personal/bjud-in", data={"role": "reporter", "team": "Park", "shared": "1"})

    assert re.search(r"http://localhost/in#[\w-]{43}<", shown.text)
    assert shown.headers["Cache-Control"] == "no-store"
    assert "/in#" not in browser.get("/personal").text


def test_devices_are_listed_with_role_and_team_and_the_own_one_marked(client: ClientFor, clock: MovableClock) -> None:
    """A coordinator sees what is signed in, by role and team."""
    client(Role.REPORTER, team="Parklaget")
    clock.tick(hours=1)
    page = client(Role.COORDINATOR, team="").get("/personal").text

    assert "Rapportör · Parklaget" in page
    assert page.count("den här enheten") == 1
    assert "2026-09-15" in page


def test_what_has_ended_or_run_out_is_not_listed(client: ClientFor, database: Database, clock: MovableClock) -> None:
    """The list is of those that can get in, and of no others."""
    browsers = [client(role, team=role) for role in Role]
    clock.tick(hours=9)
    with database.reading() as session:
        listed = {device.role for device in queries.devices(session, at=clock()).rows}
    assert {Role.REPORTER, Role.COUNCIL} == listed

    browsers[0].post("/ut")
    with database.reading() as session:
        assert {Role.COUNCIL} == {device.role for device in queries.devices(session, at=clock()).rows}
        assert ["council"] == list(queries.teams(session, at=clock()))


def test_ending_a_device_is_told_and_happens_once(client: ClientFor, database: Database) -> None:
    """Two coordinators who end the same device leave one line in the journal."""
    reporter, coordinator = client(Role.REPORTER), client(Role.COORDINATOR)
    with database.reading() as session:
        device_id = session.scalars(sa.select(Device.id).where(Device.role == Role.REPORTER)).one()
    answers = [coordinator.post(f"/personal/enhet/{device_id}/avsluta") for _ in range(2)]

    assert [303, 303] == [answer.status_code for answer in answers]
    assert not is_in(reporter)
    with database.reading() as session:
        assert ["device.ended"] == [event.what for event in journal.of(session, f"device:{device_id}")]


def test_long_lists_come_page_by_page(client: ClientFor, database: Database, clock: MovableClock) -> None:
    """Every device is on one page and on no two, whatever their number."""
    for number in range(7):
        client(Role.REPORTER, team=f"Lag {number}")
        if number % 2:
            clock.tick(minutes=1)
    seen: list[str] = []
    after = None
    with database.reading() as session:
        while True:
            page = queries.devices(session, at=clock(), after=after, length=3)
            seen += [device.team for device in page.rows]
            if (after := page.next) is None:
                break

    assert sorted(seen) == [f"Lag {number}" for number in range(7)]
    assert seen[0] == "Lag 6"
    assert client(Role.ADMIN).get("/personal", query_string={"after": uuid.uuid4()}).status_code == 200
    assert client(Role.ADMIN).get("/personal", query_string={"after": "?"}).status_code == 200

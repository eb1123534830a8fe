"""An invitation signs one device in, once, within a day, and its secret is written nowhere."""

import logging
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask

from observations import journal
from observations.access import Role
from observations.accounts import links
from observations.accounts.tables import Device, Invitation
from observations.database import Base, Database
from tests.accounts.doors import invitation, is_in, open_invitation
from tests.conftest import ClientFor, MovableClock


def test_an_invitation_signs_the_device_in_with_its_role_and_team(
    client: ClientFor, database: Database, clock: MovableClock
) -> None:
    """Who opens the link is in, without a password, as what the link was made for."""
    browser = client()
    answer = open_invitation(browser, invitation(database, clock(), role=Role.COORDINATOR))

    assert (303, "/min-inloggning") == (answer.status_code, answer.location)
    assert is_in(browser, "/personal")
    with database.reading() as session:
        device = session.scalars(sa.select(Device)).one()
        assert (Role.COORDINATOR, "Parken", False) == (device.role, device.team, device.shared)


def test_looking_at_the_page_uses_nothing(client: ClientFor, database: Database, clock: MovableClock) -> None:
    """A mail program's preview may open the address as often as it likes."""
    secret = invitation(database, clock())
    for _ in range(5):
        assert client().get("/in").status_code == 200
        assert client().get("/in", query_string={"secret": secret}).status_code == 200
        assert client().head("/in").status_code == 200

    assert open_invitation(client(), secret).status_code == 303


def test_of_sixteen_at_once_one_gets_in(client: ClientFor, database: Database, clock: MovableClock) -> None:
    """A link that was passed on signs in the first device and no second one."""
    secret = invitation(database, clock())
    start = Barrier(16)

    def race(_number: int) -> int:
        browser = client()
        start.wait()
        return open_invitation(browser, secret).status_code

    with ThreadPoolExecutor(16) as pool:
        answers = sorted(pool.map(race, range(16)))

    assert [303] + [410] * 15 == answers
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Device)) == 1


def test_used_expired_and_unknown_are_answered_alike(
    client: ClientFor, database: Database, clock: MovableClock
) -> None:
    """Nobody learns from the answer whether a guessed code ever existed."""
    used, expired = invitation(database, clock()), invitation(database, clock())
    open_invitation(client(), used)
    clock.tick(hours=24)
    answers = [open_invitation(client(), secret) for secret in (used, expired, "unknown", "")]

    assert [410] * 4 == [answer.status_code for answer in answers]
    assert len({re.sub(r'value="[^"]+"', "", answer.text) for answer in answers}) == 1
    assert "Set-Cookie" not in answers[0].headers or "ogon=" not in answers[0].headers["Set-Cookie"]


def test_an_invitation_lasts_a_day(client: ClientFor, database: Database, clock: MovableClock) -> None:
    """The last second of the 24 hours still counts."""
    secret = invitation(database, clock())
    clock.tick(hours=23, minutes=59, seconds=59)

    assert open_invitation(client(), secret).status_code == 303


@pytest.mark.parametrize("pasted", ["{secret}", "  {secret}\n", "https://ogon.example/in#{secret}"])
def test_the_code_may_be_pasted_alone_or_within_its_link(
    client: ClientFor, database: Database, clock: MovableClock, pasted: str
) -> None:
    """Without JavaScript one pastes what one was sent."""
    secret = invitation(database, clock())

    assert open_invitation(client(), pasted.format(secret=secret)).status_code == 303


def test_the_qr_code_says_what_the_link_says(app: Flask, client: ClientFor) -> None:
    """The phone's camera comes to the same place as somebody who was sent the link."""
    page = client(Role.COORDINATOR).post("/personal/bjud-in", data={"role": "reporter"}).text
    shown = re.search(r'id="invitation-link">([^<]+)<', page)

    assert shown is not None
    assert shown[1].startswith("http://localhost/in#")
    assert links.qr_svg(shown[1]) in page
    assert links.qr_svg(shown[1]) != links.qr_svg(shown[1] + "x")


def test_a_new_sign_in_on_the_same_browser_ends_the_one_before(
    client: ClientFor, database: Database, clock: MovableClock
) -> None:
    """Nobody's old session lies about, and the secret is a new one after each sign-in."""
    browser = client(Role.COORDINATOR)
    before = browser.get_cookie("ogon")
    open_invitation(browser, invitation(database, clock(), role=Role.ADMIN))
    after = browser.get_cookie("ogon")

    assert before is not None
    assert after is not None
    assert before.value != after.value
    with database.reading() as session:
        ended = {device.role: device.ended_at for device in session.scalars(sa.select(Device))}
        assert {Role.COORDINATOR: clock(), Role.ADMIN: None} == ended


def test_the_journal_tells_of_invitations_and_their_use(
    client: ClientFor, database: Database, clock: MovableClock
) -> None:
    """An administrator can see which sign-in came from which invitation, and who made it."""
    secret = invitation(database, clock())
    open_invitation(client(), secret)

    with database.reading() as session:
        made = session.scalars(sa.select(Invitation)).one()
        device = session.scalars(sa.select(Device)).one()
        told = [(event.what, event.by) for event in journal.of(session, f"invitation:{made.id}")]
    assert [("invitation.created", "test"), ("invitation.used", f"device:{device.id}")] == told


def test_no_secret_is_kept_or_logged(
    client: ClientFor, database: Database, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """Who reads the database or the log can sign in as nobody."""
    caplog.set_level(logging.DEBUG)
    page = client(Role.ADMIN).post("/personal/bjud-in", data={"role": "admin", "team": "Drift"}).text
    secret = re.findall(r"/in#([\w-]{43})", page)[0]
    browser = client()
    open_invitation(browser, secret)
    cookie = browser.get_cookie("ogon")
    assert cookie is not None

    kept = b"".join(whole_database(database, tmp_path))
    assert b"Drift" in kept, "the search must find what is there"
    for handed_out in (secret, cookie.value):
        assert handed_out.encode() not in kept
        assert handed_out not in caplog.text


def whole_database(database: Database, folder: Path) -> Iterator[bytes]:
    """Every row of every table as text, and the bytes of SQLite's files."""
    with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            yield repr(session.execute(sa.select(table)).all()).encode()
    for path in folder.glob("*.sqlite3*"):
        yield path.read_bytes()


def test_the_form_cannot_be_posted_from_elsewhere(
    app: Flask, client: ClientFor, database: Database, clock: MovableClock
) -> None:
    """Another site cannot sign a browser in as somebody else."""
    app.config["WTF_CSRF_ENABLED"] = True
    secret, browser = invitation(database, clock()), client()
    assert open_invitation(browser, secret).status_code == 400

    token = re.findall(r'name="csrf_token" value="([^"]+)"', browser.get("/in").text)[0]
    answer = browser.post("/in", data={"secret": secret, "csrf_token": token})
    assert answer.status_code == 303

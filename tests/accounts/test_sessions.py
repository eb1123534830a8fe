"""A session lasts as long as its role's limits say, its cookie is guarded, and ending it is felt at once."""

import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from config import Settings
from observations import create_app
from observations.access import Role
from observations.accounts import actions, queries, sessions
from observations.accounts.limits import limit
from observations.accounts.tables import ApiToken, Device
from observations.database import Database
from tests.accounts.doors import invitation, is_in, open_invitation
from tests.conftest import ClientFor, MovableClock

PAGE = {Role.REPORTER: "/rapportera", Role.COORDINATOR: "/personal", Role.COUNCIL: "/karta", Role.ADMIN: "/personal"}


@pytest.mark.parametrize("role", list(Role))
def test_a_session_that_is_not_used_runs_out(
    client: ClientFor, database: Database, clock: MovableClock, role: Role
) -> None:
    """A phone that was lost does not stay signed in for ever."""
    browser = client()
    open_invitation(browser, invitation(database, clock(), role=role))
    idle = limit(role, shared=False).idle
    clock.at += idle - timedelta(seconds=1)
    assert is_in(browser, PAGE[role])

    clock.at += idle
    assert not is_in(browser, PAGE[role])


@pytest.mark.parametrize("role", list(Role))
def test_a_session_in_use_ends_at_its_last_day(
    client: ClientFor, database: Database, clock: MovableClock, role: Role
) -> None:
    """Even a session in daily use is renewed by a new invitation now and then."""
    browser = client()
    open_invitation(browser, invitation(database, clock(), role=role))
    limits, start = limit(role, shared=False), clock()
    while clock() + limits.idle / 2 < start + limits.absolute:
        clock.at += limits.idle / 2
        assert is_in(browser, PAGE[role])

    clock.at = start + limits.absolute
    assert not is_in(browser, PAGE[role])


def test_a_shared_phone_is_signed_in_for_one_shift(client: ClientFor, database: Database, clock: MovableClock) -> None:
    """Who takes the phone tomorrow signs in anew."""
    browser = client()
    open_invitation(browser, invitation(database, clock(), shared=True))
    clock.tick(hours=11, minutes=59)
    assert is_in(browser)

    clock.tick(minutes=1)
    assert not is_in(browser)


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("role", list(Role))
def test_who_is_listed_is_who_gets_in(database: Database, clock: MovableClock, role: Role, shared: bool) -> None:
    """The list of devices and the door go by one rule, to the second, though one asks in SQL."""
    idle = limit(role, shared=shared).idle
    with database.writing() as session:
        _, secret = actions.invite(session, role=role, shared=shared, by="test", at=clock())
        device, own = actions.use_invitation(session, secret, at=clock())
        session.commit()
        ends = [device.seen_at + idle, device.expires_at]
    moments = [end + timedelta(seconds=seconds) for end in ends for seconds in (-1, 0, 1)]
    with database.reading() as session:
        for at in moments:
            listed = bool(queries.devices(session, at=at).rows)
            assert listed == (sessions.find_device(session, own, at=at) is not None), at


def test_the_last_use_is_noted_once_an_hour(client: ClientFor, database: Database, clock: MovableClock) -> None:
    """Reading pages does not write to the database at every step."""
    start, browser = clock(), client(Role.REPORTER)
    seen = []
    for minutes in (59, 0, 1, 59):
        clock.tick(minutes=minutes)
        assert is_in(browser)
        with database.reading() as session:
            seen.append(session.scalars(sa.select(Device.seen_at)).one() - start)

    hour = timedelta(hours=1)
    assert [timedelta(0), timedelta(0), hour, hour] == seen


def test_pages_are_answered_while_another_writes(
    app: Flask, client: ClientFor, settings: Settings, clock: MovableClock
) -> None:
    """Somebody else's long change delays nobody's reading, also when the last use is due to be noted."""
    browser = client(Role.REPORTER)
    clock.tick(hours=2)
    if not settings.database_url.startswith("sqlite"):
        pytest.skip("only SQLite has one writer at a time")
    blocker = sqlite3.connect(Path(settings.database_url.removeprefix("sqlite:///")), isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    start = time.perf_counter()
    assert is_in(browser, "/mina-rapporter")
    assert time.perf_counter() - start < 4, "a writer would have waited five seconds"
    blocker.execute("ROLLBACK")
    blocker.close()

    with app.extensions["ogon"].database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 5000, "patience is back for the others"


def test_an_ended_device_is_out_at_once(client: ClientFor, database: Database) -> None:
    """When a coordinator ends a device, its next request is refused."""
    reporter = client(Role.REPORTER)
    with database.reading() as session:
        device_id = session.scalars(sa.select(Device.id)).one()
    assert is_in(reporter)
    assert client(Role.COORDINATOR).post(f"/personal/enhet/{device_id}/avsluta").status_code == 303

    assert not is_in(reporter)
    assert reporter.post("/rapportera").status_code == 401
    assert reporter.get("/api/v1/observations").status_code in (401, 404, 405)


def test_signing_out_ends_the_session_and_not_only_the_cookie(client: ClientFor) -> None:
    """A copy of the cookie is worth nothing afterwards."""
    browser, copy = client(Role.REPORTER), client()
    cookie = browser.get_cookie("ogon")
    assert cookie is not None
    copy.set_cookie("ogon", cookie.value)
    answer = browser.post("/ut")

    assert (303, "/valkommen") == (answer.status_code, answer.location)
    assert browser.get_cookie("ogon") is None
    assert not is_in(copy)
    assert client().post("/ut").status_code == 303, "also where nobody is signed in"


def test_nothing_is_left_for_whoever_sits_here_next(client: ClientFor, database: Database, clock: MovableClock) -> None:
    """On a shared computer no notice for one person is read by the next."""
    browser = client(Role.COORDINATOR)
    browser.post(f"/personal/enhet/{uuid.uuid4()}/avsluta")
    open_invitation(browser, invitation(database, clock()))
    browser.get("/valkommen")

    assert "redan" not in browser.get("/min-inloggning").text
    with browser.session_transaction() as forms:
        assert "_flashes" not in forms


@pytest.mark.parametrize("origin", ["http://[", "http://]x[", "null", "//", "http://localhost.evil.example"])
def test_an_origin_that_is_none_is_a_strangers(client: ClientFor, origin: str) -> None:
    """A page of somebody else's, or a program that sends rubbish: either way no session is lent."""
    answer = client(Role.COORDINATOR).post("/personal/bjud-in", data={"role": "?"}, headers={"Origin": origin})

    assert 401 == answer.status_code


def test_the_cookie_is_guarded(settings: Settings, database: Database, clock: MovableClock) -> None:
    """No script, no other host and no unencrypted line gets hold of a session."""
    answers = {}
    for base_url in ("http://localhost", "https://ogon.example"):
        app = create_app(settings.model_copy(update={"base_url": base_url}), clock=clock)
        app.config["WTF_CSRF_ENABLED"] = False
        answer = open_invitation(app.test_client(), invitation(database, clock()))
        answers[base_url] = next(line for line in answer.headers.getlist("Set-Cookie") if "ogon=" in line)
        app.extensions["ogon"].database.dispose()

    plain, guarded = ({part.split("=")[0] for part in line.split("; ")} - {"Expires"} for line in answers.values())
    assert {"ogon", "Max-Age", "HttpOnly", "Path", "SameSite"} == plain
    assert {"__Host-ogon", "Max-Age", "HttpOnly", "Path", "SameSite", "Secure"} == guarded
    assert all("; Path=/;" in line + ";" and "SameSite=Lax" in line for line in answers.values())
    assert f"Max-Age={365 * 86_400};" in answers["https://ogon.example"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 422),
        ({"Sec-Fetch-Site": "same-origin"}, 422),
        ({"Origin": "http://localhost"}, 422),
        ({"Sec-Fetch-Site": "cross-site"}, 401),
        ({"Sec-Fetch-Site": "same-site"}, 401),
        ({"Origin": "https://elsewhere.example"}, 401),
        ({"Origin": "null"}, 401),
    ],
)
def test_a_cookie_counts_only_from_our_own_pages(client: ClientFor, headers: dict[str, str], status: int) -> None:
    """Another site cannot act with a person's session, in no room of the service."""
    answer = client(Role.COORDINATOR).post("/personal/bjud-in", data={"role": "?"}, headers=headers)

    assert status == answer.status_code


def a_token(database: Database, clock: MovableClock, role: Role = Role.ADMIN) -> str:
    """Another system's secret."""
    with database.writing() as session:
        _, secret = actions.create_token(session, role=role, name="Ärenden", by="test", at=clock())
        session.commit()
    return secret


def test_another_system_signs_in_with_its_token(client: ClientFor, database: Database, clock: MovableClock) -> None:
    """A token stands for its role until it is ended."""
    header = {"Authorization": f"Bearer {a_token(database, clock)}"}
    assert client().get("/personal", headers=header).status_code == 200

    with database.writing() as session:
        session.execute(sa.update(ApiToken).values(ended_at=clock()))
        session.commit()
    assert client().get("/personal", headers=header).status_code == 302


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer ", "Bearer \x80", "Bearer a b"])
def test_a_wrong_token_is_refused_even_beside_a_good_cookie(client: ClientFor, header: str) -> None:
    """A system that presents a token is taken at its word."""
    answer = client(Role.ADMIN).post("/personal/bjud-in", headers={"Authorization": header})

    assert answer.status_code == 401


def test_a_device_secret_is_no_token(client: ClientFor) -> None:
    """What a browser holds is of no use in a header."""
    browser = client(Role.ADMIN)
    cookie = browser.get_cookie("ogon")
    assert cookie is not None

    answer = client().post("/personal/bjud-in", headers={"Authorization": f"Bearer {cookie.value}"})
    assert answer.status_code == 401


def test_finding_who_asks_takes_one_statement(
    app: Flask, client: ClientFor, database: Database, clock: MovableClock
) -> None:
    """Being signed in costs next to nothing."""
    browser = client(Role.ADMIN)
    said: list[str] = []
    sa.event.listen(
        app.extensions["ogon"].database.engine, "before_cursor_execute", lambda *event: said.append(event[2])
    )
    browser.post("/personal/bjud-in", data={"role": "?"}, headers={"Sec-Fetch-Site": "same-origin"})

    assert sum("FROM device" in statement and "token_sha256 =" in statement for statement in said) == 1


@pytest.mark.parametrize("fresh_database", ["postgresql"], indirect=True)
def test_a_database_that_is_away_signs_nobody_out(client: ClientFor, settings: Settings) -> None:
    """The phone is told to come back later, not that its session is over."""
    browser = client(Role.REPORTER)
    with shut_down(settings.database_url):
        for answer in (browser.get("/rapportera"), browser.post("/rapportera"), browser.get("/ready")):
            assert answer.status_code == 503
        assert browser.get("/live").status_code == 200
        assert browser.get("/ready").json == {"ok": False, "failing": ["database"]}

    assert is_in(browser)


@contextmanager
def shut_down(url: str) -> Iterator[None]:
    """One PostgreSQL database that takes no connections and has lost those it had."""
    own = sa.make_url(url)
    other = sa.create_engine(own.set(drivername="postgresql+psycopg", database="postgres"), poolclass=sa.NullPool)
    with other.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(f'ALTER DATABASE "{own.database}" ALLOW_CONNECTIONS false'))
        kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
        connection.execute(sa.text(kill), {"name": own.database})
        yield
        connection.execute(sa.text(f'ALTER DATABASE "{own.database}" ALLOW_CONNECTIONS true'))

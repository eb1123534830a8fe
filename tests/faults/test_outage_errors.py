"""Whatever a database's driver calls its trouble, people and programs are asked to come back; nobody gets a 500."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError

from observations.access import Role
from observations.database import Database
from tests.conftest import ClientFor
from tests.faults.outages import empty_the_log, immutable

ERRORS: dict[str, tuple[Exception, ...]] = {
    "sqlite": (
        sqlite3.InterfaceError("bad parameter or other API misuse"),
        sqlite3.DatabaseError("file is not a database"),
        sqlite3.OperationalError("unable to open database file"),
    ),
    "postgresql": (
        psycopg.InterfaceError("the connection is closed"),
        psycopg.InternalError("cached plan"),
        psycopg.errors.AdminShutdown("terminating connection due to administrator command"),
        psycopg.errors.CannotConnectNow("the database system is starting up"),
    ),
}
LAST_STATEMENT = 7
"""Counted from different starts, so that each of a page's first seven is the last once."""
PAGES = ("/", "/lista", "/karta", "/granska", "/personal", "/api/v1/observations", "/api/v1/map")
only_sqlite = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
only_postgresql = pytest.mark.parametrize("fresh_database", ["postgresql"], indirect=True)


@pytest.fixture
def served(app: Flask) -> Database:
    """The database as the service itself has it."""
    database: Database = app.extensions["ogon"].database
    return database


def statuses(browser: FlaskClient) -> dict[str, int]:
    """What each page answers."""
    return {path: browser.get(path).status_code for path in PAGES}


@only_sqlite
def test_a_damaged_file(served: Database, client: ClientFor) -> None:
    """SQLite's "database disk image is malformed" is no OperationalError of its own accord."""
    browser = client(Role.COORDINATOR)
    file = Path(str(served.url.database))
    served.dispose()
    empty_the_log(file)
    with file.open("r+b") as damaged:
        damaged.seek(4096)
        damaged.write(b"\xff" * 4096 * 60)
    with sqlite3.connect(file) as connection, pytest.raises(sqlite3.DatabaseError) as seen:
        connection.execute("SELECT * FROM device").fetchall()

    assert sqlite3.DatabaseError is seen.type, "control: that is what the driver says"
    assert dict.fromkeys(PAGES, 503) == statuses(browser)
    assert 503 == browser.get("/ready").status_code


def test_a_connection_that_cannot_be_made(served: Database, client: ClientFor) -> None:
    """By whatever name the driver calls it."""
    browser = client(Role.COORDINATOR)
    for error in ERRORS[served.engine.dialect.name]:
        served.dispose()

        def refuse(*_: object, error: Exception = error) -> NoReturn:
            raise error

        event.listen(served.engine, "do_connect", refuse)

        assert dict.fromkeys(PAGES, 503) == statuses(browser), error
        assert 503 == browser.post("/ut").status_code, error
        event.remove(served.engine, "do_connect", refuse)


@only_sqlite
def test_a_connection_that_was_opened_when_nothing_could_be_written(served: Database, client: ClientFor) -> None:
    """SQLite opens such a file for reading and stays so; it must not be the one that the next change is made on."""
    browser = client(Role.COORDINATOR)
    served.dispose()
    file = Path(str(served.url.database))
    with immutable(*(path for path in file.parent.glob(f"{file.name}*") if not path.name.endswith("-shm"))):
        read, refused = browser.get("/lista").status_code, browser.post("/ut").status_code

    assert (200, 503, 303) == (read, refused, browser.post("/ut").status_code)


@only_postgresql
def test_a_connection_that_is_ended_between_two_statements(served: Database, client: ClientFor) -> None:
    """Wherever in the making of a page it breaks, that is a 503 at worst, and the next try is as ever."""
    browser = client(Role.COORDINATOR)
    url = served.url.set(drivername="postgresql").render_as_string(hide_password=False)
    answers = []
    for path in ("/lista", "/granska", "/personal"):
        for number in range(1, 8):
            statements = count(number)

            def end_it(connection: sa.Connection, *_: object, statements: Iterator[int] = statements) -> None:
                if next(statements) == LAST_STATEMENT:
                    pid = connection.connection.dbapi_connection.info.backend_pid  # type: ignore[union-attr]
                    with psycopg.connect(url, autocommit=True) as operator:
                        operator.execute("SELECT pg_terminate_backend(%s)", [pid])

            event.listen(served.engine, "after_cursor_execute", end_it)
            answers.append(browser.get(path).status_code)
            event.remove(served.engine, "after_cursor_execute", end_it)
            assert browser.get(path).status_code in (200, 302), "the next one"

    assert {503} <= set(answers) <= {200, 302, 503}, "200 and 302 where that statement was the connection's last"


def test_no_connection_free(served: Database, client: ClientFor) -> None:
    """Everybody works on something long: whoever comes now is told so after five seconds, not after thirty."""
    browser = client(Role.COORDINATOR)
    with ExitStack() as stack:
        pool = served.engine.pool
        assert isinstance(pool, sa.QueuePool)
        pool._timeout = 0.2  # five seconds are long for a test
        for _ in range(pool.size() + pool._max_overflow):
            stack.enter_context(served.engine.connect())
        answers = statuses(browser)

    assert dict.fromkeys(PAGES, 503) == answers
    assert 200 == browser.get("/lista").status_code


def test_what_is_no_outage_stays_a_fault(served: Database) -> None:
    """Control: a constraint, a wrong statement and a value that does not fit are the service's own mistakes."""
    with served.writing() as session, pytest.raises(IntegrityError):
        session.execute(sa.text("INSERT INTO device (id) VALUES (NULL)"))
    with served.reading() as session, pytest.raises(ProgrammingError):
        session.execute(sa.text("SELECT wrong FROM device"))
    if served.engine.dialect.name == "postgresql":
        with served.reading() as session, pytest.raises(DataError):
            session.execute(sa.text("SELECT CAST('x' AS integer)"))


@pytest.fixture(autouse=True)
def _nothing_listens_afterwards(served: Database) -> Iterator[None]:
    yield
    served.dispose()

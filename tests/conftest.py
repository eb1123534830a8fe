"""What every test can ask for by name: a database, settings, a clock that is moved by hand, the app, a client."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.test import TestResponse

from config import Settings
from observations import create_app
from observations.access import Role
from observations.accounts.sessions import cookie_name
from observations.accounts.tables import Device
from observations.accounts.tokens import digest
from observations.database import Database
from tests.databases import CHOSEN, PostgresServer, SqliteFiles, postgres_server, unknown_kinds
from uploads import recognizers

# A shared machine is slow now and then; that is no finding. What fails is printed so that it can be repeated.
hypothesis.settings.register_profile("house", deadline=None, print_blob=True)
hypothesis.settings.load_profile("house")

ClientFor = Callable[..., FlaskClient]
"""`client(Role.COORDINATOR)`: a browser signed in as that; `client()`: one that nobody has signed in on."""

FreshDatabase = Callable[..., AbstractContextManager[str]]


LONGEST = ("journeys", "faults")
"""Folders whose tests take longest."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The folders that take longest go first, in whatever order they are in: at the end no core waits for another."""
    items.sort(key=lambda item: (*LONGEST, item.path.parent.name).index(item.path.parent.name))


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a misspelt OGON_TEST_DATABASES rather than test on fewer databases than was meant."""
    if unknown := unknown_kinds():
        raise pytest.UsageError(f"OGON_TEST_DATABASES: no such database: {', '.join(unknown)}")


class MovableClock:
    """Stands still until it is moved: `clock.at = …` sets it, `clock.tick(hours=2)` moves it on."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """The moment it shows."""
        return self.at

    def tick(self, **how_far: float) -> datetime:
        """Move on by so many `days`, `hours`, `minutes` or `seconds`; returns the moment it then shows."""
        self.at += timedelta(**how_far)
        return self.at


class Browser(FlaskClient):
    """Reads each answer to its end and closes it, as a real one does, so that no file is left open."""

    def open(self, *args: Any, buffered: bool = True, **named: Any) -> TestResponse:
        """Make a request; every `get` and `post` comes here."""
        return super().open(*args, buffered=buffered, **named)


class CompiledTemplates(BytecodeCache):
    """Templates compiled once for all apps of a test run: doing it anew for each took half of the time."""

    def __init__(self) -> None:
        self.compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Hand out what an earlier app compiled from the same source."""
        if bucket.key in self.compiled:
            bucket.bytecode_from_string(self.compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled now."""
        self.compiled[bucket.key] = bucket.bytecode_to_string()


TEMPLATES = CompiledTemplates()


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    """Where SQLite databases are copied from."""
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresServer]:
    """The PostgreSQL server of this test run, started when the first test needs it."""
    with postgres_server() as server:
        yield server


@pytest.fixture(params=CHOSEN)
def fresh_database(request: pytest.FixtureRequest) -> FreshDatabase:
    """Makes databases of one kind; a test that asks for it runs once on each kind."""
    maker = request.getfixturevalue({"sqlite": "sqlite_files", "postgresql": "postgresql"}[request.param])
    make: FreshDatabase = maker.fresh
    return make


@pytest.fixture
def database_url(fresh_database: FreshDatabase, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database without rows; on SQLite, then once more on PostgreSQL."""
    with fresh_database(tmp_path) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database without rows, the same one that `app` uses."""
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Ordinary settings for an instance below tmp_path."""
    return Settings(instance=tmp_path / "instance", database_url=database_url, base_url="http://localhost")


@pytest.fixture
def clock() -> MovableClock:
    """Shows Tuesday 2026-09-15, noon in Sweden, until it is moved."""
    return MovableClock(datetime(2026, 9, 15, 10, 0, tzinfo=UTC))


@pytest.fixture
def app(settings: Settings, clock: MovableClock) -> Iterator[Flask]:
    """The whole service, with errors raised in the test and without the form's guard against other sites."""
    app = create_app(settings, clock=clock, look=recognizers.look)
    app.jinja_env.bytecode_cache = TEMPLATES
    app.test_client_class = Browser
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield app
    app.extensions["ogon"].database.dispose()


@pytest.fixture
def client(app: Flask, database: Database, clock: MovableClock) -> ClientFor:
    """Makes browsers: `client(Role.REPORTER)` is signed in as a reporter, `client()` is nobody."""

    def make(role: Role | None = None, *, team: str = "Parken") -> FlaskClient:
        browser = app.test_client()
        if role is not None:
            token = uuid.uuid4().hex
            with database.writing() as session:
                session.add(a_device(token, role=role, team=team, at=clock()))
                session.commit()
            browser.set_cookie(cookie_name(), token)
        return browser

    return make


def a_device(token: str, *, role: Role, team: str, at: datetime) -> Device:
    """A signed-in browser's row, as if it had opened its invitation at that moment."""
    return Device(
        token_sha256=digest(token),
        role=role,
        team=team,
        created_at=at,
        seen_at=at,
        expires_at=at + timedelta(days=365),
    )

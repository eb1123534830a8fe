"""Servers that are not careful, each in one thing: `python -m tests.faults.careless FAULT serve …`, for controls."""

import os
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from observations import database
from observations.cli import main
from observations.intake import keeping, receive
from observations.intake.draft import Receipt
from observations.record.tables import Observation
from uploads.stores import folder

LATE_S = 1.0
"""Between the answer and what should have come before it: more than long enough to be killed in between."""


def files_late() -> None:
    """The reversed order: row and answer come first, the photo's file after them."""
    in_time = folder.FolderStore.put

    def put(self: folder.FolderStore, name: str, data: bytes) -> None:
        threading.Timer(LATE_S, in_time, (self, name, data)).start()

    folder.FolderStore.put = put  # type: ignore[method-assign]  # a planted fault


def rows_late() -> None:
    """The answer comes first, the row after it."""
    in_time = receive._keep

    def keep(observation: Observation, cleaned: Any, gate: Any, **named: Any) -> Receipt:
        threading.Timer(LATE_S, in_time, (observation, cleaned, gate), named).start()
        return Receipt(observation.id, 0, observation.review, photos=(), created=True)

    receive._keep = keep


def files_unsynced() -> None:
    """The photo's bytes are left to the system, which writes them when it likes."""
    os.fsync = lambda fd: None


def folder_unsynced() -> None:
    """So is the photo's name."""
    folder._sync_folder = lambda folder: None


def database_unsynced() -> None:
    """And so are the rows: the setting of many guides to a fast SQLite."""
    careful = database._sqlite

    def careless(url: sa.URL) -> sa.Engine:
        engine = careful(url)
        event.listen(engine, "connect", lambda connection, _entry: connection.execute("PRAGMA synchronous=NORMAL"))
        return engine

    database._sqlite = careless


def files_destroyed() -> None:
    """A commit that raised is taken for one that failed: its photos go at once."""
    keeping._has_failed = lambda error: True


FAULTS: Mapping[str, Callable[[], None]] = {
    "files-late": files_late,
    "rows-late": rows_late,
    "files-unsynced": files_unsynced,
    "folder-unsynced": folder_unsynced,
    "database-unsynced": database_unsynced,
    "files-destroyed": files_destroyed,
}


def program(fault: str) -> tuple[str, str, str]:
    """What stands in the place of the command line."""
    return "-m", "tests.faults.careless", fault


if __name__ == "__main__":
    FAULTS[sys.argv.pop(1)]()
    main()

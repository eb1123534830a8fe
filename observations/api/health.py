"""Whether the service runs, and whether it can take a report: for the programs that watch over it."""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from observations.access import allow
from observations.database import Database
from observations.web import current_database, current_settings, photo_store
from uploads.stores import StoreUnavailable

log = logging.getLogger(__name__)

bp = Blueprint("health", __name__)

ROOM_FOR_A_REPORT_BYTES = 4 * 1024 * 1024
"""Five photos of 0.8 MB: with less than that the next report may have to be refused."""
WRITER_S = 1.0
"""How long another writer may keep a report waiting before that is told: they are at work for milliseconds."""
SAME_AGAIN = sa.text("UPDATE alembic_version SET version_num = version_num")


class DiskFull(Exception):
    """The disk of the instance folder has no room for another report."""


@bp.get("/live")
@allow.anyone
def live() -> ResponseReturnValue:
    """200 as long as the process answers; nothing else is asked, so that a slow disk does not get it restarted."""
    return jsonify(ok=True)


@bp.get("/ready")
@allow.anyone
def ready() -> ResponseReturnValue:
    """200 when a report could be kept now, else 503 with the names of the parts that fail and no more."""
    parts: dict[str, Callable[[], None]] = {
        "database": lambda: probe_database(current_database()),
        "store": photo_store().probe,
        "disk": lambda: probe_disk(current_settings().instance, ROOM_FOR_A_REPORT_BYTES),
    }
    failing = [name for name, probe in parts.items() if not _works(name, probe)]
    if failing:
        return jsonify(ok=False, failing=failing), 503
    return jsonify(ok=True)


def probe_database(database: Database) -> None:
    """Writes what is there already, durably. Raises sqlalchemy's errors when the database is away, locked or full."""
    with database.writing_unless_busy(wait_s=WRITER_S) as session:
        session.execute(SAME_AGAIN)
        session.commit()


def probe_disk(folder: Path, needed_bytes: int) -> None:
    """Looks at the room left. Raises DiskFull, and OSError when the folder is gone."""
    if shutil.disk_usage(folder).free < needed_bytes:
        raise DiskFull


def _works(name: str, probe: Callable[[], None]) -> bool:
    try:
        probe()
    except (SQLAlchemyError, StoreUnavailable, DiskFull, OSError) as error:
        log.warning("not ready: %s: %s", name, type(error).__name__)
        return False
    return True

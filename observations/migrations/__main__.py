"""Writes a new migration from what the models and the newest migration differ in: for developers."""

import sys
import tempfile
from pathlib import Path

from alembic import command

from observations.database import Database, UtcDateTime
from observations.migrations import alembic_config, migrate


def plain_types(kind: str, value: object, _context: object) -> str | bool:
    """Our own moment type is, to a migration, the plain one: history must not import today's code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(value, UtcDateTime) else False


def main(message: str) -> None:
    """Compare on an empty SQLite that has taken every step so far."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'new.sqlite3'}")
        migrate(database)
        versions = list((Path(__file__).parent / "versions").glob("[0-9]*.py"))
        with database.engine.begin() as connection:
            config = alembic_config(connection)
            config.attributes["render_item"] = plain_types
            command.revision(config, message, autogenerate=True, rev_id=f"{len(versions) + 1:04d}")


if __name__ == "__main__":
    main(sys.argv[1])

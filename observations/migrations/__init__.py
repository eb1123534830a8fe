"""The database's history, step by step, run by code: there is no ini file to forget."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection

from observations.database import Database
from observations.record import counting


def alembic_config(connection: Connection) -> Config:
    """Alembic's settings for a connection that is open already."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def migrate(database: Database, to: str = "head") -> None:
    """Bring the database to a revision, all or nothing; does nothing when it is there already."""
    with database.engine.execution_options(ogon_writes=True).begin() as connection:
        config = alembic_config(connection)
        if to == "base":
            command.downgrade(config, "base")
        else:
            command.upgrade(config, to)
    if to == "head":
        with database.writing() as session:
            if counting.fill(session):
                session.commit()

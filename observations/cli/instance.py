"""What every command begins with: the settings of this process and the database of its instance."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import OperationalError

import config
from observations.database import Database
from observations.migrations import migrate

COMMAND_LINE = "command"
"""How the journal calls whoever has a shell."""


def settings() -> config.Settings:
    """The settings of this process's environment; a wrong one ends the command with a sentence."""
    try:
        return config.load(os.environ)
    except config.SettingsInvalid as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def database(chosen: config.Settings | None = None) -> Iterator[Database]:
    """The instance's database, made and migrated as needed, closed at the end; when it is away, a sentence says so."""
    opened = Database((chosen or settings()).database_url)
    try:
        migrate(opened)
        yield opened
    except OperationalError as error:
        raise click.ClickException(f"Database: {str(error.orig).partition(chr(10))[0]}") from error
    finally:
        opened.dispose()


def tell(text: str) -> None:
    """Say how far the work has come, on stderr: stdout is for results."""
    click.echo(text, err=True)

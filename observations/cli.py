"""The command line: `python -m observations <command>`. Logs go to stderr, results to stdout."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.orm import Session

import config
from observations import create_app
from observations.access import Role
from observations.accounts import actions as accounts
from observations.accounts.links import invitation_link
from observations.clock import now
from observations.database import Database
from observations.migrations import migrate

COMMAND_LINE = "command"
"""How the journal calls whoever has a shell."""


@click.group()
def cli() -> None:
    """1 000 ögon."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s")


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def serve(host: str, port: int) -> None:
    """Answer requests, in the foreground."""
    from waitress import serve as waitress_serve  # here, so that other commands start without a server

    app = create_app(settings())
    click.echo(f"Serving on {host}:{port}", err=True)
    limit = app.request_class.max_content_length or 0
    waitress_serve(
        app,
        host=host,
        port=port,
        threads=8,
        connection_limit=300,
        channel_timeout=30,
        max_request_body_size=limit,
        inbuf_overflow=limit + 1_048_576,  # a body is never spooled to a file
        ident=None,
    )


@cli.command()
@click.option("--reports", type=click.IntRange(1, 10_000_000), required=True)
@click.option("--years", type=click.IntRange(1, 10), default=3, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
def simulate(reports: int, years: int, seed: int) -> None:
    """Add a synthetic history, for measuring; never to an instance that is in use."""
    from observations.demo.simulate import simulate as add_history  # here, since numpy is slow to load

    database = Database(settings().database_url)
    migrate(database)
    with click.progressbar(length=reports, label="Reports", file=sys.stderr) as bar, database.writing() as session:
        total = add_history(
            session,
            reports=reports,
            years=years,
            seed=seed,
            until=now(),
            progress=lambda done: bar.update(done - bar.pos),
        )
        session.commit()
    click.echo(total)


@cli.command()
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--team", default="", help="A group, not a person.")
def invite(role: str, team: str) -> None:
    """Make an invitation and print its link: one device, once, within 24 hours."""
    with _changing() as session:
        _, secret = accounts.invite(session, role=Role(role), team=team, by=COMMAND_LINE, at=now())
        session.commit()
    click.echo(invitation_link(settings().base_url, secret))


@cli.command()
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--name", required=True, help="The system that gets it; names may repeat.")
def token(role: str, name: str) -> None:
    """Make a token for another system and print it; it is shown only now."""
    with _changing() as session:
        _, secret = accounts.create_token(session, role=Role(role), name=name, by=COMMAND_LINE, at=now())
        session.commit()
    click.echo(secret)


@contextmanager
def _changing() -> Iterator[Session]:
    """A writing session on the instance's database, made and migrated as needed; a wrong name ends in a sentence."""
    database = Database(settings().database_url)
    migrate(database)
    try:
        with database.writing() as session:
            yield session
    except accounts.NameUnusable as error:
        raise click.ClickException("A name has at most 60 ordinary characters.") from error
    finally:
        database.dispose()


def settings() -> config.Settings:
    """The settings of this process's environment; a wrong one ends the command with a sentence."""
    try:
        return config.load(os.environ)
    except config.SettingsInvalid as error:
        raise click.ClickException(str(error)) from error


def main() -> None:
    """Run the command that was asked for."""
    cli(prog_name=f"{Path(sys.executable).name} -m observations")

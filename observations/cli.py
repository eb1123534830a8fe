"""The command line: `python -m observations <command>`. Logs go to stderr, results to stdout."""

import logging
import os
import sys
from pathlib import Path

import click

import config
from observations import create_app
from observations.clock import now
from observations.database import Database
from observations.migrations import migrate


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


def settings() -> config.Settings:
    """The settings of this process's environment; a wrong one ends the command with a sentence."""
    try:
        return config.load(os.environ)
    except config.SettingsInvalid as error:
        raise click.ClickException(str(error)) from error


def main() -> None:
    """Run the command that was asked for."""
    cli(prog_name=f"{Path(sys.executable).name} -m observations")

"""The command line: `python -m observations <command>`. Logs go to stderr, results to stdout."""

import logging
import os
import sys
from pathlib import Path

import click

import config
from observations import create_app


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


def settings() -> config.Settings:
    """The settings of this process's environment; a wrong one ends the command with a sentence."""
    try:
        return config.load(os.environ)
    except config.SettingsInvalid as error:
        raise click.ClickException(str(error)) from error


def main() -> None:
    """Run the command that was asked for."""
    cli(prog_name=f"{Path(sys.executable).name} -m observations")

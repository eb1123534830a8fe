"""`serve`: the web server, in the foreground."""

import logging
import os
import signal

import click

from observations import create_app
from observations.cli import background
from observations.cli.instance import settings
from observations.web import SecretUnusable
from uploads.recognizers.apart import Apart


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def serve(host: str, port: int) -> None:
    """Answer requests, in the foreground, until told to stop; what is under way is finished first."""
    from observations.server import WebServer  # here, so that other commands start without a server

    chosen = settings()
    try:
        app = create_app(chosen, look=Apart().look)  # its process ends when it sees that this one has ended
    except SecretUnusable as error:
        raise click.ClickException(str(error)) from error
    server = WebServer(app, chosen, host=host, port=port)
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda _signal, _frame: server.stop())
    background.start(app.extensions["ogon"])
    server.run()
    logging.shutdown()
    os._exit(0)  # what goes on in the background may break off anywhere, and would take an orderly end for a failure

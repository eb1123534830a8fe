"""`serve`: the web server, in the foreground."""

from typing import Any

import click

from config import Settings
from observations import create_app
from observations.cli import background
from observations.cli.instance import settings
from observations.web.requests import BODY_LIMIT_BYTES
from uploads.recognizers.apart import Apart


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def serve(host: str, port: int) -> None:
    """Answer requests, in the foreground."""
    from waitress import serve as waitress_serve  # here, so that other commands start without a server

    chosen = settings()
    apart = Apart()
    app = create_app(chosen, look=apart.look)
    background.start(app.extensions["ogon"])
    try:
        waitress_serve(app, host=host, port=port, **server_options(chosen))
    finally:
        apart.close()


def server_options(chosen: Settings) -> dict[str, Any]:
    """How the web server is set up, beside where it listens."""
    return {
        "threads": 8,
        "connection_limit": 300,
        "channel_timeout": 30,
        "max_request_body_size": BODY_LIMIT_BYTES,
        "inbuf_overflow": BODY_LIMIT_BYTES + 1_048_576,  # a body is never spooled to a file
        "clear_untrusted_proxy_headers": not chosen.trusted_proxies,  # else web.install reads those that count
        "ident": None,
    }

"""`serve`: the web server, in the foreground."""

import click

from observations import create_app
from observations.cli.instance import settings, tell
from observations.web.requests import BODY_LIMIT_BYTES


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def serve(host: str, port: int) -> None:
    """Answer requests, in the foreground."""
    from waitress import serve as waitress_serve  # here, so that other commands start without a server

    app = create_app(settings())
    tell(f"Serving on {host}:{port}")
    waitress_serve(
        app,
        host=host,
        port=port,
        threads=8,
        connection_limit=300,
        channel_timeout=30,
        max_request_body_size=BODY_LIMIT_BYTES,
        inbuf_overflow=BODY_LIMIT_BYTES + 1_048_576,  # a body is never spooled to a file
        ident=None,
    )

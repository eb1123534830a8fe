"""`serve`: the web server, in the foreground, and the sweep beside it."""

import logging
import threading
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from observations import create_app
from observations.cli.instance import settings
from observations.record.sweep import TooManyOrphans, sweep
from observations.web import Runtime
from observations.web.requests import BODY_LIMIT_BYTES
from uploads.stores import StoreUnavailable

log = logging.getLogger(__name__)

SWEEP_EVERY_S = 3600


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def serve(host: str, port: int) -> None:
    """Answer requests, in the foreground."""
    from waitress import serve as waitress_serve  # here, so that other commands start without a server

    chosen = settings()
    app = create_app(chosen)
    threading.Thread(target=_keep_swept, args=(app.extensions["ogon"],), name="sweep", daemon=True).start()
    waitress_serve(app, host=host, port=port, **server_options(chosen))


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


def _keep_swept(runtime: Runtime) -> None:
    """Sweep the photo store now and every hour, for as long as the process lives."""
    pause = threading.Event()
    while True:
        sweep_once(runtime)
        pause.wait(SWEEP_EVERY_S)


def sweep_once(runtime: Runtime) -> None:
    """Take away what a crash left; trouble is told in the log, and the next time tries again."""
    try:
        swept = sweep(runtime.database, runtime.store, at=runtime.clock())
    except TooManyOrphans:
        return  # the sweep has raised the alarm
    except (StoreUnavailable, SQLAlchemyError, OSError) as error:
        log.error("the photo store was not swept: %s", type(error).__name__)
        return
    if swept.temporary_files or swept.orphan_files:
        log.info("swept: %d temporary files, %d photo files without a row", swept.temporary_files, swept.orphan_files)

"""The name of each request, which its answer and every line about it in the log carry; and its one line there.

A line tells what was done and how long it took: the route as it is written in the code, never the address as it was
typed. Who asked is known as a role.
"""

import logging
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

from flask import Flask, Response, g, request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

HEADER: Final = "X-Request-Id"
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OF_A_PROXY: Final = re.compile(r"[0-9a-f-]{8,64}")
"""What proxies make: hexadecimal, or a UUID. Nothing else gets into the log this way."""
SELDOM_OF_INTEREST: Final = frozenset({"static", "health.live", "health.ready"})

_name: ContextVar[str] = ContextVar("request_name", default="")


def current() -> str:
    """The name of the request that this thread works on; empty outside one."""
    return _name.get()


@contextmanager
def traced(name: str = "") -> Iterator[str]:
    """As long as the block lasts this thread works on that request, or on one with a fresh name."""
    token = _name.set(name or secrets.token_hex(8))
    try:
        yield _name.get()
    finally:
        _name.reset(token)


def install(app: Flask, *, proxied: bool) -> None:
    """Name every request and note it. Behind a proxy the name that it has given is taken over."""
    app.wsgi_app = _Traced(app.wsgi_app, proxied)  # type: ignore[method-assign]
    app.before_request(_begin)
    app.after_request(_end)


class _Traced:
    """The application, with a name for each request around it."""

    def __init__(self, app: "WSGIApplication", proxied: bool) -> None:
        self._app = app
        self._proxied = proxied

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        offered = str(environ.get("HTTP_X_REQUEST_ID", "")) if self._proxied else ""
        with traced(offered if OF_A_PROXY.fullmatch(offered) else ""):
            return self._app(environ, start_response)


def note(
    *,
    method: str = "-",
    route: str = "-",
    status: int,
    began: float,
    role: str = "-",
    bytes_in: int = 0,
    bytes_out: int | None = None,
    level: int = logging.INFO,
) -> None:
    """Write the line of a request that `began` then (time.time())."""
    took_ms = max(0, round((time.time() - began) * 1000))
    out = "-" if bytes_out is None else bytes_out
    log.log(
        level,
        "method=%s route=%s status=%d ms=%d role=%s in=%d out=%s",
        *(method, route, status, took_ms, role, bytes_in, out),
    )


def _begin() -> None:
    g.ogon_began = time.time()


def _end(response: Response) -> Response:
    """Runs last, since it was installed first: what it sees is what leaves."""
    response.headers[HEADER] = current()
    actor = g.get("ogon_actor")  # as far as it was looked up; nobody is looked up for the log
    well = response.status_code < 400
    note(
        method=request.method if request.method in METHODS else "-",
        route=request.url_rule.rule if request.url_rule else "-",
        status=response.status_code,
        began=g.get("ogon_began", time.time()),
        role=actor.role.value if actor else "-",
        bytes_in=request.content_length or 0,
        bytes_out=response.content_length if response.is_streamed else response.calculate_content_length(),
        level=logging.DEBUG if well and request.endpoint in SELDOM_OF_INTEREST else logging.INFO,
    )
    return response

"""The headers on every answer, errors included: nothing from elsewhere, nothing framed, nothing guessed."""

from typing import Final

from flask import Flask, Response

from observations.web import carried
from observations.web.runtime import current_settings

PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
BARE_POLICY = "default-src 'none'; frame-ancestors 'none'"
"""Of what is a line of text and no page."""

ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
UNLESS_SAID: Final = {"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-store"}
"""A view may be stricter with its content, or let its answer be kept."""
HTTPS: Final = {"Strict-Transport-Security": "max-age=31536000"}


def install(app: Flask) -> None:
    """Put the headers on whatever leaves."""
    app.after_request(_protect)


def bare(https: bool) -> dict[str, str]:
    """The headers of an answer that no page is part of, such as one that the web server gives by itself."""
    return {**UNLESS_SAID, "Content-Security-Policy": BARE_POLICY, **ALWAYS, **(HTTPS if https else {})}


def _protect(response: Response) -> Response:
    said = UNLESS_SAID | {"Content-Security-Policy": carried.policy(PAGE_POLICY)}
    for name, value in said.items():
        response.headers.setdefault(name, value)
    response.headers.update(ALWAYS | (HTTPS if current_settings().https else {}))
    return response

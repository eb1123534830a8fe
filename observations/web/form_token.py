"""What ties a form to the browser that it was shown in, and what happens when the tie is gone."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from observations import limits
from observations.access import current_actor_or_none


class LastingTie(SecureCookieSessionInterface):
    """The cookie outlives the browser: a phone ends that whenever it needs memory, and the page comes back without."""

    def get_expiration_time(self, app: Flask, session: SessionMixin) -> datetime:
        """When the browser may forget it."""
        return datetime.now(UTC) + app.permanent_session_lifetime


def install(app: Flask, *, https: bool) -> None:
    """Set the cookie up. It holds a random number, signed, and what is to be told on the next page."""
    app.session_interface = LastingTie()
    app.config.update(
        PERMANENT_SESSION_LIFETIME=limits.FORMS_LAST,
        SESSION_COOKIE_NAME="__Host-form" if https else "form",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )


NOT_AGAIN = frozenset({"csrf_token", "secret", "answer"})
"""Fields that are not written into a page: the old token, an invitation's secret, a passkey's answer."""


@dataclass(frozen=True)
class Again:
    """A form that was sent under a tie that is gone, to be offered once more; files have to be chosen again."""

    action: str
    fields: list[tuple[str, str]]
    files: list[str]
    """Names of the fields that held files."""


def host_of(address: str) -> str | None:
    """Host and port of an address; None, which is nobody's, where it is no address."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return None


def to_send_again() -> Again | None:
    """What was typed, if it was surely typed here by somebody who is signed in: else another site might have filled it.

    A browser says where a form came from (W3C Fetch Metadata, or the Origin of RFC 6454).
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin", "")
    typed_here = site == "same-origin" if site else host_of(origin) == request.host
    if not typed_here or current_actor_or_none() is None:
        return None
    return Again(
        action=request.full_path.removesuffix("?"),
        fields=[(name, value) for name, value in request.form.items(multi=True) if name not in NOT_AGAIN],
        files=sorted({name for name, file in request.files.items(multi=True) if file.filename}),
    )

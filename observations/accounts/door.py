"""Through the door: what every way in ends with."""

from datetime import datetime
from http import HTTPStatus

from flask import Response, make_response, redirect, url_for
from flask import session as forms
from sqlalchemy.orm import Session

from observations.access import current_actor_or_none
from observations.accounts import members, sessions
from observations.accounts.tables import Device


def forget_person() -> None:
    """Take out of the forms' cookie what pages were to say next, and their token: they were for whoever sat here."""
    for name in ("_flashes", "csrf_token"):
        forms.pop(name, None)


def let_in(session: Session, device: Device, secret: str, *, at: datetime, to: str = "front") -> Response:
    """Commit, and answer with the new session's cookie and the way to an endpoint; a former session here ends.

    The secret is always a new one, so that whoever knew the browser's cookie before knows nothing now.
    """
    before = current_actor_or_none()
    if before is not None and before.kind == "device":
        members.end_device(session, before.device_id, by=before.pseudonym, at=at)
    session.commit()
    forget_person()
    response = make_response(redirect(url_for(to), HTTPStatus.SEE_OTHER))
    sessions.set_cookie(response, secret, device.expires_at - at)
    return response

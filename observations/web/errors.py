"""What people and machines are told when something is wrong: a sentence, never a stack trace."""

import logging
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from observations.access import NotAllowed, SignInNeeded

log = logging.getLogger(__name__)

MACHINE_PATHS = ("/api/", "/open311/")
RETRY_AFTER_S = 5


class BadInput(Exception):
    """What was sent cannot be taken; `message` says why, in the reader's language, `fields` which field it is."""

    def __init__(self, message: str, *, status: int = 422, fields: Mapping[str, str] | None = None) -> None:
        """`fields` maps a field's name to its own sentence."""
        super().__init__(message)
        self.message = message
        self.status = status
        self.fields = dict(fields or {})


class Busy(Exception):
    """The service cannot take this just now and has kept nothing of it; the client sends it again later: 503."""


def for_machine() -> bool:
    """Whether the answer goes to a program rather than to a person."""
    return request.path.startswith(MACHINE_PATHS)


def problem(status: int, title: str, *, detail: str = "", **more: Any) -> Response:
    """An application/problem+json answer (RFC 9457)."""
    body = {"type": "about:blank", "status": status, "title": title, **more}
    if detail:
        body["detail"] = detail
    response = jsonify(body)
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response


def answer(status: int, title: str, sentence: str = "", fields: Mapping[str, str] | None = None) -> Response:
    """The error as a page, or as problem+json where a machine asked."""
    if for_machine():
        more = {"fields": dict(fields)} if fields else {}
        response = problem(status, title, detail=sentence, **more)
    else:
        page = render_template(
            "errors/error.html", status=status, title=title, sentence=sentence, fields=dict(fields or {})
        )
        response = make_response(page, status)
    if status in (429, 503):
        response.headers.setdefault("Retry-After", str(RETRY_AFTER_S))
    return response


def install(app: Flask) -> None:
    """Give every kind of failure its words."""
    app.register_error_handler(BadInput, _bad_input)
    app.register_error_handler(Busy, _busy)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(SignInNeeded, _sign_in_needed)
    app.register_error_handler(NotAllowed, _not_allowed)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(500, _unexpected)


def _bad_input(error: BadInput) -> ResponseReturnValue:
    return answer(error.status, gettext("That cannot be taken"), error.message, error.fields)


def _busy(_error: Busy) -> ResponseReturnValue:
    return answer(503, gettext("Busy right now"), gettext("Nothing was saved. Try again in a few seconds."))


def _database_away(error: OperationalError) -> ResponseReturnValue:
    log.error("database: %s", type(error.orig).__name__)
    return answer(503, gettext("Busy right now"), gettext("Nothing was saved. Try again in a few seconds."))


def _sign_in_needed(_error: SignInNeeded) -> ResponseReturnValue:
    if for_machine():
        response = problem(401, gettext("Sign in first"))
        response.headers["WWW-Authenticate"] = 'Bearer realm="1 000 ögon"'.encode().decode("latin-1")
        return response
    if request.method == "GET":
        return redirect(url_for("accounts.welcome"))
    return answer(401, gettext("Sign in first"), gettext("Open your invitation link again, or ask for a new one."))


def _not_allowed(_error: NotAllowed) -> ResponseReturnValue:
    return answer(403, gettext("Not for your role"), gettext("This page is for another role than yours."))


def _csrf(_error: CSRFError) -> ResponseReturnValue:
    return answer(400, gettext("The page was too old"), gettext("Go back, load the page again and send it once more."))


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    titles = {
        400: (gettext("That cannot be taken"), gettext("The request was not understood.")),
        404: (gettext("Not found"), gettext("There is no page here. It may have been moved or removed.")),
        405: (gettext("That cannot be done here"), ""),
        413: (gettext("Too large"), gettext("Send at most 25 MB at a time: fewer or smaller photos.")),
        415: (gettext("Unknown kind of content"), ""),
        429: (gettext("Too many at once"), gettext("Wait a while and send it again.")),
    }
    title, sentence = titles.get(status, (gettext("That did not work"), ""))
    return answer(status, title, sentence)


def _unexpected(error: Exception) -> ResponseReturnValue:
    log.error("unexpected", exc_info=getattr(error, "original_exception", None) or error)
    return answer(
        500, gettext("Something went wrong here"), gettext("It is not your fault. Try again; it has been noted.")
    )

"""What people and machines are told when something is wrong: a sentence, never a stack trace."""

import logging
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from observations import limits
from observations.access import NotAllowed, SignInNeeded
from observations.web import tracing
from observations.web.form_token import to_send_again
from uploads.stores import StoreUnavailable

log = logging.getLogger(__name__)

MACHINE_PATHS = ("/api/", "/open311/", "/live", "/ready")


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


class FormTooLarge(RequestEntityTooLarge):
    """The body is small enough, but it has more parts, or more text in them, than any form here."""


def for_machine() -> bool:
    """Whether the answer goes to a program rather than to a person."""
    return request.path.startswith(MACHINE_PATHS)


def problem(status: int, title: str, *, detail: str = "", **more: Any) -> Response:
    """An application/problem+json answer (RFC 9457)."""
    body = {"type": "about:blank", "status": status, "title": title, **more}
    if detail:
        body["detail"] = detail
    if status >= 500:
        body["request_id"] = tracing.current()
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
        told = {"title": title, "sentence": sentence, "fields": dict(fields or {})}
        name = tracing.current() if status >= 500 else ""
        page = render_template("errors/error.html", status=status, request_name=name, **told)
        response = make_response(page, status)
    if status in (429, 503):
        response.headers.setdefault("Retry-After", str(limits.BUSY_RETRY_S))
    return response


def install(app: Flask) -> None:
    """Give every kind of failure its words, and let Flask note no addresses in the log."""
    app.register_error_handler(BadInput, _bad_input)
    app.register_error_handler(Busy, _busy)
    app.register_error_handler(DBAPIError, _database_away)
    app.register_error_handler(NoConnection, _all_connections_taken)
    app.register_error_handler(StoreUnavailable, _store_away)
    app.register_error_handler(SignInNeeded, _sign_in_needed)
    app.register_error_handler(NotAllowed, _not_allowed)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(500, _unexpected)
    app.log_exception = lambda exc_info: None  # type: ignore[method-assign]  # it names the path; _unexpected does not


def _bad_input(error: BadInput) -> ResponseReturnValue:
    return answer(error.status, gettext("That cannot be taken"), error.message, error.fields)


def _busy(_error: Exception) -> ResponseReturnValue:
    return answer(503, gettext("Busy right now"), gettext("Nothing was saved. Try again in a few seconds."))


def _database_away(error: DBAPIError) -> ResponseReturnValue:
    """The database is away or too busy. An error of another kind is a fault of ours, and goes on to be one."""
    if not isinstance(error, OperationalError | InterfaceError) and not error.connection_invalidated:
        raise error
    log.error("database: %s", type(error.orig).__name__)
    return _busy(error)


def _all_connections_taken(error: NoConnection) -> ResponseReturnValue:
    log.error("database: no connection came free")
    return _busy(error)


def _store_away(error: StoreUnavailable) -> ResponseReturnValue:
    log.error("store: %s", type(error.__cause__ or error).__name__)
    return _busy(error)


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
    title, again = gettext("The page was too old"), to_send_again()
    if again is None:
        return answer(400, title, gettext("Go back, load the page again and send it once more."))
    sentence = gettext("Nothing has been saved yet. What you typed is kept: send it again.")
    page = render_template("errors/error.html", status=400, title=title, sentence=sentence, fields={}, again=again)
    return make_response(page, 400)


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    titles = {
        400: (gettext("That cannot be taken"), gettext("The request was not understood.")),
        404: (gettext("Not found"), gettext("There is no page here. It may have been moved or removed.")),
        405: (gettext("That cannot be done here"), ""),
        413: (gettext("Too large"), _too_large(error)),
        415: (gettext("Unknown kind of content"), ""),
        429: (gettext("Too many at once"), gettext("Wait a while and send it again.")),
    }
    title, sentence = titles.get(status, (gettext("That did not work"), ""))
    response = answer(status, title, sentence)
    for name, value in error.get_headers():
        if name != "Content-Type":
            response.headers[name] = value  # what HTTP asks for with this status: Allow, Content-Range
    return response


def _too_large(error: HTTPException) -> str:
    if isinstance(error, FormTooLarge):
        return str(gettext("Send at most %(most)d photos, and less text.", most=limits.PHOTOS))
    return str(
        gettext("Send at most %(most)d MB at a time: fewer or smaller photos.", most=limits.BODY_BYTES // 1_048_576)
    )


def _unexpected(error: Exception) -> ResponseReturnValue:
    log.error("unexpected", exc_info=getattr(error, "original_exception", None) or error)
    return answer(
        500, gettext("Something went wrong here"), gettext("It is not your fault. Try again; it has been noted.")
    )

"""What a request stands on: settings, database, photo store, clock, and its one session."""

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import Response, current_app, g, request
from sqlalchemy.orm import Session

from config import Settings
from observations.clock import Clock
from observations.database import Database, has_uncommitted_changes
from uploads.recognizers import Look
from uploads.stores import PhotoStore

SECRET_BYTES = 32
WRITING_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True)
class Runtime:
    """The real parts that one instance of the service is made of; create_app puts them together."""

    settings: Settings
    database: Database
    store: PhotoStore
    clock: Clock
    secret: bytes
    look: Look | None = None
    """Looks through photos for faces; None where no recognizer is installed."""


class UncommittedChanges(Exception):
    """A view answered without having committed what it changed: the answer would have been a lie."""


def current_runtime() -> Runtime:
    """The parts of the app that answers this request."""
    runtime: Runtime = current_app.extensions["ogon"]
    return runtime


def current_settings() -> Settings:
    """The settings in force."""
    return current_runtime().settings


def current_database() -> Database:
    """The database, for the few who open sessions of their own."""
    return current_runtime().database


def photo_store() -> PhotoStore:
    """Where clean photos are kept."""
    return current_runtime().store


def now() -> datetime:
    """The present moment by the app's clock, in UTC."""
    return current_runtime().clock()


def current_session() -> Session:
    """The session of this request: for writing when the method says so, else for reading. Closed at its end."""
    if "ogon_session" not in g:
        g.ogon_session = current_database().open(writes=request.method in WRITING_METHODS)
    session: Session = g.ogon_session
    return session


def refuse_uncommitted(response: Response) -> Response:
    """Raise UncommittedChanges rather than send an answer that the database does not bear out."""
    session: Session | None = g.get("ogon_session")
    if session is not None and response.status_code < 400 and has_uncommitted_changes(session):
        raise UncommittedChanges(request.endpoint)
    return response


def close_session(_error: BaseException | None) -> None:
    """Roll back what was not committed and give the connection back."""
    session: Session | None = g.pop("ogon_session", None)
    if session is not None:
        session.close()


class SecretUnusable(Exception):
    """The instance's secret is there, but is not what was once made: half of it, or another file."""


def secret_key(instance: Path) -> bytes:
    """The instance's own secret, 32 random bytes; made at first start, readable by its owner only (mode 0600).

    Raises SecretUnusable rather than go on with another length.
    """
    instance.mkdir(parents=True, exist_ok=True)
    path = instance / "secret"
    if not path.exists():
        _make_secret(path)
    secret = path.read_bytes()
    if len(secret) != SECRET_BYTES:
        raise SecretUnusable(f"{path} has {len(secret)} bytes, not {SECRET_BYTES}: take it from a backup")
    return secret


def _make_secret(path: Path) -> None:
    """Whole or not at all: a crash leaves none, and of processes that start together one makes it for all."""
    temporary = path.with_name(f"secret.{secrets.token_hex(4)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        temporary.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

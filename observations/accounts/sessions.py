"""Finds who makes a request: the device behind its cookie, or the other system behind its token."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Response, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from observations.access import Actor
from observations.accounts.limits import limit
from observations.accounts.tables import ApiToken, Device
from observations.accounts.tokens import digest
from observations.database import Database
from observations.web import current_database, current_settings, now
from observations.web.form_token import host_of

SEEN_EVERY = timedelta(hours=1)
READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_PAGE = {"same-origin", "none"}
"""Values of Sec-Fetch-Site (W3C Fetch Metadata) that say: our own page, or the person's own hand."""


def cookie_name(https: bool = False) -> str:
    """`__Host-ogon` where there is TLS, so that no neighbouring host can set it; browsers refuse it without."""
    return "__Host-ogon" if https else "ogon"


def look_up() -> Actor | None:
    """The actor of this request, or None when nobody is signed in: unknown, ended and out of time are the same.

    One statement, by a unique index, in a short reading session of its own, so that a request that goes on to write
    holds no lock meanwhile. A header `Authorization: Bearer` counts alone: with a wrong token the cookie is not asked.
    """
    authorization = request.authorization
    if authorization is not None and authorization.type == "bearer":
        return _by_token(authorization.token or "")
    secret = request.cookies.get(cookie_name(current_settings().https))
    if not secret or not _from_own_page():
        return None
    with current_database().reading() as session:
        device = find_device(session, secret, at=now())
    if device is None:
        return None
    note_use(current_database(), device, at=now())
    return Actor(role=device.role, device_id=device.id, label=device.team, account_id=device.account_id)


def find_device(session: Session, secret: str, *, at: datetime) -> Device | None:
    """The signed-in device that holds the secret, if its session has neither ended nor run out. One statement."""
    device = session.scalar(
        sa.select(Device).where(
            Device.token_sha256 == digest(secret), Device.ended_at.is_(None), Device.expires_at > at
        )
    )
    if device is None or at - device.seen_at >= limit(device.role, shared=device.shared).idle:
        return None
    return device


def note_use(database: Database, used: Device | ApiToken, *, at: datetime) -> None:
    """Move the last use to `at` once an hour, unless another writer is at work: then the next request tries again.

    It neither waits nor fails, because a page that only reads must be answered while the database is locked. The last
    use is known to the hour, so a session may end up to an hour before its idle limit, never after.
    """
    if used.seen_at is not None and at - used.seen_at < SEEN_EVERY:
        return
    kind = type(used)
    change = sa.update(kind).where(kind.id == used.id, sa.or_(kind.seen_at.is_(None), kind.seen_at < at))
    try:
        with database.writing_unless_busy() as session:
            session.execute(change.values(seen_at=at), execution_options={"synchronize_session": False})
            session.commit()
    except DBAPIError:
        return


def set_cookie(response: Response, secret: str, lasts: timedelta) -> None:
    """Hand the browser its session secret, for as long as the session can last at most."""
    https = current_settings().https
    response.set_cookie(
        cookie_name(https), secret, max_age=lasts, path="/", secure=https, httponly=True, samesite="Lax"
    )


def forget_cookie(response: Response) -> None:
    """Take the session secret out of the browser."""
    https = current_settings().https
    response.delete_cookie(cookie_name(https), path="/", secure=https, httponly=True, samesite="Lax")


def _by_token(secret: str) -> Actor | None:
    with current_database().reading() as session:
        token = session.scalar(
            sa.select(ApiToken).where(ApiToken.token_sha256 == digest(secret), ApiToken.ended_at.is_(None))
        )
    if token is None:
        return None
    note_use(current_database(), token, at=now())
    return Actor(role=token.role, device_id=token.id, kind="token", label=token.name)


def _from_own_page() -> bool:
    """Whether a request that changes something comes from a page of ours; for reading, any page may link here.

    Browsers add the cookie by themselves, so where it comes from is asked in every room, also in those that take no
    token from a form. Programs that are no browser send neither header, and nobody can lend them a cookie.
    """
    if request.method in READING_METHODS:
        return True
    if site := request.headers.get("Sec-Fetch-Site"):
        return site in OWN_PAGE
    origin = request.headers.get("Origin")
    return origin is None or host_of(origin) in {request.host, urlsplit(current_settings().base_url).netloc}

"""Who may do what: four roles, one mark on every route, one check before every request."""

import enum
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, current_app, g, request

View = TypeVar("View", bound=Callable[..., Any])
MARK = "__allowed__"


class Role(StrEnum):
    """What a person is to the service."""

    REPORTER = "reporter"
    COORDINATOR = "coordinator"
    COUNCIL = "council"
    ADMIN = "admin"


class Anyone(enum.Enum):
    """The mark of a route that needs no sign-in."""

    ANYONE = "anyone"


@dataclass(frozen=True)
class Actor:
    """Who makes the request: a role and a pseudonymous device or token, never a person."""

    role: Role
    device_id: uuid.UUID
    kind: str = "device"
    """"device" for a browser, "token" for another system."""
    label: str = ""
    """Team of the device or name of the token, as shown to its holder."""
    account_id: uuid.UUID | None = None
    """Of whom the device is one of several that come back; None for reporters and tokens."""

    @property
    def pseudonym(self) -> str:
        """How the journal calls this actor."""
        return f"{self.kind}:{self.device_id}"


class SignInNeeded(Exception):
    """The route needs a role and the request has none: 401 for machines, the sign-in page for people."""


class NotAllowed(Exception):
    """The request has a role, but not one that the route is for: 403."""


class RouteUnmarked(Exception):
    """A route carries no mark of who may use it; the service refuses to answer there."""


class _Allow:
    """The decorator `@allow(Role.COORDINATOR, …)`, and `@allow.anyone` for a route without sign-in."""

    def __call__(self, *roles: Role) -> Callable[[View], View]:
        def mark(view: View) -> View:
            setattr(view, MARK, frozenset(roles))
            return view

        return mark

    def anyone(self, view: View) -> View:
        setattr(view, MARK, Anyone.ANYONE)
        return view


allow = _Allow()
EVERY_ROLE = tuple(Role)

LookUp = Callable[[], Actor | None]
"""Finds the actor of the current request; accounts has it, create_app hands it in: this floor knows no tables."""


def install(app: Flask, look_up: LookUp) -> None:
    """Check every request of `app` against the mark of its route."""
    app.extensions["ogon_look_up"] = look_up
    app.before_request(_check)


def allowed(app: Flask, endpoint: str) -> frozenset[Role] | Anyone:
    """Who may use an endpoint. Raises RouteUnmarked when nobody has said."""
    mark = getattr(app.view_functions[endpoint], MARK, None)
    if mark is None:
        raise RouteUnmarked(endpoint)
    if mark is Anyone.ANYONE:
        return Anyone.ANYONE
    assert isinstance(mark, frozenset)
    return mark


def current_actor_or_none() -> Actor | None:
    """Who makes this request, if somebody is signed in; looked up once."""
    if "ogon_actor" not in g:
        g.ogon_actor = None  # when the look-up fails, the page that says so is made for nobody and asks no more
        g.ogon_actor = current_app.extensions["ogon_look_up"]()
    actor: Actor | None = g.ogon_actor
    return actor


def current_actor() -> Actor:
    """Who makes this request. Raises SignInNeeded when nobody is signed in."""
    actor = current_actor_or_none()
    if actor is None:
        raise SignInNeeded
    return actor


def _check() -> None:
    if request.endpoint is None:
        return
    who = allowed(current_app, request.endpoint)
    if isinstance(who, Anyone):
        return
    if current_actor().role not in who:
        raise NotAllowed

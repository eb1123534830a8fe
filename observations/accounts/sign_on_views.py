"""Single sign-on: to the municipality's identity provider, and back."""

import logging
from http import HTTPStatus

from flask import abort, current_app, request, session
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from observations import limits
from observations.access import allow
from observations.accounts import ceremonies, subjects
from observations.accounts.ceremonies import CeremonyUnusable, Kind
from observations.accounts.door import let_in
from observations.accounts.elsewhere import Away
from observations.accounts.id_tokens import Refused
from observations.accounts.single_sign_on import PATH, Asked, Identity, Provider
from observations.accounts.tokens import digest
from observations.accounts.views import bp
from observations.web import current_database, current_runtime, current_settings, now, render

log = logging.getLogger(__name__)

EXTENSION = "ogon_single_sign_on"
BEGUN = "sso"
"""In the browser's signed cookie: digests of the states that this browser has begun with."""
BEGUN_AT_ONCE = 3
"""Somebody may have pressed the button twice, or in two windows."""


def _install(state: BlueprintSetupState) -> None:
    settings = state.app.extensions["ogon"].settings
    state.app.extensions[EXTENSION] = Provider(settings) if settings.oidc_issuer else None


bp.record(_install)


@bp.context_processor
def _offer() -> dict[str, object]:
    """What the welcome page needs to know to offer it."""
    settings = current_settings()
    return {"single_sign_on": bool(settings.oidc_issuer), "single_sign_on_name": settings.oidc_name}


@bp.post("/sso")
@allow.anyone
def begin_single_sign_on() -> ResponseReturnValue:
    """Send the browser to the provider, from a page that leads on by itself.

    Not by a redirect: `form-action 'self'` of our policy holds also for where a form is redirected to, and the
    provider may in turn redirect to others that nobody here knows.
    """
    provider, at = _provider(), now()
    try:
        endpoints = provider.endpoints(at=at)
    except Away as error:
        return _away(error)
    state = ceremonies.begin(current_runtime().secret, Kind.SINGLE_SIGN_ON, at=at)
    session[BEGUN] = [*_begun()[1 - BEGUN_AT_ONCE :], digest(state)]
    address = provider.authorization_address(endpoints, _asked(state), state)
    return render("accounts/sign_on_away.html", address=address)


@bp.get(PATH)
@allow.anyone
def end_single_sign_on() -> ResponseReturnValue:
    """Let in whom the provider vouches for.

    The provider sends people here by a GET, and it changes the database all the same, in sessions of its own: one
    that spends the state, one that lets the device in, and none while the provider is asked in between. Without this
    browser's cookie nothing is spent, nor by a look ahead.
    """
    provider = _provider()
    if request.method == "HEAD" or "Sec-Purpose" in request.headers:
        return "", HTTPStatus.NO_CONTENT
    state = request.args.get("state", "")
    try:
        _spend(state)
        who = provider.identify(request.args, _asked(state), at=now())
    except (CeremonyUnusable, Refused) as error:
        log.warning("single sign-on refused: %s", error if isinstance(error, Refused) else "unknown state")
        return _refused()
    except Away as error:
        return _away(error)
    return _let_in(who)


def _spend(state: str) -> None:
    """The state is good for nothing after this. Raises CeremonyUnusable.

    A state of another browser is as unknown as one that never was: else a link could sign somebody in as its sender.
    """
    begun = _begun()
    if digest(state) not in begun:
        raise CeremonyUnusable
    session[BEGUN] = [each for each in begun if each != digest(state)]
    with current_database().writing() as changes:
        ceremonies.take(changes, current_runtime().secret, Kind.SINGLE_SIGN_ON, state, at=now())
        changes.commit()


def _asked(state: str) -> Asked:
    return Asked.with_state(state, current_runtime().secret)


def _let_in(who: Identity) -> ResponseReturnValue:
    subject = subjects.subject_hmac(current_settings().oidc_issuer, who.subject, current_runtime().secret)
    with current_database().writing() as changes:
        if who.role is None:
            subjects.forget(changes, subject, at=now())
            changes.commit()
            log.warning("single sign-on refused: no role")
            return _no_role()
        device, secret = subjects.sign_in(changes, subject=subject, role=who.role, at=now())
        return let_in(changes, device, secret, at=now())


def _provider() -> Provider:
    provider: Provider | None = current_app.extensions[EXTENSION]
    return provider or abort(HTTPStatus.NOT_FOUND)


def _begun() -> list[str]:
    """As this service has signed it into the cookie."""
    begun: list[str] = session.get(BEGUN, [])
    return begun


def _refused() -> ResponseReturnValue:
    """The same for whatever was wrong; the log says which check it was."""
    title = gettext("The sign-in did not go through")
    sentence = gettext("Begin again from here. It may have taken too long, or gone on in another browser.")
    return _failed(title, sentence), HTTPStatus.BAD_REQUEST


def _no_role() -> ResponseReturnValue:
    title = gettext("Your account has no role here")
    sentence = gettext("Ask whoever looks after accounts in the municipality to give you one, then sign in again.")
    return _failed(title, sentence, again=False), HTTPStatus.FORBIDDEN


def _away(error: Away) -> ResponseReturnValue:
    log.warning("single sign-on: the provider is away: %s", error)
    title = gettext("The municipality's sign-in does not answer")
    sentence = gettext("Wait a moment and try again. Whoever is signed in already stays so.")
    retry = {"Retry-After": str(limits.BUSY_RETRY_S)}
    return _failed(title, sentence), HTTPStatus.SERVICE_UNAVAILABLE, retry


def _failed(title: str, sentence: str, *, again: bool = True) -> str:
    return render("accounts/sign_on_failed.html", title=title, sentence=sentence, again=again)

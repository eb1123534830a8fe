"""Adding and removing a passkey on the page of one's own sign-in, and coming in with one.

Each takes two steps. The browser fetches what to ask its authenticator for; what that answers is sent as a form.
"""

import logging
import uuid
from http import HTTPStatus

from flask import abort, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from observations.access import Role, allow, current_actor
from observations.accounts import actions, passkeys
from observations.accounts.authenticators import PasskeyRefused, Site, site_of
from observations.accounts.door import let_in
from observations.accounts.own_views import own_page
from observations.accounts.passkeys import PasskeyKnown, PasskeysFull
from observations.accounts.roles import LABELS
from observations.accounts.views import bp, welcome_page
from observations.accounts.words import name_unusable
from observations.places.basemap import municipality
from observations.web import current_runtime, current_session, current_settings, now
from observations.web.pages import day

log = logging.getLogger(__name__)


@bp.post("/min-inloggning/passkey/borja")
@allow(Role.COORDINATOR, Role.ADMIN)
def begin_passkey() -> ResponseReturnValue:
    """What the browser is to make a passkey from, or 422 with a sentence."""
    session, account_id = current_session(), _own_account_id()
    try:
        _name()
        options = passkeys.ask_to_register(
            session, account_id, site=_site(), secret=current_runtime().secret, label=_label(), at=now()
        )
    except actions.NameUnusable:
        return jsonify(sentence=name_unusable()), HTTPStatus.UNPROCESSABLE_ENTITY
    except PasskeysFull:
        return jsonify(sentence=_full()), HTTPStatus.UNPROCESSABLE_ENTITY
    except PasskeyRefused:
        abort(HTTPStatus.NOT_FOUND)
    return jsonify(options)


@bp.post("/min-inloggning/passkey")
@allow(Role.COORDINATOR, Role.ADMIN)
def add_passkey() -> ResponseReturnValue:
    """Keep the passkey that the browser has made."""
    session, actor, account_id = current_session(), current_actor(), _own_account_id()
    try:
        answer = request.form.get("answer", "")
        by, at = actor.pseudonym, now()
        secret = current_runtime().secret
        passkeys.register(session, account_id, answer, name=_name(), site=_site(), secret=secret, by=by, at=at)
    except actions.NameUnusable:
        return _not_added(name_unusable(), HTTPStatus.UNPROCESSABLE_ENTITY)
    except PasskeysFull:
        return _not_added(_full(), HTTPStatus.UNPROCESSABLE_ENTITY)
    except PasskeyKnown:
        return _not_added(gettext("That passkey is here already."), HTTPStatus.CONFLICT)
    except PasskeyRefused:
        return _not_added(gettext("The passkey could not be added. Try again."), HTTPStatus.GONE)
    session.commit()
    flash(gettext("The passkey has been added. You sign in with it from now on."), "ok")
    return redirect(url_for(".own"), HTTPStatus.SEE_OTHER)


@bp.post("/min-inloggning/passkey/<uuid:id>/ta-bort")
@allow(Role.COORDINATOR, Role.ADMIN)
def remove_passkey(id: uuid.UUID) -> ResponseReturnValue:
    """Remove one of one's own passkeys. Another person's is as unknown here as one that never was."""
    session = current_session()
    if not passkeys.remove(session, _own_account_id(), id, by=current_actor().pseudonym, at=now()):
        abort(HTTPStatus.NOT_FOUND)
    session.commit()
    flash(gettext("The passkey has been removed. Nobody can sign in with it any more."), "ok")
    return redirect(url_for(".own"), HTTPStatus.SEE_OTHER)


@bp.post("/in/passkey/borja")
@allow.anyone
def begin_passkey_sign_in() -> ResponseReturnValue:
    """What the browser is to ask its authenticators for."""
    return jsonify(passkeys.ask_to_sign_in(site=_site(), secret=current_runtime().secret, at=now()))


@bp.post("/in/passkey")
@allow.anyone
def enter_with_passkey() -> ResponseReturnValue:
    """Come in. Whatever is wrong with the answer, it is told in the same words."""
    session, at, key = current_session(), now(), current_runtime().secret
    try:
        device, secret = passkeys.sign_in(session, request.form.get("answer", ""), site=_site(), secret=key, at=at)
    except PasskeyRefused as error:
        log.warning("passkey refused: %s", type(error.__cause__ or error).__name__)
        session.commit()  # the question has been answered, and an attempt with a copied key is told of
        sentence = gettext("That passkey cannot be used here. Try another one, or open a new invitation.")
        return welcome_page(passkey_trouble=sentence, status=HTTPStatus.GONE)
    return let_in(session, device, secret, at=at)


def _own_account_id() -> uuid.UUID:
    account_id = current_actor().account_id
    if account_id is None:  # a shared phone, or a program with a token
        abort(HTTPStatus.NOT_FOUND)
    return account_id


def _site() -> Site:
    site = site_of(current_settings())
    if site is None:
        abort(HTTPStatus.NOT_FOUND)
    return site


def _label() -> str:
    """How phones and computers list the account: coordinator · Park · Almhamra. Never a person's name."""
    actor = current_actor()
    parts = (str(LABELS[actor.role]), actor.label, municipality(current_settings()))
    return " · ".join(part for part in parts if part)


def _name() -> str:
    """What the form calls the passkey, or else a name that tells when it came. Raises NameUnusable."""
    return actions.clean_name(request.form.get("name", "")) or gettext("Passkey %(day)s", day=day(now()))


def _not_added(sentence: str, status: HTTPStatus) -> ResponseReturnValue:
    current_session().commit()  # what was asked has been answered, though not well
    return own_page(passkey_trouble=sentence, status=status)


def _full() -> str:
    sentence: str = gettext("You have %(most)d passkeys. Remove one that you do not use first.", most=passkeys.AT_MOST)
    return sentence

"""The administrator's page of keys for other systems: which there are, a new one, ending one."""

import uuid
from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from observations.access import Role, allow, current_actor
from observations.accounts import actions, queries
from observations.accounts.roles import LABELS, role_named
from observations.accounts.views import bp
from observations.accounts.words import name_unusable
from observations.web import current_session, now, render


@bp.get("/personal/nycklar")
@allow(Role.ADMIN)
def tokens() -> ResponseReturnValue:
    """The keys that are good, and a form for a new one."""
    return _tokens()


@bp.post("/personal/nycklar")
@allow(Role.ADMIN)
def create_token() -> ResponseReturnValue:
    """Make a key and show it, this once."""
    form, session = request.form, current_session()
    role = role_named(form.get("role"))
    if role is None:
        return _tokens(errors={"role": gettext("Choose a role.")})
    try:
        made, secret = actions.create_token(
            session, role=role, name=form.get("name", ""), by=current_actor().pseudonym, at=now()
        )
    except actions.NameUnusable:
        return _tokens(errors={"name": name_unusable()})
    if not made.name:
        session.rollback()
        return _tokens(errors={"name": gettext("Name the system that gets the key.")})
    session.commit()
    return _tokens(made=made.name, secret=secret)


@bp.post("/personal/nycklar/<uuid:id>/avsluta")
@allow(Role.ADMIN)
def end_token(id: uuid.UUID) -> ResponseReturnValue:
    """End a key; the system that has it is refused from its next request on."""
    session = current_session()
    ended = actions.end_token(session, id, by=current_actor().pseudonym, at=now())
    session.commit()
    if ended:
        flash(gettext("The key has ended."), "ok")
    else:
        flash(gettext("That key had ended already."), "info")
    return redirect(url_for(".tokens"), HTTPStatus.SEE_OTHER)


def _tokens(*, errors: dict[str, str] | None = None, made: str = "", secret: str = "") -> ResponseReturnValue:
    """The page in its three states: as it is, with a new key, with what was wrong."""
    body = render(
        "accounts/tokens.html",
        page=queries.tokens(current_session(), after=request.args.get("after", type=uuid.UUID)),
        choices=[(role, LABELS[role]) for role in Role],
        role_labels=LABELS,
        errors=errors or {},
        made=made,
        secret=secret,
    )
    return body, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK

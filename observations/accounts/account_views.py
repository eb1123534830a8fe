"""The administrator's page of accounts: who can come back without an invitation, and ending that."""

import uuid
from http import HTTPStatus

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from observations.access import Role, allow, current_actor
from observations.accounts import members, queries
from observations.accounts.roles import LABELS
from observations.accounts.views import bp
from observations.web import current_session, now, render


@bp.get("/personal/konton")
@allow(Role.ADMIN)
def accounts() -> ResponseReturnValue:
    """Every account with how it can come in."""
    page = queries.accounts(current_session(), at=now(), after=request.args.get("after", type=uuid.UUID))
    return render("accounts/accounts.html", page=page, role_labels=LABELS)


@bp.post("/personal/konton/<uuid:id>/avsluta")
@allow(Role.ADMIN)
def end_account(id: uuid.UUID) -> ResponseReturnValue:
    """End an account: all its devices are out from their next request on, its passkeys are gone."""
    session = current_session()
    ended = members.end_account(session, id, by=current_actor().pseudonym, at=now())
    session.commit()
    if ended:
        flash(gettext("The account has ended, with all its devices and passkeys."), "ok")
    else:
        flash(gettext("That account had ended already."), "info")
    return redirect(url_for(".accounts"), HTTPStatus.SEE_OTHER)

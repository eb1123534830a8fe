"""Pages of sign-in: the welcome, an invitation, and who is signed in."""

import uuid
from http import HTTPStatus

from flask import Blueprint, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from observations.access import NotAllowed, Role, allow, current_actor, current_actor_or_none
from observations.accounts import actions, links, members, passkeys, queries, sessions
from observations.accounts.door import forget_person, let_in
from observations.accounts.roles import INVITES, LABELS, role_named
from observations.accounts.sessions import READING_METHODS
from observations.accounts.words import name_unusable
from observations.web import current_session, current_settings, now, render

bp = Blueprint("accounts", __name__)


@bp.before_request
def _people_only() -> None:
    """A key lets a system in, not a person: it invites nobody and makes no further key. Raises NotAllowed."""
    actor = current_actor_or_none()
    if actor is not None and actor.kind == "token" and request.method not in READING_METHODS:
        raise NotAllowed


@bp.get("/valkommen")
@allow.anyone
def welcome() -> ResponseReturnValue:
    """What the service is, and how to get in."""
    return welcome_page()


@bp.route("/in", methods=["GET", "POST"])
@allow.anyone
def enter() -> ResponseReturnValue:
    """Use an invitation. Opening the page uses nothing: only the post does, which a person's browser makes."""
    if request.method != "POST":
        return render("accounts/enter.html", role_labels=LABELS)
    session, at = current_session(), now()
    try:
        device, secret = actions.use_invitation(session, links.secret_in(request.form.get("secret", "")), at=at)
    except actions.InvitationUnusable:
        return render("accounts/enter.html", role_labels=LABELS, error=unusable()), HTTPStatus.GONE
    to = "accounts.own" if passkeys.advised(session, current_settings(), device, at=at) else "front"
    return let_in(session, device, secret, at=at, to=to)


@bp.post("/ut")
@allow.anyone
def sign_out() -> ResponseReturnValue:
    """End this browser's own session; also when it had run out already."""
    actor = current_actor_or_none()
    if actor is not None and actor.kind == "device":
        session = current_session()
        members.end_device(session, actor.device_id, by=actor.pseudonym, at=now())
        session.commit()
    forget_person()
    response = make_response(redirect(url_for(".welcome"), HTTPStatus.SEE_OTHER))
    sessions.forget_cookie(response)
    return response


@bp.get("/personal")
@allow(Role.COORDINATOR, Role.ADMIN)
def people() -> ResponseReturnValue:
    """Invite somebody, and see which devices are signed in."""
    return _people()


@bp.post("/personal/bjud-in")
@allow(Role.COORDINATOR, Role.ADMIN)
def invite() -> ResponseReturnValue:
    """Make an invitation and show its link, this once."""
    actor, form = current_actor(), request.form
    role = role_named(form.get("role"))
    if role is None:
        return _people(errors={"role": gettext("Choose a role.")})
    if role not in INVITES[actor.role]:
        raise NotAllowed
    session = current_session()
    try:
        _, secret = actions.invite(
            session,
            role=role,
            team=form.get("team", ""),
            shared="shared" in form,
            by=actor.pseudonym,
            at=now(),
        )
    except actions.NameUnusable:
        return _people(errors={"team": name_unusable()})
    session.commit()
    return _people(link=links.invitation_link(current_settings().base_url, secret), invited=role)


@bp.post("/personal/enhet/<uuid:id>/avsluta")
@allow(Role.COORDINATOR, Role.ADMIN)
def end_device(id: uuid.UUID) -> ResponseReturnValue:
    """Sign a device out from here; it is out from its next request on."""
    session = current_session()
    ended = members.end_device(session, id, by=current_actor().pseudonym, at=now())
    session.commit()
    if ended:
        flash(gettext("Signed out. Invite again if it was the wrong device."), "ok")
    else:
        flash(gettext("That device was signed out already."), "info")
    return redirect(url_for(".people"), HTTPStatus.SEE_OTHER)


def welcome_page(*, status: HTTPStatus = HTTPStatus.OK, **more: object) -> ResponseReturnValue:
    """The ways in; `more` is what is told of one that did not work."""
    offered = passkeys.possible(current_settings())
    return render("accounts/welcome.html", role_labels=LABELS, passkeys_possible=offered, **more), status


@bp.post("/personal/inbjudan/<uuid:id>/dra-tillbaka")
@allow(Role.COORDINATOR, Role.ADMIN)
def withdraw_invitation(id: uuid.UUID) -> ResponseReturnValue:
    """Take an invitation back that went to the wrong person, or is not needed any more."""
    session = current_session()
    withdrawn = actions.withdraw_invitation(session, id, by=current_actor().pseudonym, at=now())
    session.commit()
    if withdrawn:
        flash(gettext("The invitation has been withdrawn."), "ok")
    else:
        flash(gettext("That invitation has been used, or has run out."), "info")
    return redirect(url_for(".people"), HTTPStatus.SEE_OTHER)


def unusable() -> str:
    """What is said of an invitation that is unknown, used or out of time: the same, so that nothing is given away."""
    sentence: str = gettext("The invitation cannot be used. It may have been used already or be older than 24 hours.")
    return sentence


def _people(
    *, errors: dict[str, str] | None = None, link: str = "", invited: Role | None = None
) -> ResponseReturnValue:
    """The page in its three states: as it is, with a new link, with what was wrong."""
    actor, session, at = current_actor(), current_session(), now()
    page = queries.devices(session, at=at, after=request.args.get("after", type=uuid.UUID))
    body = render(
        "accounts/people.html",
        page=page,
        invitations=queries.invitations(session, at=at),
        teams=queries.teams(session, at=at),
        role_labels=LABELS,
        choices=[(role, LABELS[role]) for role in INVITES[actor.role]],
        errors=errors or {},
        link=link,
        qr=links.qr_svg(link) if link else "",
        invited=invited,
    )
    return body, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK


# These hang their routes on bp, which must be there first.
from observations.accounts import (  # noqa: E402
    account_views,  # noqa: F401
    event_views,  # noqa: F401
    own_views,  # noqa: F401
    passkey_views,  # noqa: F401
    sign_on_views,  # noqa: F401
    token_views,  # noqa: F401
)

"""The page of one's own sign-in: what is signed in, how to come back, and how to end it."""

import uuid
from http import HTTPStatus

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from observations.access import EVERY_ROLE, allow, current_actor
from observations.accounts import actions, links, members, passkeys, queries
from observations.accounts.limits import limit
from observations.accounts.roles import LABELS
from observations.accounts.tables import Device
from observations.accounts.views import bp
from observations.accounts.words import duration
from observations.web import current_session, current_settings, now, render


@bp.get("/min-inloggning")
@allow(*EVERY_ROLE)
def own() -> ResponseReturnValue:
    """This device, and the others of the same account."""
    return own_page()


@bp.post("/min-inloggning/enhet")
@allow(*EVERY_ROLE)
def invite_own_device() -> ResponseReturnValue:
    """Make a link for a further device of one's own and show it, this once."""
    session, actor = current_session(), current_actor()
    device = session.get(Device, actor.device_id)
    if device is None or device.account_id is None:
        abort(HTTPStatus.NOT_FOUND)
    secret = actions.invite_own_device(session, device, by=actor.pseudonym, at=now())
    session.commit()
    return own_page(link=links.invitation_link(current_settings().base_url, secret))


@bp.post("/min-inloggning/enhet/<uuid:id>/avsluta")
@allow(*EVERY_ROLE)
def end_own_device(id: uuid.UUID) -> ResponseReturnValue:
    """Sign one of one's own devices out. Another person's is as unknown here as one that never was."""
    session, actor = current_session(), current_actor()
    device = session.get(Device, id)
    if device is None or not _is_own(device):
        abort(HTTPStatus.NOT_FOUND)
    members.end_device(session, id, by=actor.pseudonym, at=now())
    session.commit()
    flash(gettext("Signed out there."), "ok")
    return redirect(url_for(".own"), HTTPStatus.SEE_OTHER)


@bp.post("/min-inloggning/avsluta-andra")
@allow(*EVERY_ROLE)
def end_other_devices() -> ResponseReturnValue:
    """Sign all of one's own devices out but this one."""
    session, actor = current_session(), current_actor()
    if actor.account_id is None:
        abort(HTTPStatus.NOT_FOUND)
    members.end_devices(session, actor.account_id, by=actor.pseudonym, at=now(), apart_from=actor.device_id)
    session.commit()
    flash(gettext("Signed out everywhere else."), "ok")
    return redirect(url_for(".own"), HTTPStatus.SEE_OTHER)


def own_page(*, link: str = "", status: HTTPStatus = HTTPStatus.OK, **more: object) -> ResponseReturnValue:
    """The page as it is, or with a new link; `more` is for what hangs on this page beside."""
    session, at, actor = current_session(), now(), current_actor()
    device = session.get(Device, actor.device_id)
    if device is None:  # a program with a token has no device and no page
        abort(HTTPStatus.NOT_FOUND)
    body = render(
        "accounts/own.html",
        device=device,
        idle=duration(limit(device.role, shared=device.shared).idle),
        others=queries.other_devices(session, device, at=at),
        role_labels=LABELS,
        link=link,
        qr=links.qr_svg(link) if link else "",
        passkeys=passkeys.for_page(session, current_settings(), device.account_id, at=at),
        **more,
    )
    return body, status


def _is_own(device: Device) -> bool:
    actor = current_actor()
    return device.id == actor.device_id or (actor.account_id is not None and device.account_id == actor.account_id)

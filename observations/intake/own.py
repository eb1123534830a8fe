"""What a reporter may still do with a report that was sent from this very phone."""

import uuid

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm.exc import StaleDataError

from observations.access import Role, allow, current_actor
from observations.intake import actions, more, queries
from observations.intake.views import bp
from observations.record import photos
from observations.record.workflow import Rejection, TransitionNotAllowed
from observations.web import current_database, current_session, now, photo_store


@bp.post("/kvitto/<uuid:id>/dra-tillbaka")
@allow(Role.REPORTER, Role.COORDINATOR)
def withdraw(id: uuid.UUID) -> ResponseReturnValue:
    """Take one's own report back, and on to one's reports. Pressed twice, the second time changes nothing.

    Once it is reviewed, or a day after it was sent, it stays; the receipt says so.
    """
    session = current_session()
    observation = queries.own(session, current_actor().device_id, id, to_change=True) or abort(404)
    if observation.rejection is Rejection.WITHDRAWN:
        return redirect(url_for(".mine"), code=303)
    try:
        actions.withdraw(session, observation, by=current_actor().pseudonym, at=now())
        session.commit()
    except (TransitionNotAllowed, StaleDataError):
        session.rollback()
        flash(gettext("It has been reviewed in the meantime, so it can no longer be withdrawn."), "warn")
        return redirect(url_for(".receipt", id=id), code=303)
    except actions.TooLate:
        flash(gettext("A report can be withdrawn for 24 hours. Ask the coordinator to reject it."), "warn")
        return redirect(url_for(".receipt", id=id), code=303)
    if not photos.destroy_now(current_database(), photo_store()):
        flash(
            gettext("A photo's file could not be destroyed at once. Nobody can open it; it goes within the hour."),
            "warn",
        )
    current_database().empty_log()
    flash(gettext("Withdrawn. Photo, text and place are destroyed."), "ok")
    return redirect(url_for(".mine"), code=303)


@bp.post("/kvitto/<uuid:id>/mer")
@allow(Role.REPORTER, Role.COORDINATOR)
def add(id: uuid.UUID) -> ResponseReturnValue:
    """Add the chips to one's own report, and back to its receipt. Once it is reviewed it stays as it is."""
    session = current_session()
    observation = queries.own(session, current_actor().device_id, id, to_change=True) or abort(404)
    try:
        if actions.add(session, observation, more.read(request.form), by=current_actor().pseudonym, at=now()):
            session.commit()
    except (TransitionNotAllowed, StaleDataError):
        session.rollback()
        flash(gettext("It has been reviewed in the meantime, so nothing more can be added."), "warn")
    return redirect(url_for(".receipt", id=id), code=303)

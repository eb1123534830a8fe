"""The page on which an after-photo is taken: the photo from before lies over the camera's picture."""

import uuid
from collections.abc import Mapping

from flask import Response, abort, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from observations import limits
from observations.access import Role, allow, current_actor
from observations.intake import after, after_input, small, words
from observations.intake.after import Followed
from observations.intake.channels import Sent, gate
from observations.intake.refused import Conflict, NotOpen, ReportRefused, TooManyReports
from observations.intake.views import bp
from observations.record.categories import label as category_label
from observations.web import Busy, current_database, now, render


@bp.get("/efterbild/<uuid:id>")
@allow(Role.REPORTER, Role.COORDINATOR)
def after_page(id: uuid.UUID) -> str:
    """The camera, for an observation that one may add an after-photo to."""
    return _page(_followed(id))


@bp.get("/efterbild/<uuid:id>/fore")
@allow(Role.REPORTER, Role.COORDINATOR)
def after_ghost(id: uuid.UUID) -> Response:
    """A small copy of the photo from before, if it may be shown now. No browser keeps it."""
    return small.send(_followed(id).before or abort(404), "fore")


@bp.post("/efterbild/<uuid:id>")
@allow(Role.REPORTER, Role.COORDINATOR)
def send_after_photo(id: uuid.UUID) -> ResponseReturnValue:
    """Hand the after-photo in; on to what is known of the observation, or back to the page with what is wrong."""
    followed = _followed(id)
    try:
        after.receive(after_input.of_form(Sent.of(request), id), gate(), actor=current_actor(), now=now())
    except NotOpen:
        abort(404)
    except ReportRefused as refused:
        return _again(followed, refused.status, words.after_sentences(refused.fields))
    except Conflict:
        sentence = gettext("Another photo was sent from this page. Send again if this is to be one more.")
        return _again(followed, 409, {"photos": sentence})
    except TooManyReports as many:
        sentence = gettext("The reports of this hour are used up. Send it again later.")
        return _again(followed, 429, {"photos": sentence}, retry_after_s=many.retry_after_s)
    except Busy:
        sentence = gettext("It could not be saved just now. Wait a few seconds and send again.")
        return _again(followed, 503, {"photos": sentence}, retry_after_s=limits.BUSY_RETRY_S)
    flash(gettext("The after-photo is saved. Thank you."), "ok")
    return redirect(_onwards(followed), code=303)


def _followed(id: uuid.UUID) -> Followed:
    """In a session of its own: what follows may write, and this one must not stand in its way."""
    with current_database().reading() as session:
        return after.find(session, id, current_actor()) or abort(404)


def _onwards(followed: Followed) -> str:
    """Where one sees what has become of it: one's own receipt, the desk, else what one has sent oneself."""
    observation = followed.observation
    if followed.is_own:
        return url_for(".receipt", id=observation.id)
    if current_actor().role is Role.COORDINATOR:
        return url_for("explore.observation", id=observation.id)
    return url_for(".mine")


def _again(followed: Followed, status: int, errors: Mapping[str, str], *, retry_after_s: int | None = None) -> Response:
    id = None if status == 409 or "id" in errors else request.form.get("id")
    response = make_response(_page(followed, errors=errors, id=id), status)
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    return response


def _page(followed: Followed, *, errors: Mapping[str, str] | None = None, id: str | None = None) -> str:
    """The page. Whose report it is not learns its category and its photo, no day and no address.

    It keeps the `id` that was sent, so that sending twice is one photo.
    """
    observation, before = followed.observation, followed.before
    may_know = followed.is_own or current_actor().role is Role.COORDINATOR
    return render(
        "intake/after.html",
        observation=observation,
        before=before,
        before_size=small.size_px(before) if before else None,
        why_none=words.why_no_before(observation) if before is None else "",
        may_know=may_know,
        address=observation.address if may_know else "",
        category_label=category_label,
        is_full=followed.is_full,
        most=limits.AFTER_PHOTOS,
        onwards=_onwards(followed),
        photo_id=id or uuid.uuid4(),
        errors=errors or {},
    )

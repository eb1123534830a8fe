"""The coordinator's pages: the queue, one report beside it, and the four things that can be done to it."""

import uuid
from collections.abc import Iterable
from contextlib import suppress

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from observations.access import Role, allow, current_actor
from observations.record import photos, redaction, screening
from observations.record.tables import Observation
from observations.record.workflow import REASONS, Rejection, Review, TransitionNotAllowed
from observations.review import actions, boxes, edits, page, queries, selfcheck
from observations.review.page import Trouble
from observations.web import (
    BadInput,
    Busy,
    current_database,
    current_runtime,
    current_session,
    now,
    photo_store,
    render,
)
from uploads.stores import StoreUnavailable

bp = Blueprint("review", __name__)


class Overtaken(Exception):
    """The report is not as it was when the page was made."""


OVERTAKEN = (Overtaken, TransitionNotAllowed, StaleDataError, redaction.PhotoGone)


@bp.get("/granska")
@allow(Role.COORDINATOR)
def queue() -> ResponseReturnValue:
    """On to the first report that waits, or the news that none does."""
    session = current_session()
    first = queries.waiting(session, limit=1)
    if first:
        return redirect(url_for(".item", id=first[0].id, done=request.args.get("done")))
    return render("review/empty.html", done=_done(session), **page.frame(session, now()))


@bp.get("/granska/<uuid:id>")
@allow(Role.COORDINATOR)
def item(id: uuid.UUID) -> ResponseReturnValue:
    """One report, whatever its state."""
    session = current_session()
    observation = queries.item(session, id) or abort(404)
    photo = request.args.get("photo", type=int)
    return page.show(session, observation, now=now(), photo=photo, done=_done(session))


@bp.post("/granska/<uuid:id>/godkann")
@allow(Role.COORDINATOR)
def accept(id: uuid.UUID) -> ResponseReturnValue:
    """Burn in what was drawn, accept, and on to the next. Pressed twice, the second time changes nothing."""
    all_looked_through = _look_through(id)
    session = current_session()
    observation = _locked(session, id)
    try:
        if _pressed_twice(observation, Review.ACCEPTED):
            masked = _order(session, observation)  # it may have been somebody else who was faster: boxes are never lost
            session.commit()
            _burn(masked)
            return _onwards(session, observation)
        _check_as_seen(observation)
        if not all_looked_through and "looked" not in request.form:
            sentence = gettext("The photo could not be looked through for faces. Look at it yourself, then accept.")
            return _back(session, id, Trouble(errors={"suggestions": sentence}, looked=True), 422)
        masked = _order(session, observation)
        actions.accept(session, observation, by=current_actor().pseudonym, at=now())
        session.commit()
    except OVERTAKEN:
        return _back(session, id, Trouble(overtaken=True), 409)
    except actions.SuggestionsOpen:
        sentence = gettext("There is a suggested box that you have not answered. Cover it or skip it, then accept.")
        return _back(session, id, Trouble(errors={"suggestions": sentence}), 422)
    except actions.PlaceMissing:
        sentence = gettext("Without a place it cannot be counted. Give it one, then accept.")
        return _back(session, id, Trouble(errors={"address": sentence}), 422)
    _burn(masked)
    return _onwards(session, observation)


@bp.post("/granska/<uuid:id>/maskera")
@allow(Role.COORDINATOR)
def mask(id: uuid.UUID) -> ResponseReturnValue:
    """Burn boxes in, answer suggestions, and stay. As it only ever hides more, it needs no version."""
    session = current_session()
    observation = _locked(session, id)
    try:
        masked = _order(session, observation)
        for photo, each in boxes.read(observation, request.form.getlist("skip")):
            with suppress(redaction.SuggestionUnknown):  # pressed twice, or somebody else was faster
                redaction.skip(session, photo, each, by=current_actor().pseudonym, at=now())
        session.commit()
    except OVERTAKEN:
        return _back(session, id, Trouble(overtaken=True), 409)
    _burn(masked)
    return redirect(url_for(".item", id=id, photo=request.form.get("photo", type=int)), code=303)


@bp.post("/granska/<uuid:id>/avsla")
@allow(Role.COORDINATOR)
def reject(id: uuid.UUID) -> ResponseReturnValue:
    """Reject, destroy photos and text, and on to the next. Pressed twice, the second time changes nothing."""
    session = current_session()
    observation = _locked(session, id)
    if _pressed_twice(observation, Review.REJECTED):
        return _onwards(session, observation)
    reason = request.form.get("reason", "")
    if reason not in REASONS:
        return _back(session, id, Trouble(errors={"reason": gettext("Choose why.")}), 422)
    try:
        _check_as_seen(observation)
        by = current_actor().pseudonym
        actions.reject(session, observation, reason=Rejection(reason), by=by, at=now())
        session.commit()
    except OVERTAKEN:
        return _back(session, id, Trouble(overtaken=True, typed=request.form), 409)
    _destroy()
    current_database().empty_log()
    return _onwards(session, observation)


@bp.post("/granska/<uuid:id>/andra")
@allow(Role.COORDINATOR)
def edit(id: uuid.UUID) -> ResponseReturnValue:
    """Put one row right and stay. What was typed comes back when it cannot be taken."""
    session = current_session()
    observation = _locked(session, id)
    as_seen = observation.version == _seen_version()
    try:
        changes = edits.read(session, observation, request.form, now())
        changed = actions.edit(session, observation, **changes, by=current_actor().pseudonym, at=now())
        if changed and not as_seen:  # what is so already, as after pressing twice, is no conflict
            raise Overtaken
        session.commit()
        if "note" in changes:
            current_database().empty_log()
    except OVERTAKEN:
        return _back(session, id, Trouble(overtaken=True, typed=request.form), 409)
    except edits.Refused as refused:
        trouble = Trouble({refused.name: refused.sentence}, request.form, refused.suggestions, not as_seen)
        return _back(session, id, trouble, 422 if as_seen else 409)
    return redirect(url_for(".item", id=id), code=303)


@bp.post("/granska/<uuid:id>/oppna")
@allow(Role.COORDINATOR)
def reopen(id: uuid.UUID) -> ResponseReturnValue:
    """Take an acceptance back and look at the report again."""
    session = current_session()
    observation = _locked(session, id)
    try:
        _check_as_seen(observation)
        actions.reopen(session, observation, by=current_actor().pseudonym, at=now())
        session.commit()
    except OVERTAKEN:
        return _back(session, id, Trouble(overtaken=True), 409)
    return redirect(url_for(".item", id=id), code=303)


@bp.get("/sjalvkontroll")
@allow(Role.COORDINATOR, Role.ADMIN)
def self_check() -> str:
    """What the service found when it last audited itself: numbers, no content."""
    at = now()
    audit = selfcheck.last(current_session(), at)
    return render("review/selfcheck.html", audit=audit, moment=lambda when: page.moment(when, at))


def _locked(session: Session, id: uuid.UUID) -> Observation:
    return queries.item(session, id, to_change=True) or abort(404)


def _seen_version() -> int:
    """The version of the report that the page with this form showed."""
    version = request.form.get("version", type=int)
    if version is None:
        raise BadInput(gettext("The form was not whole. Load the page again."), status=400)
    return version


def _check_as_seen(observation: Observation) -> None:
    if observation.version != _seen_version():
        raise Overtaken


def _pressed_twice(observation: Observation, after: Review) -> bool:
    """Whether the one change since the page was made is the very step that is asked for again."""
    return observation.review is after and observation.version == _seen_version() + 1


def _back(session: Session, id: uuid.UUID, trouble: Trouble, status: int) -> ResponseReturnValue:
    """The page as the report is now, with the trouble on it; nothing of the attempt is kept."""
    session.rollback()
    observation = queries.item(session, id) or abort(404)
    return page.show(session, observation, now=now(), trouble=trouble), status


def _onwards(session: Session, done: Observation) -> ResponseReturnValue:
    """To the next report in the queue, which tells what became of this one."""
    following = queries.next_after(session, done)
    if following is None:
        return redirect(url_for(".queue", done=done.id), code=303)
    return redirect(url_for(".item", id=following.id, done=done.id), code=303)


def _done(session: Session) -> Observation | None:
    """The report that was dealt with just before this page."""
    done = request.args.get("done", type=uuid.UUID)
    return queries.item(session, done) if done else None


def _look_through(id: uuid.UUID) -> bool:
    """Look through those photos that nothing has looked through yet: no suggestion comes after the decision.

    Whether that came about; also where nothing can look, since pages say so. Raises Busy when the store is away.
    """
    runtime = current_runtime()
    if runtime.look is None:
        return True
    with runtime.database.reading() as session:
        observation = queries.item(session, id)
    left = [photo.id for photo in observation.photos if photo.screened_at is None] if observation else []
    try:
        return all(screening.screen(runtime.database, runtime.store, each, runtime.look, at=now()) for each in left)
    except StoreUnavailable as error:
        raise Busy from error


def _order(session: Session, observation: Observation) -> list[uuid.UUID]:
    """Order the boxes that the form carries; returns the photos that they are on."""
    ordered = boxes.by_photo(boxes.read(observation, request.form.getlist("box")))
    for photo, each in ordered.items():
        redaction.order(session, photo, each, by=current_actor().pseudonym, at=now())
    return [photo.id for photo in ordered]


def _burn(ids: Iterable[uuid.UUID]) -> None:
    """Carry out what was ordered. What cannot be done now is done in the background; until then the photo is hidden."""
    for id in ids:
        came = redaction.attempt(current_database(), photo_store(), id, at=now())
        if came is redaction.Outcome.LATER:
            flash(gettext("The boxes are kept and will be burned in soon. Until then nobody sees the photo."), "warn")
        elif came is redaction.Outcome.UNREADABLE:
            flash(gettext("The photo cannot be read, so nobody sees it. Reject the report."), "stop")


def _destroy() -> None:
    """Delete the photos' files now that no row names them. What cannot be deleted now is deleted in the background."""
    if not photos.destroy_now(current_database(), photo_store()):
        flash(
            gettext("A photo's file could not be destroyed at once. Nobody can open it; it goes within the hour."),
            "warn",
        )

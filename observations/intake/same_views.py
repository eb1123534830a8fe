"""What the phone asks while a report is made: whether this is the same as what others have reported."""

import uuid

from flask import Response, abort, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.exc import IntegrityError

from observations.access import Role, allow, current_actor
from observations.clock import local_date
from observations.intake import queries, same
from observations.intake.here import degrees
from observations.intake.refused import Conflict
from observations.intake.validation import NOBODYS
from observations.intake.views import bp
from observations.record.categories import Category
from observations.record.tables import Photo
from observations.web import Busy, current_session, current_settings, now, photo_store, problem
from uploads import PhotoRejected, limits, thumbnail
from uploads.stores import PhotoMissing, StoreUnavailable

SIDE_PX = min(limits.THUMBNAIL_SIDES_PX)
"""Longest edge of what another reporter sees: enough to know a wall again, too little to read a small thing on it."""
POLICY = "sandbox; default-src 'none'"


@bp.get("/rapportera/samma")
@allow(Role.REPORTER, Role.COORDINATOR)
def near() -> ResponseReturnValue:
    """What is open of one category around a point, as JSON: category and photo only, no address and no words."""
    latitude, longitude = degrees("latitude", 90), degrees("longitude", 180)
    category = request.args.get("category", "")
    wrong = {
        name: gettext("That is no place on the map.")
        for name, value in (("latitude", latitude), ("longitude", longitude))
        if value is None
    } | ({} if category in set(Category) else {"category": gettext("There is no such category.")})
    if wrong or latitude is None or longitude is None:
        return problem(422, gettext("That cannot be taken"), fields=wrong)
    found = same.near(current_session(), latitude=latitude, longitude=longitude, category=Category(category), at=now())
    response = jsonify(items=[_told(each) for each in found])
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/rapportera/samma/<uuid:id>/bild")
@allow(Role.REPORTER, Role.COORDINATOR)
def near_photo(id: uuid.UUID) -> Response:
    """A small copy of the report's photo, if it may be shown now. No browser keeps it."""
    observation = same.one(current_session(), id)
    photo = (observation and same.photo_to_show(observation)) or abort(404)
    response = Response(_small(photo), mimetype="image/jpeg")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = 'inline; filename="samma.jpg"'
    return response


@bp.post("/rapportera/samma/<uuid:id>")
@allow(Role.REPORTER, Role.COORDINATOR)
def see(id: uuid.UUID) -> ResponseReturnValue:
    """It is still there: 201, and 200 when the same is sent again under the id that the phone made for it."""
    session, actor = current_session(), current_actor()
    observation = same.one(session, id) or abort(404)
    sighting_id = _id()
    if sighting_id is None:
        sentence = gettext("The id must be a UUID that the sender has made.")
        return problem(422, gettext("That cannot be taken"), fields={"id": sentence})
    try:
        if same.known(session, sighting_id, observation):
            return jsonify(id=sighting_id, seen=same.seen(session, observation))
        at_most = current_settings().reports_per_hour
        wait_s = queries.seconds_until_free(session, actor.device_id, reports_per_hour=at_most, at=now())
        if wait_s:
            return _too_many(wait_s)
        same.see(session, observation, sighting_id, device_id=actor.device_id, by=actor.pseudonym, at=now())
        session.commit()
    except Conflict:
        return problem(409, gettext("The id is taken"))
    except IntegrityError:  # the same came twice at once, and the other one was faster
        session.rollback()
        observation = same.one(session, id) or abort(404)
        return jsonify(id=sighting_id, seen=same.seen(session, observation))
    return jsonify(id=sighting_id, seen=same.seen(session, observation)), 201


def _told(each: same.Near) -> dict[str, object]:
    photo = each.photo
    return {
        "id": each.observation.id,
        "category": each.observation.category.value,
        "distance_m": round(each.distance_m),
        "received_on": local_date(each.observation.received_at).isoformat(),
        "photo": photo and _size(photo),
        "seen": each.seen,
    }


def _size(photo: Photo) -> dict[str, object]:
    """Its id, and the pixels of the small copy."""
    smaller = min(1.0, SIDE_PX / max(photo.width_px, photo.height_px))
    return {
        "id": photo.id,
        "width": max(1, round(photo.width_px * smaller)),
        "height": max(1, round(photo.height_px * smaller)),
    }


def _small(photo: Photo) -> bytes:
    """20 to 50 ms. A file that is lost or damaged is not told here: the self-check raises that alarm."""
    try:
        return thumbnail(photo_store().get(photo.name), SIDE_PX)
    except (PhotoMissing, PhotoRejected):
        abort(404)
    except StoreUnavailable as error:
        raise Busy from error


def _id() -> uuid.UUID | None:
    """The id in the form, if somebody has made it."""
    try:
        made = uuid.UUID(request.form.get("id", ""))
    except ValueError:
        return None
    return None if made.int in NOBODYS else made


def _too_many(wait_s: int) -> Response:
    sentence = gettext("The reports of this hour are used up. Send it again later.")
    response = problem(429, gettext("Too many at once"), detail=sentence)
    response.headers["Retry-After"] = str(wait_s)
    return response

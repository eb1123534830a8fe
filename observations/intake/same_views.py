"""What the phone asks while a report is made: whether this is the same as what others have reported."""

import uuid

from flask import Response, abort, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from observations.access import Role, allow, current_actor
from observations.clock import local_date
from observations.intake import same, small
from observations.intake.here import degrees
from observations.intake.views import bp
from observations.record.categories import Category
from observations.record.tables import Photo
from observations.web import current_session, now, problem


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
    found = same.near(
        current_session(),
        latitude=latitude,
        longitude=longitude,
        category=Category(category),
        device_id=current_actor().device_id,
        at=now(),
    )
    response = jsonify(items=[_told(each) for each in found])
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.get("/rapportera/samma/<uuid:id>/bild")
@allow(Role.REPORTER, Role.COORDINATOR)
def near_photo(id: uuid.UUID) -> Response:
    """A small copy of the report's photo, if it may be shown now. No browser keeps it."""
    observation = same.one(current_session(), id)
    return small.send((observation and same.photo_to_show(observation)) or abort(404), "samma")


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
    """The pixels of the small copy."""
    width, height = small.size_px(photo)
    return {"width": width, "height": height}

"""The pages that one looks around in: map, list, one observation, its photos."""

import uuid

from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from observations.access import Role, allow, current_actor
from observations.clock import local_date
from observations.explore import geojson, photos, queries
from observations.explore.filters import Filter
from observations.explore.page import around, lookout
from observations.places import queries as places
from observations.record import photos as record_photos
from observations.web import BadInput, current_session, now, render

bp = Blueprint("explore", __name__)

LISTED = 50
CARDS = 5
"""Rows of the card for a pin whose observations lie too close to be parted by the map."""


@bp.get("/karta")
@allow(Role.COORDINATOR, Role.COUNCIL)
def map_page() -> ResponseReturnValue:
    """The map, beside it the newest observations; the council sees squares and a table of areas instead."""
    return render("explore/map.html", **lookout(current_session(), _filter(), role=_role(), now=now(), limit=LISTED))


@bp.get("/lista")
@allow(Role.COORDINATOR, Role.COUNCIL)
def list_page() -> ResponseReturnValue:
    """The same choice as a table, 50 at a time. The council gets how many there are of what in each area: no rows."""
    after = request.args.get("cursor") or None
    context = lookout(current_session(), _filter(), role=_role(), now=now(), limit=LISTED, after=after, weeks=False)
    return render("explore/list.html", after=after, **context)


@bp.get("/karta/granser.json")
@allow(Role.COORDINATOR, Role.COUNCIL)
def borders() -> ResponseReturnValue:
    """The borders of the areas in force, as GeoJSON."""
    response = jsonify(geojson.borders(places.areas(current_session())))
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    return response.make_conditional(request)


@bp.get("/karta/har")
@allow(Role.COORDINATOR)
def card() -> ResponseReturnValue:
    """A piece of page: what a pin stands for, by `id` or by a `bbox` around it."""
    session = current_session()
    chosen = _filter()
    if chosen.bbox:
        found = queries.page(session, chosen, limit=CARDS)
        return render("explore/_cards.html", found=found, **around(chosen, now()))
    detail = queries.one(session, _uuid(request.args.get("id", ""))) or abort(404)
    return render("explore/_card.html", observation=detail.observation, **around(chosen, now()))


@bp.get("/observation/<uuid:id>")
@allow(Role.COORDINATOR)
def observation(id: uuid.UUID) -> ResponseReturnValue:
    """One observation: its photos, what is known of it, what happened to it."""
    detail = queries.one(current_session(), id) or abort(404)
    return render("explore/observation.html", detail=detail, **around(_filter(), now()))


@bp.get("/foto/<uuid:id>")
@allow(Role.COORDINATOR)
def photo(id: uuid.UUID) -> ResponseReturnValue:
    """A photo, whole or smaller. Coordinators only, accepted or not: the council gets those chosen for a briefing."""
    size = request.args.get("size", "")
    if size not in ("", *map(str, photos.SIZES_PX)):
        raise BadInput(gettext("A photo is 320 or 800 pixels wide, or whole."))
    row = record_photos.by_id(current_session(), id) or abort(404)
    return photos.send(row, int(size) if size else None)


def _role() -> Role:
    return current_actor().role


def _filter() -> Filter:
    return Filter.parse(request.args, Filter.recent(local_date(now())))


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        abort(404)

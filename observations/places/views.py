"""The map's tiles and style, and what the phone and the coordinator ask of the address register."""

import gzip
import json
import math
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from observations.access import EVERY_ROLE, Role, allow
from observations.places import basemap, queries, squares
from observations.places.style import THEMES, style
from observations.places.tables import Address
from observations.web import BadInput, current_session, current_settings, problem

bp = Blueprint("places", __name__)

TILES_TYPE = "application/vnd.pmtiles"
REVALIDATED = "private, no-cache"
"""Kept by the browser, but asked about each time: the answer is 304 for as long as the map is the same."""
NOT_KEPT = "private, no-store"
LONGEST_QUERY = 80


@bp.get("/tiles/map.pmtiles")
@allow(*EVERY_ROLE)
def tiles() -> ResponseReturnValue:
    """The imported map, in pieces as the browser asks for them (HTTP Range)."""
    path = basemap.tiles_path(current_settings())
    if not path.is_file():
        return problem(
            404, gettext("There is no map"), detail=gettext("An administrator imports one with “places import”.")
        )
    response = send_file(path, mimetype=TILES_TYPE, conditional=True, etag=True, max_age=0)
    response.headers["Cache-Control"] = REVALIDATED
    return response


@bp.get("/tiles/style-<theme>.json")
@allow(*EVERY_ROLE)
def map_style(theme: str) -> Response:
    """The map's look in one theme; plain ground where no map is imported."""
    if theme not in THEMES:
        abort(404)
    facts = basemap.map_facts(current_settings())
    version = facts.imported_at.strftime("%Y%m%d%H%M%S") if facts else None
    response = jsonify(
        style(
            theme,
            facts,
            tiles_url=url_for("places.tiles", v=version, _external=False),
            font_url=url_for("static", filename="vendor/fonts/schibsted-grotesk.woff2"),
        )
    )
    response.headers["Cache-Control"] = REVALIDATED
    response.add_etag()
    response.make_conditional(request)
    return response


@bp.get("/platser/nara")
@allow(*EVERY_ROLE)
def nearest() -> Response:
    """The addresses nearest to a point, and the area that it lies in."""
    latitude, longitude = _number("latitude", -90, 90), _number("longitude", -180, 180)
    limit = int(_number("limit", 1, 10, default=3))
    within_m = _number("within_m", 10, 2000, default=300)
    session = current_session()
    area = queries.area_at(session, latitude, longitude)
    near = queries.nearest(session, latitude, longitude, limit=limit, within_m=within_m)
    return jsonify(
        items=[_address(n.address) | {"distance_m": round(n.distance_m, 1)} for n in near],
        area={"id": area.id, "name": area.name} if area else None,
    )


@bp.get("/platser/sok")
@allow(*EVERY_ROLE)
def search() -> Response:
    """Addresses that begin as, or look like, what was typed."""
    text = request.args.get("q", "").replace("\0", "")
    if len(text) > LONGEST_QUERY:
        sentence = gettext("Write at most %(most)d characters.", most=LONGEST_QUERY)
        raise BadInput(sentence, fields={"q": sentence})
    limit = int(_number("limit", 1, 20, default=8))
    return jsonify(items=[_address(address) for address in queries.search(current_session(), text, limit=limit)])


@bp.get("/platser/rutor/<int:x>/<int:y>")
@allow(Role.REPORTER, Role.COORDINATOR)
def square(x: int, y: int) -> Response:
    """All addresses of one square of the map, for the phone to keep. Compressed: it repeats nothing of the request."""
    try:
        found = squares.streets(current_session(), x, y)
    except squares.NoSuchSquare:
        abort(404)
    body = json.dumps({"streets": found}, ensure_ascii=False, separators=(",", ":")).encode()
    response = Response(mimetype="application/json")
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        body = gzip.compress(body, 6, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
    response.set_data(body)
    response.headers["Cache-Control"] = NOT_KEPT
    response.headers["Vary"] = "Accept-Encoding"
    response.add_etag()
    return response.make_conditional(request)  # type: ignore[return-value]  # it is the same response


def _address(address: Address) -> dict[str, Any]:
    return {
        "id": address.id,
        "label": address.label,
        "street": address.street,
        "number": address.number,
        "locality": address.locality,
        "latitude": address.latitude,
        "longitude": address.longitude,
    }


def _number(name: str, least: float, most: float, *, default: float | None = None) -> float:
    """A number of the query within its limits. Raises BadInput otherwise."""
    text = request.args.get(name)
    if text is None and default is not None:
        return default
    try:
        value = float(text or "")
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        sentence = gettext("%(name)s must be a number from %(least)s to %(most)s.", name=name, least=least, most=most)
        raise BadInput(sentence, fields={name: sentence})
    return value

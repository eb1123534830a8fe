"""GET: what other systems, and our own pages, may read. Observations are the coordinator's; the council has the map."""

import uuid
from datetime import datetime
from typing import Any, Self

from flask import Response, abort, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from pydantic import BaseModel, ConfigDict

from observations.access import Role, allow, current_actor
from observations.api import bp
from observations.explore import clusters, geojson, queries
from observations.explore import photos as explore_photos
from observations.explore.filters import Filter
from observations.record import photos as record_photos
from observations.record.categories import Category
from observations.record.tables import Observation, Photo, PhotoKind, PositionSource
from observations.record.workflow import Remediation, Review
from observations.web import BadInput, current_session

LIMIT, LIMIT_MOST = 50, 200
ZOOM = 12
EVERYTHING = Filter()


class PhotoOut(BaseModel):
    """A photo's address under /photos, and its size in pixels."""

    model_config = ConfigDict(frozen=True)

    id: uuid.UUID
    width: int
    height: int

    @classmethod
    def of(cls, photo: Photo) -> Self:
        """From the row."""
        return cls(id=photo.id, width=photo.width_px, height=photo.height_px)


class ObservationPhotoOut(PhotoOut):
    """One of an observation's photos: of the trace, or of the place once it was cleaned up, and then when."""

    kind: PhotoKind
    taken_at: datetime | None

    @classmethod
    def of(cls, photo: Photo) -> Self:
        """From the row."""
        return cls(id=photo.id, width=photo.width_px, height=photo.height_px, kind=photo.kind, taken_at=photo.taken_at)


class ObservationOut(BaseModel):
    """An observation as another system sees it: nothing in it leads to who reported it."""

    model_config = ConfigDict(frozen=True)

    id: uuid.UUID
    number: int
    category: Category
    observed_at: datetime
    received_at: datetime
    latitude: float | None
    longitude: float | None
    accuracy_m: float | None
    position_source: PositionSource | None
    address: str
    area: str | None
    note: str
    urgent: bool
    review: Review
    remediation: Remediation
    photos: list[ObservationPhotoOut]

    @classmethod
    def of(cls, row: Observation) -> Self:
        """From the row, with its area and photos loaded. Every field is named here, so that a new column stays in."""
        return cls(
            id=row.id,
            number=row.number,
            category=row.category,
            observed_at=row.observed_at,
            received_at=row.received_at,
            latitude=row.latitude,
            longitude=row.longitude,
            accuracy_m=row.accuracy_m,
            position_source=row.position_source,
            address=row.address,
            area=row.area.name if row.area else None,
            note=row.note,
            urgent=row.urgent,
            review=row.review,
            remediation=row.remediation,
            photos=[ObservationPhotoOut.of(photo) for photo in row.photos],
        )


class PageOut(BaseModel):
    """Some observations, newest first; `next` is the `cursor` of what follows, null at the end."""

    model_config = ConfigDict(frozen=True)

    items: list[ObservationOut]
    next: str | None


@bp.get("/observations")
@allow(Role.COORDINATOR)
def list_observations() -> ResponseReturnValue:
    """A page of the list, and a Link header to the next. A name missing in the address leaves nothing out."""
    filter_ = Filter.parse(request.args, EVERYTHING)
    limit = _whole_number("limit", LIMIT, 1, LIMIT_MOST)
    page = queries.page(current_session(), filter_, limit=limit, after=request.args.get("cursor") or None)
    response = as_json(PageOut(items=[ObservationOut.of(row) for row in page.items], next=page.next))
    if page.next:
        following = url_for(".list_observations", limit=limit, cursor=page.next, **_asked(filter_))
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response


@bp.get("/observations/<uuid:id>")
@allow(Role.COORDINATOR)
def one_observation(id: uuid.UUID) -> ResponseReturnValue:
    """One observation."""
    detail = queries.one(current_session(), id) or abort(404)
    return as_json(ObservationOut.of(detail.observation))


@bp.get("/photos/<uuid:id>")
@allow(Role.COORDINATOR)
def one_photo(id: uuid.UUID) -> ResponseReturnValue:
    """A photo, whole; or with a longest edge of `size` pixels."""
    row = record_photos.by_id(current_session(), id) or abort(404)
    text = request.args.get("size", "")
    if text not in ("", *map(str, explore_photos.SIZES_PX)):
        raise _wrong("size", gettext("A photo is 320 or 800 pixels wide, or whole."))
    return explore_photos.send(row, int(text) if text else None)


@bp.get("/map")
@allow(Role.COORDINATOR, Role.COUNCIL)
def map_points() -> ResponseReturnValue:
    """Points and clusters within `bbox` (else the world), under 100 kB. The council gets squares of 200 m and more."""
    filter_ = Filter.parse(request.args, EVERYTHING)
    zoom = _whole_number("zoom", ZOOM, 0, clusters.ZOOM_MAX)
    session = current_session()
    if current_actor().role is Role.COORDINATOR:
        response = jsonify(geojson.collection(clusters.clusters(session, filter_, zoom)))
    else:
        response = jsonify(geojson.collection(clusters.protected(session, filter_, zoom)))
    response.mimetype = "application/geo+json"
    return response


def _asked(filter_: Filter) -> dict[str, Any]:
    """The filter as it has to stand in an address here, where a missing name means no limit."""
    return {name: value for name, value in filter_.query().items() if value}


def _whole_number(name: str, default: int, least: int, most: int) -> int:
    text = request.args.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 5 and least <= int(text) <= most):
        raise _wrong(
            name, gettext("%(name)s is a whole number from %(least)s to %(most)s.", name=name, least=least, most=most)
        )
    return int(text)


def _wrong(name: str, sentence: str) -> BadInput:
    return BadInput(gettext("That choice cannot be shown."), fields={name: sentence})


def as_json(body: BaseModel) -> Response:
    """The model as an answer."""
    return Response(body.model_dump_json(), mimetype="application/json")

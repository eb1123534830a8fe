"""The API described for programs: OpenAPI 3.1, made from the models and enums that the routes themselves use."""

from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue

from observations.access import allow
from observations.api import bp
from observations.api.openapi_parts import (
    FILTER,
    HEADER_SCHEMAS,
    ID,
    PAGING,
    PERIOD,
    SCHEMAS,
    SIZE,
    ZOOM_LEVEL,
    Json,
    answer,
    json,
    link,
    open_operation,
    operation,
)
from observations.api.openapi_schemas import AFTER_PHOTO, REPORT, schemas

PREFIX = "/api/v1"
ABOUT = """Observations of damage and traces, never of people.

Errors are problem+json (RFC 9457). A name in an address or a body that is not described here is refused with 422, and
so is one that is there twice, `category` excepted. Every answer has an X-Request-Id, to be quoted when something
seems wrong. Who may do what is said in each summary; the council's counts are
protected.
"""
CONDITIONAL: Json = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The ETag of a copy at hand (RFC 9110).",
    "schema": {"type": "string"},
}


@bp.get("/openapi.json")
@allow.anyone
def openapi() -> ResponseReturnValue:
    """The description itself; it tells nothing of any observation."""
    return jsonify(document())


def document() -> dict[str, Any]:
    """The whole description as a dict ready for JSON."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "1 000 ögon", "version": "1", "description": ABOUT},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": {PREFIX + path: operations for path, operations in _paths().items()} | _watching(),
        "components": {
            "schemas": schemas(),
            "headers": HEADER_SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _paths() -> Json:
    return {
        "/observations": {"get": _listing(), "post": _posting()},
        "/observations/{id}": {
            "get": operation(
                "getObservation",
                "One of them. Coordinators only.",
                {
                    "200": answer(
                        "As asked",
                        json("ObservationOut"),
                        links={"photo": link("getPhoto", id="$response.body#/photos/0/id")},
                    )
                },
                ("404",),
                parameters=(ID,),
            )
        },
        "/observations/{id}/sightings": {"post": _seeing()},
        "/observations/{id}/after-photos": {"post": _following_up()},
        "/photos/{id}": {"get": _picture()},
        "/photos/{id}/redactions": {"post": _redacting()},
        "/map": {
            "get": operation(
                "getMap",
                "Points and clusters. The council gets squares of at least 200 m, and few told as “1–2”.",
                {"200": answer("As asked", {"application/geo+json": {"schema": {"$ref": SCHEMAS + "Map"}}})},
                parameters=(*FILTER, ZOOM_LEVEL),
            )
        },
        "/trends": {
            "get": operation(
                "getTrends",
                "Occasions by area and category, beside as many days before. The council's 1 and 2 are null.",
                {"200": answer("As asked", json("TrendsOut"))},
                parameters=PERIOD,
            )
        },
        "/openapi.json": {
            "get": open_operation(
                "getDescription",
                "This description. For anybody.",
                {"200": answer("As asked", {"application/json": {"schema": {"type": "object"}}})},
                ("422",),
            )
        },
    }


def _watching() -> Json:
    """For the programs that watch over the service."""
    return {
        "/live": {
            "get": open_operation("getLive", "Whether the process answers.", {"200": answer("It does", json("Live"))})
        },
        "/ready": {
            "get": open_operation(
                "getReady",
                "Whether a report could be kept now.",
                {
                    "200": answer("It could", json("Ready")),
                    "503": answer("These parts fail", json("NotReady")),
                },
            )
        },
    }


def _listing() -> Json:
    onwards = {
        "next": link("listObservations", cursor="$response.body#/next"),
        "first": link("getObservation", id="$response.body#/items/0/id"),
    }
    return operation(
        "listObservations",
        "Observations by time seen, newest first. Coordinators only.",
        {"200": answer("As asked", json("PageOut"), "Link", links=onwards)},
        parameters=(*FILTER, *PAGING),
    )


def _posting() -> Json:
    reading = {"observation": link("getObservation", id="$response.body#/id")}
    return operation(
        "postObservation",
        "Hand in a report. Sent again under the same id it is kept once. Reporters and coordinators.",
        {
            "201": answer("Kept", json("ReceiptOut"), "Location", links=reading),
            "200": answer("Kept before", json("ReceiptOut"), "Location", links=reading),
        },
        ("400", "409", "413", "415", "429"),
        body={"multipart/form-data": {"schema": {"$ref": SCHEMAS + REPORT}}},
    )


def _seeing() -> Json:
    return operation(
        "postSighting",
        "It was seen again. Sent again under the same id it counts once. Reporters and coordinators.",
        {"201": answer("Counted", json("SightingOut")), "200": answer("Counted before", json("SightingOut"))},
        ("400", "404", "409", "413", "415", "429"),
        parameters=(ID,),
        body={"multipart/form-data": {"schema": {"$ref": SCHEMAS + "SightingIn"}}},
    )


def _following_up() -> Json:
    kept = json("AfterReceiptOut")
    showing = {"photo": link("getPhoto", id="$response.body#/photos/0/id")}
    return operation(
        "postAfterPhoto",
        "What it looks like once it is cleaned up. Sent again under the same id it is kept once. "
        "Coordinators; reporters for their own, and for what they may see a photo of.",
        {"201": answer("Kept", kept, links=showing), "200": answer("Kept before", kept, links=showing)},
        ("400", "404", "409", "413", "415", "429"),
        parameters=(ID,),
        body={"multipart/form-data": {"schema": {"$ref": SCHEMAS + AFTER_PHOTO}}},
    )


def _picture() -> Json:
    return operation(
        "getPhoto",
        "A photo without any metadata. Coordinators only.",
        {
            "200": answer("As asked", {"image/jpeg": {}}, "ETag"),
            "304": {"description": "The copy at hand is the newest"},
        },
        ("404",),
        parameters=(ID, SIZE, CONDITIONAL),
    )


def _redacting() -> Json:
    return operation(
        "redactPhoto",
        "Burn black boxes into a photo; the pixels beneath are destroyed. Coordinators only.",
        {
            "200": answer("Burned in", json("PhotoOut")),
            "202": answer("Kept; nobody sees the photo until it is burned in", json("PhotoOut")),
        },
        ("404", "409", "413", "415"),
        parameters=(ID,),
        body=json("RedactionIn"),
    )

"""The API described for programs: OpenAPI 3.1, made from the models and enums that the routes themselves use."""

from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from observations.access import allow
from observations.api import bp
from observations.api.figures import TrendsOut
from observations.api.reading import LIMIT, LIMIT_MOST, ZOOM, ObservationOut, PageOut, PhotoOut
from observations.api.redactions import RedactionIn
from observations.explore.clusters import ZOOM_MAX
from observations.explore.photos import SIZES_PX
from observations.intake import limits
from observations.intake.channels import PHOTOS
from observations.intake.channels.rest import Fields
from observations.record.categories import Category
from observations.record.workflow import Review

PREFIX = "/api/v1"
SCHEMAS = "#/components/schemas/"
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
Parameter = tuple[str, str, dict[str, Any]]
"""A name, what it is for, and its schema."""
FILTER: tuple[Parameter, ...] = (
    ("from", "First local date (Europe/Stockholm).", {"type": "string", "format": "date"}),
    ("to", "The local date after the last one.", {"type": "string", "format": "date"}),
    ("category", "One or more codes, with commas between or repeated.", {"type": "string", "pattern": "^[A-Z,]*$"}),
    ("area", "Name or number of an area.", {"type": "string", "maxLength": 80}),
    ("review", "How far review has come.", {"type": "string", "enum": [state.value for state in Review]}),
    ("bbox", "West, south, east, north in degrees.", {"type": "string", "examples": ["17.9,59.3,18.1,59.4"]}),
)
PAGING: tuple[Parameter, ...] = (
    ("limit", "How many.", {"type": "integer", "minimum": 1, "maximum": LIMIT_MOST, "default": LIMIT}),
    ("cursor", "`next` of the page before.", {"type": "string"}),
)
ZOOM_LEVEL = ("zoom", "As MapLibre counts.", {"type": "integer", "minimum": 0, "maximum": ZOOM_MAX, "default": ZOOM})
SIZE = ("size", "Longest edge in pixels; whole without.", {"type": "integer", "enum": list(SIZES_PX)})
MODELS: tuple[tuple[type[BaseModel], JsonSchemaMode], ...] = (
    (ObservationOut, "serialization"),
    (PageOut, "serialization"),
    (TrendsOut, "serialization"),
    (PhotoOut, "serialization"),
    (Fields, "validation"),
    (RedactionIn, "validation"),
)


@bp.get("/openapi.json")
@allow.anyone
def openapi() -> ResponseReturnValue:
    """The description itself; it tells nothing of any observation."""
    return jsonify(document())


def document() -> dict[str, Any]:
    """The whole description as a dict ready for JSON."""
    schemas = {"Receipt": RECEIPT, "Problem": PROBLEM, "Map": MAP}
    for model in MODELS:
        _, found = models_json_schema([model], ref_template=SCHEMAS + "{model}")
        schemas |= found["$defs"]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "1 000 ögon",
            "version": "1",
            "description": "Observations of damage and traces, never of people. Errors are problem+json (RFC 9457).",
        },
        "servers": [{"url": PREFIX}],
        "security": [{"token": []}],
        "paths": _paths(),
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _paths() -> dict[str, Any]:
    return {
        "/observations": {
            "get": _reading(
                "listObservations",
                "Observations by time seen, newest first. Coordinators only.",
                _query(*FILTER, *PAGING),
                _json("PageOut"),
            ),
            "post": _posting(),
        },
        "/observations/{id}": {
            "get": _reading("getObservation", "One of them. Coordinators only.", [ID], _json("ObservationOut"), "404")
        },
        "/photos/{id}": {
            "get": _reading(
                "getPhoto",
                "A photo without any metadata. Coordinators only.",
                [ID, *_query(SIZE)],
                {"image/jpeg": {}},
                "404",
                "503",
            )
        },
        "/photos/{id}/redactions": {"post": _redacting()},
        "/map": {
            "get": _reading(
                "getMap",
                "Points and clusters. The council gets squares of at least 200 m, and few told as “1–2”.",
                _query(*FILTER, ZOOM_LEVEL),
                {"application/geo+json": {"schema": {"$ref": SCHEMAS + "Map"}}},
            )
        },
        "/trends": {
            "get": _reading(
                "getTrends",
                "Occasions by area and category, beside as many days before. The council's 1 and 2 are null.",
                _query(*FILTER[:2]),
                _json("TrendsOut"),
            )
        },
        "/openapi.json": {
            "get": {
                "operationId": "getDescription",
                "summary": "This description. For anybody.",
                "security": [],
                "responses": {
                    "200": {"description": "As asked", "content": {"application/json": {"schema": {"type": "object"}}}}
                },
            }
        },
    }


def _query(*parameters: Parameter) -> list[dict[str, Any]]:
    return [{"name": name, "in": "query", "description": text, "schema": schema} for name, text, schema in parameters]


def _reading(
    operation: str, summary: str, parameters: list[dict[str, Any]], content: dict[str, Any], *more: str
) -> dict[str, Any]:
    return {
        "operationId": operation,
        "summary": summary,
        "parameters": parameters,
        "responses": {"200": {"description": "As asked", "content": content}} | _problems("401", "403", "422", *more),
    }


def _posting() -> dict[str, Any]:
    files = {
        "type": "array",
        "maxItems": limits.PHOTOS,
        "items": {"type": "string", "contentMediaType": "application/octet-stream"},
    }
    report = {"allOf": [{"$ref": SCHEMAS + "Fields"}, {"type": "object", "properties": {PHOTOS: files}}]}
    return {
        "operationId": "postObservation",
        "summary": "Hand in a report. Sent again under the same id it is kept once.",
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": report}}},
        "responses": {
            "201": {"description": "Kept", "content": _json("Receipt")},
            "200": {"description": "Kept before", "content": _json("Receipt")},
        }
        | _problems("400", "401", "403", "409", "413", "415", "422", "429", "503"),
    }


def _redacting() -> dict[str, Any]:
    return {
        "operationId": "redactPhoto",
        "summary": "Burn black boxes into a photo; the pixels beneath are destroyed. Coordinators only.",
        "parameters": [ID],
        "requestBody": {"required": True, "content": _json("RedactionIn")},
        "responses": {
            "200": {"description": "Burned in", "content": _json("PhotoOut")},
            "202": {"description": "Kept; nobody sees the photo until it is burned in", "content": _json("PhotoOut")},
        }
        | _problems("401", "403", "404", "409", "413", "415", "422", "503"),
    }


def _json(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": SCHEMAS + schema}}}


def _problems(*statuses: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": SCHEMAS + "Problem"}}}
    return {status: {"description": PROBLEMS[status], "content": content} for status in statuses}


PROBLEMS = {
    "400": "Not understood",
    "401": "Sign in first",
    "403": "Not for this role",
    "404": "Not found",
    "409": "Another report has this id; or the photo cannot be read",
    "413": "Too large",
    "415": "Unknown kind of content",
    "422": "Cannot be taken; `fields` says why",
    "429": "Too many in an hour; see Retry-After",
    "503": "Busy; nothing was kept; see Retry-After",
}
PHOTO_SIZE = {
    "type": "object",
    "required": ["id", "width", "height"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "width": {"type": "integer"},
        "height": {"type": "integer"},
    },
}
RECEIPT = {
    "type": "object",
    "required": ["id", "number", "review", "photos"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "number": {"type": "integer"},
        "review": {"type": "string", "enum": [state.value for state in Review]},
        "photos": {"type": "array", "items": PHOTO_SIZE},
    },
}
PROBLEM = {
    "type": "object",
    "required": ["type", "status", "title"],
    "properties": {
        "type": {"type": "string"},
        "status": {"type": "integer"},
        "title": {"type": "string"},
        "detail": {"type": "string"},
        "fields": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
MAP = {
    "type": "object",
    "description": "GeoJSON (RFC 7946). `id` where a point is one observation; `count` is text where it is protected.",
    "required": ["type", "features"],
    "properties": {
        "type": {"const": "FeatureCollection"},
        "features": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["type", "geometry", "properties"],
                "properties": {
                    "type": {"const": "Feature"},
                    "geometry": {
                        "type": "object",
                        "required": ["type", "coordinates"],
                        "properties": {
                            "type": {"const": "Point"},
                            "coordinates": {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "number"}},
                        },
                    },
                    "properties": {
                        "type": "object",
                        "required": ["count", "category", "title"],
                        "properties": {
                            "count": {"type": ["integer", "string"]},
                            "category": {"type": "string", "enum": [code.value for code in Category]},
                            "title": {"type": "string"},
                            "id": {"type": "string", "format": "uuid"},
                        },
                    },
                },
            },
        },
    },
}

"""The schemas of the description: from the models that the routes themselves use, and some that no model is for."""

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from observations import limits
from observations.api.after_photos import AfterReceiptOut
from observations.api.figures import TrendsOut
from observations.api.observations_post import ReceiptOut
from observations.api.openapi_parts import SCHEMAS, Json
from observations.api.reading import ObservationOut, ObservationPhotoOut, PageOut, PhotoOut
from observations.api.redactions import RedactionIn
from observations.api.sightings import SightingIn, SightingOut
from observations.intake.after_input import AfterFields
from observations.intake.channels import PHOTOS
from observations.intake.channels.rest import Fields
from observations.record.categories import Category

MODELS: tuple[tuple[type[BaseModel], JsonSchemaMode], ...] = (
    (ObservationOut, "serialization"),
    (PageOut, "serialization"),
    (TrendsOut, "serialization"),
    (PhotoOut, "serialization"),
    (ObservationPhotoOut, "serialization"),
    (ReceiptOut, "serialization"),
    (AfterReceiptOut, "serialization"),
    (Fields, "validation"),
    (AfterFields, "validation"),
    (RedactionIn, "validation"),
    (SightingIn, "validation"),
    (SightingOut, "serialization"),
)
REPORT, AFTER_PHOTO = "ReportIn", "AfterPhotoIn"
TEXT: Json = {"type": "string", "pattern": r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]*$"}
"""No control characters but tab and line ends, and no sign that stands for bytes that were no text."""
VALUES: Json = {
    "id": {"description": "Made by the sender, so that sending again is harmless."},
    "observed_at": {"description": "RFC 3339 with its zone; at most five years ago, at most ten minutes ahead."},
    "taken_at": {
        "description": "RFC 3339 with its zone; at most ten minutes ahead, and at most a day before the observation."
    },
    "latitude": {"minimum": -90, "maximum": 90, "description": "WGS 84; not 0, 0."},
    "longitude": {"minimum": -180, "maximum": 180},
    "accuracy_m": {"minimum": 0},
    "address": {"maxLength": limits.ADDRESS_CHARACTERS, "description": "As people say it. No personnummer.", **TEXT},
    "note": {"maxLength": limits.NOTE_CHARACTERS_AT_MOST, "description": "No personnummer.", **TEXT},
    "urgent": {"description": "Threatening or racist, or a danger to children: it is reviewed first."},
    "time_source": {"description": "How `observed_at` is known; `api` where it is not said."},
    "position_source": {"description": "How the point is known; `api` where it is not said, nothing without a point."},
}
"""What the gate asks of the fields beyond their type."""


def schemas() -> Json:
    """Every schema by its name."""
    found: Json = {"Problem": PROBLEM, "Map": MAP, "Live": LIVE, "Ready": READY, "NotReady": NOT_READY}
    for model in MODELS:
        _, made = models_json_schema([model], ref_template=SCHEMAS + "{model}")
        found |= made["$defs"]
    return found | {
        REPORT: _form(REPORT, found.pop(Fields.__name__), maxItems=limits.PHOTOS)
        | {"dependentRequired": {"latitude": ["longitude"], "longitude": ["latitude"]}},
        AFTER_PHOTO: _after_photo(found.pop(AfterFields.__name__)),
    }


def _after_photo(fields: Json) -> Json:
    form = _form(AFTER_PHOTO, fields, minItems=1, maxItems=1)
    return form | {"required": [*form["required"], PHOTOS]}


def _form(title: str, fields: Json, **how_many: int) -> Json:
    """The multipart form: the fields of the model, none of which can be null there, and the photos."""
    properties = {name: _of_a_form(schema) | VALUES.get(name, {}) for name, schema in fields["properties"].items()}
    photo = {"type": "string", "contentMediaType": "application/octet-stream"}
    photos = {"type": "array", **how_many, "items": photo}
    return fields | {"title": title, "properties": properties | {PHOTOS: photos}}


def _of_a_form(schema: Json) -> Json:
    """The schema without its null: a field of a form is there, as a text, or it is not."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    kept = {name: value for name, value in schema.items() if name not in ("anyOf", "default", "title")}
    return kept | (kinds[0] if kinds else {})


PROBLEM: Json = {
    "type": "object",
    "required": ["type", "status", "title"],
    "properties": {
        "type": {"type": "string"},
        "status": {"type": "integer"},
        "title": {"type": "string"},
        "detail": {"type": "string"},
        "fields": {"type": "object", "additionalProperties": {"type": "string"}},
        "request_id": {
            "type": "string",
            "description": "Where the fault is ours: the name at the end of its lines in our log.",
        },
    },
}
LIVE: Json = {"type": "object", "required": ["ok"], "properties": {"ok": {"const": True}}}
READY: Json = LIVE
NOT_READY: Json = {
    "type": "object",
    "required": ["ok", "failing"],
    "properties": {
        "ok": {"const": False},
        "failing": {"type": "array", "minItems": 1, "items": {"type": "string", "enum": ["database", "store", "disk"]}},
    },
}
POINT: Json = {
    "type": "object",
    "required": ["type", "coordinates"],
    "properties": {
        "type": {"const": "Point"},
        "coordinates": {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "number"}},
    },
}
PIN: Json = {
    "type": "object",
    "required": ["count", "category", "title"],
    "properties": {
        "count": {"type": ["integer", "string"]},
        "category": {"type": "string", "enum": [code.value for code in Category]},
        "title": {"type": "string"},
        "id": {"type": "string", "format": "uuid"},
    },
}
MAP: Json = {
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
                "properties": {"type": {"const": "Feature"}, "geometry": POINT, "properties": PIN},
            },
        },
    },
}

"""What the description of an operation is put together from: its parameters, its answers, what can go wrong."""

from typing import Any

from observations.api.reading import LIMIT, LIMIT_MOST, ZOOM
from observations.explore.clusters import ZOOM_MAX
from observations.explore.filters import AREA_NAME_MAX
from observations.explore.photos import SIZES_PX
from observations.record.categories import Category
from observations.record.workflow import Review

SCHEMAS = "#/components/schemas/"
HEADERS = "#/components/headers/"

Json = dict[str, Any]

DAY: Json = {
    "anyOf": [
        {"type": "string", "format": "date", "pattern": r"^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"},
        {"type": "string", "pattern": r"^\s*$"},
    ]
}
"""A name without a value takes the limit away, as in the addresses of the pages."""
ID: Json = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}


def query(name: str, description: str, schema: Json, **more: Any) -> Json:
    """A parameter in the address, which may be left out."""
    return {"name": name, "in": "query", "description": description, "schema": schema, **more}


PERIOD = (
    query("from", "First local date (Europe/Stockholm), from 2000 on.", DAY),
    query("to", "The local date after the last one, until 2099; after `from`.", DAY),
)
FILTER = (
    *PERIOD,
    query(
        "category",
        "Codes, with commas between; the name may be repeated too.",
        {"type": "array", "items": {"type": "string", "enum": ["", *(code.value for code in Category)]}},
        style="form",
        explode=False,
    ),
    query(
        "area", "Name or number of an area.", {"type": "string", "maxLength": AREA_NAME_MAX, "pattern": r"^[^\x00]*$"}
    ),
    query("review", "How far review has come.", {"type": "string", "enum": ["", *(state.value for state in Review)]}),
    query(
        "bbox",
        "West, south, east, north in degrees; west < east and south < north.",
        {
            "type": "array",
            "items": {"type": "number", "minimum": -180, "maximum": 180},
            "minItems": 4,
            "maxItems": 4,
            "examples": [[17.9, 59.3, 18.1, 59.4]],
        },
        style="form",
        explode=False,
    ),
)
PAGING = (
    query("limit", "How many.", {"type": "integer", "minimum": 1, "maximum": LIMIT_MOST, "default": LIMIT}),
    query("cursor", "`next` of the page before.", {"type": "string", "pattern": "^[A-Za-z0-9_-]*$"}),
)
ZOOM_LEVEL = query(
    "zoom", "As MapLibre counts.", {"type": "integer", "minimum": 0, "maximum": ZOOM_MAX, "default": ZOOM}
)
SIZE = query("size", "Longest edge in pixels; whole without.", {"type": "integer", "enum": list(SIZES_PX)})
REPEATED = frozenset({"category"})
"""Names that may stand in an address more than once."""

PROBLEMS = {
    "400": "Not understood",
    "401": "No token, or one that is not known",
    "403": "Not for the role of this token",
    "404": "Not found, whether it never was there or is gone",
    "409": "Another report has this id; or the photo cannot be read",
    "413": "Too large",
    "415": "Unknown kind of content",
    "422": "Cannot be taken; `fields` says why",
    "429": "Too many in an hour; see Retry-After",
    "503": "Busy; nothing was kept; see Retry-After",
}
CAN_ALWAYS_HAPPEN = ("422", "503")
"""A name that is not described, and a database that is away."""
PROBLEM_HEADERS = {"401": "WWW-Authenticate", "429": "Retry-After", "503": "Retry-After"}

HEADER_SCHEMAS: Json = {
    "WWW-Authenticate": {
        "description": "How to sign in (RFC 9110).",
        "required": True,
        "schema": {"type": "string", "pattern": "^Bearer "},
    },
    "Retry-After": {
        "description": "Seconds to wait before it is sent again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    },
    "Location": {
        "description": "Where a coordinator reads the observation.",
        "required": True,
        "schema": {"type": "string", "pattern": "^/api/v1/observations/[0-9a-f-]{36}$"},
    },
    "Link": {
        "description": "The next page as `rel=next` (RFC 8288), where there is one.",
        "schema": {"type": "string", "pattern": '^<[^>]+>; rel="next"$'},
    },
    "ETag": {"description": "Changes with the pixels.", "required": True, "schema": {"type": "string"}},
}


def operation(
    name: str,
    summary: str,
    answers: Json,
    problems: tuple[str, ...] = (),
    *,
    parameters: tuple[Json, ...] = (),
    body: Json | None = None,
) -> Json:
    """An operation that needs a token; `problems` beside those that all such have."""
    described: Json = {"operationId": name, "summary": summary, "parameters": list(parameters)}
    if body is not None:
        described["requestBody"] = {"required": True, "content": body}
    wrong = sorted({"401", "403", *CAN_ALWAYS_HAPPEN, *problems})
    return described | {"responses": answers | {status: problem(status) for status in wrong}}


def open_operation(name: str, summary: str, answers: Json, problems: tuple[str, ...] = ()) -> Json:
    """An operation for anybody."""
    described: Json = {"operationId": name, "summary": summary, "parameters": [], "security": []}
    return described | {"responses": answers | {status: problem(status) for status in problems}}


def answer(description: str, content: Json, *headers: str, links: Json | None = None) -> Json:
    """An answer with its headers, and what leads on from it."""
    described: Json = {"description": description, "content": content}
    if headers:
        described["headers"] = {name: {"$ref": HEADERS + name} for name in headers}
    if links:
        described["links"] = links
    return described


def problem(status: str) -> Json:
    """An error in the form of RFC 9457."""
    content = {"application/problem+json": {"schema": {"$ref": SCHEMAS + "Problem"}}}
    return answer(PROBLEMS[status], content, *([PROBLEM_HEADERS[status]] if status in PROBLEM_HEADERS else []))


def json(schema: str) -> Json:
    """A body of JSON after the schema of that name."""
    return {"application/json": {"schema": {"$ref": SCHEMAS + schema}}}


def link(to: str, **parameters: str) -> Json:
    """A link to another operation, whose parameters stand in this answer (OpenAPI runtime expressions)."""
    return {"operationId": to, "parameters": parameters}

"""JSON from outside, read within limits of our own, and only what every reader reads alike."""

import json
import math
import re
from typing import Any, Final

from flask import Request
from flask_babel import gettext

from observations import limits
from observations.web.errors import BadInput

MIMETYPE: Final = "application/json"
WHOLE_NUMBER_SIGNS: Final = 20
"""More than any number of 64 bits has; turning a hundred thousand digits into a number takes a second."""
STRUCTURE: Final = re.compile(r'[\[\]{}"\\]')


class JsonRefused(ValueError):
    """It is no JSON, or not within the limits; the text says what, and quotes nothing."""


def read_json(request: Request, *, most_bytes: int = limits.JSON_BYTES) -> Any:
    """The body of the request as Python has it.

    Raises BadInput: 415 for another kind of content, 413 for more than `most_bytes`, 422 for what `parse` refuses.
    """
    if request.mimetype != MIMETYPE:
        raise BadInput(gettext("Send it as %(kind)s.", kind=MIMETYPE), status=415)
    body = request.stream.read(most_bytes + 1)
    if len(body) > most_bytes:
        raise BadInput(gettext("Send at most %(kilobytes)d kB.", kilobytes=most_bytes // 1024), status=413)
    try:
        return parse(body)
    except JsonRefused:
        raise BadInput(gettext("The JSON cannot be read.")) from None


def parse(body: bytes) -> Any:
    """The value of a JSON text in UTF-8. Linear in its length.

    Raises JsonRefused for what is no JSON; for brackets deeper than limits.JSON_DEPTH, before a reader that calls
    itself for each sees them; for a name that is there twice in one object, of which readers take now the first, now
    the last; for NaN, infinities and numbers of many digits; and for half a surrogate pair, which no text can hold.
    Source: RFC 8259, and I-JSON (RFC 7493) for what is refused beyond it.
    """
    try:
        text = body.decode()
        if deeper_than(text, limits.JSON_DEPTH):
            raise JsonRefused("too deep")
        value = json.loads(
            text, object_pairs_hook=_object, parse_int=_whole, parse_float=_real, parse_constant=_no_number
        )
        json.dumps(value, ensure_ascii=False).encode()
    except JsonRefused:
        raise
    except ValueError:
        raise JsonRefused("no JSON") from None
    return value


def deeper_than(text: str, most: int) -> bool:
    """Whether more than `most` brackets are open at once, those within texts not counted."""
    depth, within_text, past = 0, False, 0
    for found in STRUCTURE.finditer(text):
        sign = found[0]
        if found.start() < past:
            continue  # this sign is escaped
        if sign == "\\":
            past = found.start() + 2
        elif sign == '"':
            within_text = not within_text
        elif not within_text:
            depth += 1 if sign in "[{" else -1
            if depth > most:
                return True
    return False


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise JsonRefused("a name twice")
    return read


def _whole(digits: str) -> int:
    if len(digits) > WHOLE_NUMBER_SIGNS:
        raise JsonRefused("a number of many digits")
    return int(digits)


def _real(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise JsonRefused("no number")
    return value


def _no_number(_name: str) -> float:
    raise JsonRefused("no number")

"""POST /api/v1/photos/{id}/redactions: another system has boxes burned into a photo."""

import uuid
from typing import Annotated

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from observations.access import Role, allow, current_actor
from observations.api import bp
from observations.api.reading import PhotoOut, as_json
from observations.record import photos, redaction
from observations.web import BadInput, current_database, current_session, now, photo_store
from observations.web.bounded_json import read_json
from uploads import Box, limits

Fraction = Annotated[float, Field(ge=0, le=1)]
JSON_BYTES = 16_384


class BoxIn(BaseModel):
    """A part of the picture, in fractions of its width and height."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    left: Fraction
    top: Fraction
    right: Fraction
    bottom: Fraction

    @model_validator(mode="after")
    def _has_an_area(self) -> "BoxIn":
        self.box()
        return self

    def box(self) -> Box:
        """Raises ValueError for a box without an area."""
        return Box(self.left, self.top, self.right, self.bottom)


class RedactionIn(BaseModel):
    """The boxes that are to be black."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    boxes: Annotated[list[BoxIn], Field(min_length=1, max_length=limits.BOXES_PER_PHOTO)]


@bp.post("/photos/<uuid:id>/redactions")
@allow(Role.COORDINATOR)
def redact_photo(id: uuid.UUID) -> ResponseReturnValue:
    """Burn the boxes in; the old pixels are destroyed. The photo keeps its id.

    202 when the boxes are kept but the store is away: nobody sees the photo until they are burned in. 409 when its file
    is lost or damaged: then nobody sees it at all.
    """
    wanted = _read()
    session = current_session()
    photo = photos.by_id(session, id) or abort(404)
    try:
        redaction.order(session, photo, [box.box() for box in wanted.boxes], by=current_actor().pseudonym, at=now())
    except redaction.PhotoGone:
        abort(404)
    session.commit()
    came = redaction.attempt(current_database(), photo_store(), id, at=now())
    if came is redaction.Outcome.UNREADABLE:
        raise BadInput(gettext("The photo cannot be read, so nobody sees it. Reject the report."), status=409)
    session.refresh(photo)
    return as_json(PhotoOut.of(photo)), 202 if came is redaction.Outcome.LATER else 200


def _read() -> RedactionIn:
    sent = read_json(request, most_bytes=JSON_BYTES)
    try:
        return RedactionIn.model_validate(sent)
    except ValidationError as error:
        wrong = {".".join(map(str, each["loc"]))[:40] or "boxes" for each in error.errors()}
        sentence = gettext("A box has left < right and top < bottom, each between 0 and 1.")
        raise BadInput(gettext("That cannot be taken"), fields=dict.fromkeys(sorted(wrong), sentence)) from None

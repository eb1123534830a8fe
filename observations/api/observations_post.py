"""POST /api/v1/observations: another system hands a report in."""

import uuid
from typing import Self

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from pydantic import BaseModel, ConfigDict

from observations.access import Role, allow
from observations.api import bp
from observations.api.reading import PhotoOut, as_json
from observations.intake import words
from observations.intake.channels import Sent, hand_in, rest
from observations.intake.draft import Receipt
from observations.intake.refused import Conflict, ReportRefused, TooManyReports
from observations.record.workflow import Review
from observations.web import now, problem

CONTENT_TYPE = "multipart/form-data"


class ReceiptOut(BaseModel):
    """The promise that a report is kept; `number` is what people call it."""

    model_config = ConfigDict(frozen=True)

    id: uuid.UUID
    number: int
    review: Review
    photos: list[PhotoOut]

    @classmethod
    def of(cls, receipt: Receipt) -> Self:
        """From the gate's receipt."""
        photos = [PhotoOut(id=photo.id, width=photo.width_px, height=photo.height_px) for photo in receipt.photos]
        return cls(id=receipt.id, number=receipt.number, review=receipt.review, photos=photos)


@bp.post("/observations")
@allow(Role.REPORTER, Role.COORDINATOR)
def receive_observation() -> ResponseReturnValue:
    """201 with the receipt; 200 with the same receipt when the same report comes again under its id."""
    if request.mimetype != CONTENT_TYPE:
        return unknown_content()
    try:
        receipt = hand_in(rest.read(Sent.of(request), now=now()))
    except ReportRefused as refused:
        fields = words.sentences(refused.fields)
        detail = " ".join(f"{name}: {sentence}" for name, sentence in fields.items())
        return problem(refused.status, gettext("That cannot be taken"), detail=detail, fields=fields)
    except Conflict:
        return id_taken()
    except TooManyReports as many:
        return too_many(many.retry_after_s)
    response = as_json(ReceiptOut.of(receipt))
    response.status_code = 201 if receipt.created else 200
    response.headers["Location"] = f"{url_for('.receive_observation')}/{receipt.id}"
    return response


def unknown_content() -> Response:
    """415: it is no form with parts."""
    return problem(415, gettext("Unknown kind of content"), detail=gettext("Send the report as multipart/form-data."))


def id_taken() -> Response:
    """409: something else was kept under this id."""
    sentence = gettext("Another report was sent under this id. Give the new one an id of its own.")
    return problem(409, gettext("The id is taken"), detail=sentence)


def too_many(retry_after_s: int) -> Response:
    """429, and when to come again."""
    response = problem(
        429, gettext("Too many at once"), detail=gettext("The reports of this hour are used up. Send it again later.")
    )
    response.headers["Retry-After"] = str(retry_after_s)
    return response

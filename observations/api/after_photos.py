"""POST /api/v1/observations/{id}/after-photos: what it looks like once it is cleaned up."""

import uuid
from typing import Self

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from pydantic import BaseModel, ConfigDict

from observations.access import Role, allow, current_actor
from observations.api import bp
from observations.api.observations_post import CONTENT_TYPE, id_taken, too_many, unknown_content
from observations.api.reading import PhotoOut, as_json
from observations.intake import after, after_input, words
from observations.intake.channels import Sent, gate
from observations.intake.draft import AfterReceipt
from observations.intake.refused import Conflict, NotOpen, ReportRefused, TooManyReports
from observations.web import now, problem


class AfterReceiptOut(BaseModel):
    """The promise that an after-photo is kept; `number` is the observation's."""

    model_config = ConfigDict(frozen=True)

    id: uuid.UUID
    number: int
    photos: list[PhotoOut]

    @classmethod
    def of(cls, receipt: AfterReceipt) -> Self:
        """From the receipt."""
        photo = receipt.photo
        kept = PhotoOut(id=photo.id, width=photo.width_px, height=photo.height_px)
        return cls(id=receipt.id, number=receipt.number, photos=[kept])


@bp.post("/observations/<uuid:id>/after-photos")
@allow(Role.REPORTER, Role.COORDINATOR)
def receive_after_photo(id: uuid.UUID) -> ResponseReturnValue:
    """201 with the receipt; 200 with the same receipt when the same after-photo comes again under its id."""
    if request.mimetype != CONTENT_TYPE:
        return unknown_content()
    try:
        draft = after_input.of_rest(Sent.of(request), id)
        receipt = after.receive(draft, gate(), actor=current_actor(), now=now())
    except ReportRefused as refused:
        fields = words.after_sentences(refused.fields)
        detail = " ".join(f"{name}: {sentence}" for name, sentence in fields.items())
        return problem(refused.status, gettext("That cannot be taken"), detail=detail, fields=fields)
    except NotOpen:
        return problem(404, gettext("Not found"), detail=str(words.NOT_OPEN))
    except Conflict:
        return id_taken()
    except TooManyReports as many:
        return too_many(many.retry_after_s)
    response = as_json(AfterReceiptOut.of(receipt))
    response.status_code = 201 if receipt.created else 200
    return response

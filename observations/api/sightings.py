"""POST /api/v1/observations/{id}/sightings: somebody stood before it again, and it was still there."""

import uuid
from typing import Annotated

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from sqlalchemy.exc import IntegrityError

from observations.access import Role, allow, current_actor
from observations.api import bp
from observations.api.observations_post import CONTENT_TYPE, id_taken, too_many, unknown_content
from observations.api.reading import as_json
from observations.intake import queries, same
from observations.intake.channels import Sent
from observations.intake.refused import Conflict
from observations.intake.validation import NOBODYS
from observations.web import BadInput, current_session, current_settings, now, problem


def _somebodys(id: uuid.UUID) -> uuid.UUID:
    if id.int in NOBODYS:
        raise ValueError("nobody has made this id")
    return id


class SightingIn(BaseModel):
    """`id` is made by the sender, so that sending again is harmless."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[uuid.UUID, AfterValidator(_somebodys)]


class SightingOut(BaseModel):
    """`seen`: how often somebody has said so by now. Nothing of who."""

    model_config = ConfigDict(frozen=True)

    id: uuid.UUID
    seen: int


@bp.post("/observations/<uuid:id>/sightings")
@allow(Role.REPORTER, Role.COORDINATOR)
def see_again(id: uuid.UUID) -> ResponseReturnValue:
    """201, and 200 when the same is sent again under its id."""
    if request.mimetype != CONTENT_TYPE:
        return unknown_content()
    sighting = _read()
    session, actor = current_session(), current_actor()
    observation = same.one(session, id, to_change=True)
    if observation is None:
        sentence = gettext("The report is not there any more. Send yours as a new one.")
        return problem(404, gettext("Not found"), detail=sentence)
    try:
        if same.known(session, sighting.id, observation):
            return as_json(SightingOut(id=sighting.id, seen=same.seen(session, observation)))
        at_most = current_settings().reports_per_hour
        wait_s = queries.seconds_until_free(session, actor.device_id, reports_per_hour=at_most, at=now())
        if wait_s:
            return too_many(wait_s)
        same.see(session, observation, sighting.id, device_id=actor.device_id, by=actor.pseudonym, at=now())
        session.commit()
    except Conflict:
        return id_taken()
    except IntegrityError:  # the id came twice at once, with another report, and the other one was faster
        session.rollback()
        return id_taken()
    return _created(SightingOut(id=sighting.id, seen=same.seen(session, observation)))


def _created(sighting: SightingOut) -> Response:
    response = as_json(sighting)
    response.status_code = 201
    return response


def _read() -> SightingIn:
    sent = Sent.of(request)
    wrong = {name[:40]: gettext("There is no such field.") for name in {*sent.fields, *sent.files} - {"id"}}
    wrong |= {
        name: gettext("This field may be there only once.") for name, many in sent.fields.lists() if len(many) > 1
    }
    try:
        if not wrong:
            return SightingIn.model_validate(sent.fields.to_dict())
    except ValidationError:
        wrong = {"id": gettext("The id must be a UUID that the sender has made.")}
    raise BadInput(gettext("That cannot be taken"), fields=wrong)

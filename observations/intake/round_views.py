"""The page of a round: choose an area, report as usual, end it with one tap on how it seemed."""

import uuid

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import NotFound

from observations.access import Role, allow, current_actor
from observations.intake import rounds
from observations.intake.here import degrees
from observations.intake.refused import Conflict
from observations.intake.validation import NOBODYS
from observations.intake.views import bp
from observations.places import queries as places
from observations.places.tables import Area
from observations.record.attributes import FEELINGS, Feeling
from observations.record.tables import Round
from observations.web import BadInput, current_session, now, render


@bp.get("/rond")
@allow(Role.REPORTER, Role.COORDINATOR)
def round_page() -> str:
    """The round that goes on with its four ends, or the areas to begin one in: nearest first if a point is given."""
    session, at = current_session(), now()
    walked = rounds.current(session, current_actor().device_id, at=at)
    return render(
        "intake/round.html",
        walked=walked,
        sent=rounds.sent(session, walked) if walked else 0,
        minutes=int((at - walked.started_at).total_seconds() // 60) if walked else 0,
        feelings=FEELINGS,
        areas=[] if walked else rounds.areas(session, degrees("latitude", 90), degrees("longitude", 180)),
        round_id=uuid.uuid4(),
    )


@bp.post("/rond")
@allow(Role.REPORTER, Role.COORDINATOR)
def start_round() -> ResponseReturnValue:
    """Begin a round in an area. Pressed twice it is one; the round that went on ends."""
    session, actor, round_id = current_session(), current_actor(), _id()
    try:
        rounds.start(session, round_id, area=_area(), device_id=actor.device_id, by=actor.pseudonym, at=now())
        session.commit()
    except IntegrityError:  # pressed twice at once
        session.rollback()
    except Conflict:
        raise BadInput(gettext("The id is taken"), status=409) from None
    return redirect(url_for(".round_page"), code=303)


@bp.post("/rond/<uuid:id>/slut")
@allow(Role.REPORTER, Role.COORDINATOR)
def end_round(id: uuid.UUID) -> ResponseReturnValue:
    """End one's own round, and say how many reports it gave. Pressed twice, the second time changes nothing."""
    session, actor = current_session(), current_actor()
    walked = rounds.own(session, actor.device_id, id)
    if walked is None:
        raise NotFound
    if rounds.end(session, walked, feeling=_feeling(), by=actor.pseudonym, at=now()):
        session.commit()
        flash(_ended(walked), "ok")
    return redirect(url_for(".round_page"), code=303)


@bp.get("/ronder")
@allow(Role.COORDINATOR)
def round_list() -> str:
    """The newest rounds: where, when, how long, how many reports, how it seemed. Nobody's name or phone."""
    return render("intake/rounds.html", rounds=rounds.newest(current_session()), feelings=FEELINGS, minutes=_minutes)


def _ended(walked: Round) -> str:
    if not walked.reports:
        return str(gettext("The round is over: nothing to report."))
    return str(ngettext("The round is over: %(num)d report.", "The round is over: %(num)d reports.", walked.reports))


def _minutes(walked: Round) -> int | None:
    return int((walked.ended_at - walked.started_at).total_seconds() // 60) if walked.ended_at else None


def _id() -> uuid.UUID:
    try:
        made = uuid.UUID(request.form.get("id", ""))
    except ValueError:
        made = uuid.UUID(int=0)
    if made.int in NOBODYS:
        raise BadInput(gettext("The form was not whole. Load the page again."), fields={"id": "uuid"})
    return made


def _area() -> Area | None:
    """The chosen area, which must be in force; None where there are no areas at all to choose from."""
    there = {str(area.id): area for area in places.areas(current_session())}
    chosen = request.form.get("area", "")
    if chosen in there or (not there and not chosen):
        return there.get(chosen)
    sentence = gettext("Choose one of the areas.")
    raise BadInput(sentence, fields={"area": sentence})


def _feeling() -> Feeling | None:
    try:
        return Feeling(request.form["feeling"]) if request.form.get("feeling") else None
    except ValueError:
        raise BadInput(gettext("There is no such choice. Choose again."), fields={"feeling": ""}) from None

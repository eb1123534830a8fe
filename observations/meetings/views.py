"""Pages of the meetings: the dates, the briefing between two of them, and its files."""

from dataclasses import replace
from itertools import pairwise

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from observations import journal
from observations.access import Role, allow, current_actor
from observations.clock import local_date
from observations.meetings import actions, queries
from observations.meetings.briefing import Briefing, briefing, default_period, dots, frame
from observations.meetings.formats import all_formats
from observations.places.basemap import map_facts, municipality
from observations.places.drawing import map_svg
from observations.record.categories import Category
from observations.trends.periods import Period, parse, parse_day
from observations.trends.words import verdict_word
from observations.web import current_database, current_session, current_settings, now, render

bp = Blueprint("meetings", __name__, url_prefix="/moten")

PAGE_MAP_PX = (1200, 620)
PAPER_MAP_PX = (460, 340)


@bp.get("")
@allow(Role.COORDINATOR, Role.COUNCIL)
def index() -> ResponseReturnValue:
    """The meeting dates with the briefing of each period between two, and a form for any two dates."""
    today = local_date(now())
    dates = queries.dates(current_session())
    between = [Period(earlier, later) for later, earlier in pairwise(dates)]
    return render(
        "meetings/index.html",
        dates=dates,
        between=between,
        current=default_period(dates, today),
        today=today,
        may_change=current_actor().role is Role.COORDINATOR,
    )


@bp.post("")
@allow(Role.COORDINATOR)
def add() -> ResponseReturnValue:
    """Add a meeting date."""
    session = current_session()
    held_on = parse_day(request.form.get("held_on", ""), field="held_on")
    if actions.add(session, held_on, by=current_actor().pseudonym, at=now()):
        session.commit()
        flash(gettext("Meeting %(day)s added.", day=held_on.isoformat()), "ok")
    else:
        flash(gettext("There is a meeting on %(day)s already.", day=held_on.isoformat()))
    return redirect(url_for(".index"), code=303)


@bp.post("/ta-bort")
@allow(Role.COORDINATOR)
def remove() -> ResponseReturnValue:
    """Remove a meeting date; what happened in its period stays."""
    session = current_session()
    held_on = parse_day(request.form.get("held_on", ""), field="held_on")
    if actions.remove(session, held_on, by=current_actor().pseudonym, at=now()):
        session.commit()
        flash(gettext("Meeting %(day)s removed.", day=held_on.isoformat()), "ok")
    return redirect(url_for(".index"), code=303)


@bp.get("/valj")
@allow(Role.COORDINATOR, Role.COUNCIL)
def choose() -> ResponseReturnValue:
    """From the form with two dates to the page that they name."""
    period = parse(request.args, today=local_date(now()))
    return redirect(url_for(".show", from_=period.from_, to=period.to))


@bp.get("/<from_>/<to>")
@allow(Role.COORDINATOR, Role.COUNCIL)
def show(from_: str, to: str) -> ResponseReturnValue:
    """The briefing on the screen."""
    whole = _briefing(_period(from_, to))
    return render(
        "meetings/briefing.html",
        briefing=whole,
        formats=all_formats().values(),
        categories=list(Category),
        verdict_word=verdict_word,
        map_facts=None if whole.for_council else map_facts(current_settings()),
    )


@bp.get("/<from_>/<to>/karta.svg")
@allow(Role.COORDINATOR)
def map_drawing(from_: str, to: str) -> ResponseReturnValue:
    """The map of the period's places, as drawn on the paper."""
    drawn = _with_map(_briefing(_period(from_, to)), PAGE_MAP_PX)
    if drawn.map_svg is None:
        abort(404)
    response = Response(drawn.map_svg, mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@bp.get("/<from_>/<to>/lagesbild.<extension>")
@allow(Role.COORDINATOR, Role.COUNCIL)
def download(from_: str, to: str, extension: str) -> ResponseReturnValue:
    """The briefing as a file; that somebody took it is written in the journal."""
    chosen = all_formats().get(extension)
    if chosen is None:
        abort(404)
    period = _period(from_, to)
    content = chosen.render(_with_map(_briefing(period), PAPER_MAP_PX))
    _note_export(period, extension)
    response = Response(content, mimetype=chosen.MIMETYPE)
    name = f"lagesbild-{period.from_}-{period.to}.{extension}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _note_export(period: Period, extension: str) -> None:
    """Written in a session of its own: the request's is for reading."""
    with current_database().writing() as session:
        journal.write(
            session,
            "briefing.exported",
            subject=f"briefing:{period.from_}/{period.to}",
            by=current_actor().pseudonym,
            at=now(),
            after={"format": extension},
        )
        session.commit()


def _briefing(period: Period) -> Briefing:
    """Without its map: the page shows that as a picture of its own."""
    settings = current_settings()
    return briefing(
        current_session(),
        period,
        queries.before(current_session(), period),
        municipality=municipality(settings),
        for_council=current_actor().role is Role.COUNCIL,
        locale=str(get_locale()),
    )


def _with_map(made: Briefing, size_px: tuple[int, int]) -> Briefing:
    """With the places of its rows on the municipality's map; the council's has none, nor has one without a map."""
    settings = current_settings()
    facts = map_facts(settings)
    if facts is None or made.for_council:
        return made
    bounds = frame(made.rows, facts.bbox)
    drawn = map_svg(settings, bounds, *size_px, points=dots(made.rows, bounds))
    return replace(made, map_svg=drawn, map_attribution=facts.attribution)


def _period(from_: str, to: str) -> Period:
    return parse({"from": from_, "to": to}, today=local_date(now()))

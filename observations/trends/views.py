"""The page of the normal picture: the matrix, and the weeks behind it."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext
from markupsafe import Markup

from observations.access import Role, allow, current_actor
from observations.clock import local_date
from observations.places.tables import Area
from observations.record.categories import Category, label
from observations.trends import charts, periods, queries
from observations.trends.matrix import detector, matrix
from observations.trends.words import Counts, findings, verdict_word
from observations.web import BadInput, current_session, now, render

bp = Blueprint("trends", __name__)

CHART_WEEKS = 104
NARROW_WEEKS = 52


@dataclass(frozen=True)
class Chart:
    """Occasions per week of what was chosen: drawn for a wide and a narrow page, and as numbers."""

    title: str
    wide: Markup
    narrow: Markup
    weeks: list[queries.Week]


@bp.get("/normalbild")
@allow(Role.COORDINATOR, Role.COUNCIL)
def normal_picture() -> ResponseReturnValue:
    """The matrix of a period beside the period before, and the weeks of one series or of all."""
    session = current_session()
    period = periods.parse(request.args, today=local_date(now()))
    table = matrix(session, period, period.before())
    areas = {area.name: area for area in queries.areas_counted(session, period)}
    area, category = _chosen_area(areas), _chosen_category()
    for_council = current_actor().role is Role.COUNCIL
    counts = Counts(protected=for_council)
    return render(
        "trends/normal_picture.html",
        table=table,
        categories=list(Category),
        area=area,
        category=category,
        chart=None if for_council else _chart(period, area, category),
        detector=detector(),
        findings=findings(table, counts),
        verdict_word=verdict_word,
        counts=counts,
        cell_address=partial(_cell_address, period),
        for_council=for_council,
    )


def _cell_address(period: periods.Period, area: str | None, category: Category) -> str:
    """The page with the weeks of one cell, or of a whole category."""
    chosen: dict[str, Any] = {"from": period.from_, "to": period.to, "area": area, "category": category.value}
    return url_for(".normal_picture", _anchor="weeks", **chosen)


def _chosen_area(areas: dict[str, Area]) -> Area | None:
    name = request.args.get("area", "")
    if name and name not in areas:
        raise BadInput(gettext("There is no such area."), status=404)
    return areas.get(name)


def _chosen_category() -> Category | None:
    code = request.args.get("category", "")
    if not code:
        return None
    try:
        return Category(code)
    except ValueError:
        raise BadInput(gettext("There is no such category."), status=404) from None


def _chart(period: periods.Period, area: Area | None, category: Category | None) -> Chart:
    weeks = queries.weekly(
        current_session(),
        until=period.to,
        weeks=CHART_WEEKS,
        area_id=area.id if area else None,
        category=category,
    )
    draw = charts.line if area and category else charts.bars
    locale = str(get_locale())
    what = label(category) if category else gettext("All categories")
    where = area.name if area else gettext("all areas")
    return Chart(
        title=gettext("%(what)s, %(where)s: occasions per week", what=what, where=where),
        wide=draw(weeks, period, locale=locale),
        narrow=draw(weeks[-NARROW_WEEKS:], period, locale=locale, width=360),
        weeks=weeks,
    )

"""What the templates of this room are given."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from observations.access import Role
from observations.clock import local_date
from observations.explore import histogram, queries, words
from observations.explore.clusters import few
from observations.explore.filters import DAYS_SHOWN, Filter
from observations.places import queries as places
from observations.places.basemap import map_facts
from observations.places.tables import Area
from observations.record.categories import LABELS, SHORT_LABELS, Category
from observations.record.workflow import Review
from observations.web import current_settings


def around(filter_: Filter, now: datetime) -> dict[str, Any]:
    """The choice, and how things are written."""
    today = local_date(now)
    return {
        "filter": filter_,
        "query": filter_.query(),
        "recent": Filter.recent(today),
        "words": words,
        "labels": LABELS,
        "short_day": lambda value: words.short_day(value, today),
        "period": words.period(filter_, today),
    }


def lookout(
    session: Session,
    filter_: Filter,
    *,
    role: Role,
    now: datetime,
    limit: int,
    after: str | None = None,
    weeks: bool = True,
) -> dict[str, Any]:
    """Everything that map and list show: six statements at most, four without the weeks.

    The council gets `tally` in place of `page` and `counts`: no observation, no small number, and no total that a
    small number could be worked out from.
    """
    council = role is not Role.COORDINATOR
    if council:
        filter_ = replace(filter_, review=Review.ACCEPTED, bbox=None)
    today = local_date(now)
    areas = places.areas(session)
    context = around(filter_, now) | {
        "council": council,
        "areas": areas,
        "map": map_facts(current_settings()),
        "chosen": _chosen(filter_, areas),
        "bounds": _bounds(filter_, areas),
        "periods": _periods(filter_, now),
        "reviews": () if council else tuple(Review),
    }
    if council:
        context["tally"] = queries.tally(session, filter_)
        context["few"] = few
    else:
        context["page"] = queries.page(session, filter_, limit=limit, after=after)
        context["counts"] = queries.counts(session, filter_)
    if weeks:
        count, last = histogram.weeks_for(filter_, today)
        found = queries.weekly(session, filter_, weeks=count, until=last)
        context["histogram"] = histogram.draw(found, filter_, protected=council)
    return context


def _chosen(filter_: Filter, areas: Iterable[Area]) -> dict[str, str]:
    """The choice in the words of the filter row."""
    names = {area.id: area.name for area in areas}
    everywhere = gettext("All %(count)s", count=len(names)) if names else gettext("All")
    area = names.get(filter_.area, str(filter_.area)) if isinstance(filter_.area, int) else filter_.area
    number = len(filter_.categories)
    if not number or number == len(Category):
        what = gettext("All %(count)s", count=len(Category))
    elif number == 1:
        what = str(SHORT_LABELS[filter_.categories[0]])
    else:
        what = ngettext("%(num)s kind", "%(num)s kinds", number)
    return {
        "area": area or everywhere,
        "category": what,
        "review": str(words.REVIEWS[filter_.review]) if filter_.review else gettext("All"),
    }


def _bounds(filter_: Filter, areas: Iterable[Area]) -> str:
    """What the map opens on: the box of the filter, else of its area; nothing for the whole map."""
    if filter_.bbox:
        return str(filter_.bbox)
    for area in areas:
        if filter_.area in (area.id, area.name):
            return f"{area.west},{area.south},{area.east},{area.north}"
    return ""


def _periods(filter_: Filter, now: datetime) -> list[tuple[str, dict[str, Any], bool]]:
    """Periods one press away: their word, their address, and whether it is the one in force."""
    to = local_date(now) + timedelta(days=1)
    spans = (
        (gettext("Last %(count)s days", count=DAYS_SHOWN), to - timedelta(days=DAYS_SHOWN), to),
        (gettext("Last %(count)s days", count=365), to - timedelta(days=365), to),
        (gettext("All time"), None, None),
    )
    return [
        (word, filter_.query(from_=first, to=after), (filter_.from_, filter_.to) == (first, after))
        for word, first, after in spans
    ]

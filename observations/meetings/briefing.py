"""A briefing (lägesbild): everything that is said of one period, as plain values made for export.

What is not in here cannot leave: no reporter, no device, no note, no row of the database.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy.orm import Session, joinedload

from observations.record.categories import label
from observations.record.tables import Observation
from observations.record.workflow import Review
from observations.trends import charts, queries
from observations.trends.matrix import Matrix, matrix
from observations.trends.periods import Period
from observations.trends.queries import Week
from observations.trends.words import Counts, Finding, findings
from observations.web.texts import without_bidi

CHART_WEEKS = 52
CHART_WIDTH_PX = 430
SQUARES = 13
"""How many dots at most stand side by side on the map."""
MARGIN = 0.08
LEAST_DEGREES = 0.002


@dataclass(frozen=True)
class Row:
    """One accepted observation as it may be shown at a meeting."""

    number: int
    observed_at: datetime
    category: str
    category_code: str
    place: str
    area: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True)
class Briefing:
    """One period for one kind of reader; `rows` is empty and counts are protected for the council."""

    municipality: str
    table: Matrix
    findings: tuple[Finding, ...]
    weeks: tuple[Week, ...]
    chart: Markup
    rows: tuple[Row, ...]
    for_council: bool
    map_svg: str | None
    map_attribution: str

    @property
    def period(self) -> Period:
        """The days that it is about."""
        return self.table.period

    @property
    def counts(self) -> Counts:
        """How counts are written for its reader."""
        return Counts(protected=self.for_council)


def briefing(
    session: Session, period: Period, before: Period, *, municipality: str, for_council: bool, locale: str
) -> Briefing:
    """The briefing of a period, without its map, which takes the files of the instance. Eight statements."""
    table = matrix(session, period, before)
    weeks = tuple(queries.weekly(session, until=period.to, weeks=CHART_WEEKS))
    return Briefing(
        municipality=municipality,
        table=table,
        findings=tuple(findings(table, Counts(protected=for_council))),
        weeks=weeks,
        chart=charts.bars(weeks, period, locale=locale, palette=charts.PAPER, width=CHART_WIDTH_PX),
        rows=() if for_council else tuple(accepted(session, period)),
        for_council=for_council,
        map_svg=None,
        map_attribution="",
    )


def accepted(session: Session, period: Period) -> list[Row]:
    """The accepted observations of the period, oldest first, then by number. One statement."""
    query = (
        sa.select(Observation)
        .where(Observation.review == Review.ACCEPTED)
        .where(Observation.observed_on >= period.from_, Observation.observed_on < period.to)
        .options(joinedload(Observation.area))
        .order_by(Observation.observed_at, Observation.number)
    )
    return [_row(observation) for observation in session.scalars(query)]


def without_controls(text: str) -> str:
    """The text without control and direction characters, which could make a line read other than it is."""
    return "".join(" " if unicodedata.category(c) == "Cc" else c for c in without_bidi(text))


Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


def frame(rows: Sequence[Row], whole: Bounds) -> Bounds:
    """What of the map the paper shows: where the observations are, with a margin; all of it when there are none."""
    points = [(row.longitude, row.latitude) for row in rows if row.longitude is not None and row.latitude is not None]
    if not points:
        return whole
    longitudes, latitudes = zip(*points, strict=True)
    west, east, south, north = min(longitudes), max(longitudes), min(latitudes), max(latitudes)
    across, up = max(LEAST_DEGREES, (east - west) * MARGIN), max(LEAST_DEGREES, (north - south) * MARGIN)
    return west - across, south - up, east + across, north + up


def dots(rows: Sequence[Row], bounds: Bounds) -> list[tuple[float, float, str]]:
    """Where dots go on the map, with how many observations each stands for: one for each square that has any."""
    side = (bounds[2] - bounds[0]) / SQUARES
    found: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for row in rows:
        if row.latitude is not None and row.longitude is not None:
            key = (int(row.latitude / side * 2), int(row.longitude / side))
            found.setdefault(key, []).append((row.latitude, row.longitude))
    return [
        (sum(lat for lat, _ in points) / len(points), sum(lon for _, lon in points) / len(points), str(len(points)))
        for _, points in sorted(found.items())
    ]


def _row(observation: Observation) -> Row:
    return Row(
        number=observation.number,
        observed_at=observation.observed_at,
        category=label(observation.category),
        category_code=observation.category.value,
        place=without_controls(observation.address),
        area=observation.area.name if observation.area else "",
        latitude=observation.latitude,
        longitude=observation.longitude,
    )


def default_period(meetings: Sequence[date], today: date) -> Period | None:
    """From the newest meeting that has been held to the next one, or through today where none is planned."""
    held = [day for day in meetings if day <= today]
    coming = [day for day in meetings if day > today]
    if not held:
        return None
    end = min(coming, default=today + timedelta(days=1))
    return Period(max(held), end)

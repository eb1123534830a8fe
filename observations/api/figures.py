"""GET /trends: the matrix of the normal picture as data, the council's counts protected as on the page."""

from datetime import date
from typing import Self

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, Field

from observations.access import Role, allow, current_actor
from observations.api import bp
from observations.clock import local_date
from observations.record.categories import Category
from observations.trends import periods
from observations.trends.detectors import Verdict
from observations.trends.matrix import SMALL, Cell, Matrix, matrix
from observations.trends.periods import Period
from observations.trends.words import Counts
from observations.web import current_session, now


class PeriodOut(BaseModel):
    """From a local date, included, to another, not included."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    from_: date = Field(alias="from")
    to: date
    days: int

    @classmethod
    def of(cls, period: Period) -> Self:
        """From the period."""
        return cls(from_=period.from_, to=period.to, days=period.days)


class CellOut(BaseModel):
    """One area and category: occasions, and their rates per 30 days. The council's 1 and 2 are null."""

    model_config = ConfigDict(frozen=True)

    area: str
    category: Category
    count: int | None
    count_before: int | None
    rate: float | None
    rate_before: float | None
    verdict: Verdict

    @classmethod
    def of(cls, cell: Cell, counts: Counts) -> Self:
        """From the cell, as its reader may see it."""
        now_hidden, before_hidden = (counts.protected and count in SMALL for count in (cell.now, cell.before))
        either_hidden = now_hidden or before_hidden
        return cls(
            area=cell.area,
            category=cell.category,
            count=None if now_hidden else cell.now,
            count_before=None if before_hidden else cell.before,
            rate=None if either_hidden else round(cell.rate, 2),
            rate_before=None if either_hidden else round(cell.rate_before, 2),
            verdict=cell.verdict,
        )


class TrendsOut(BaseModel):
    """A period beside the same number of days before it."""

    model_config = ConfigDict(frozen=True)

    period: PeriodOut
    before: PeriodOut
    observations: int
    """Accepted ones in the period; rounded to five for the council."""
    cells: list[CellOut]

    @classmethod
    def of(cls, table: Matrix, counts: Counts) -> Self:
        """From the matrix, as its reader may see it."""
        return cls(
            period=PeriodOut.of(table.period),
            before=PeriodOut.of(table.before),
            observations=int(counts.total(table.observations)),
            cells=[CellOut.of(cell, counts) for cell in table.cells.values()],
        )


@bp.get("/trends")
@allow(Role.COORDINATOR, Role.COUNCIL)
def trends() -> ResponseReturnValue:
    """The matrix of `from`–`to`, by default the last 56 days."""
    period = periods.parse(request.args, today=local_date(now()))
    table = matrix(current_session(), period, period.before())
    counts = Counts(protected=current_actor().role is Role.COUNCIL)
    return jsonify(TrendsOut.of(table, counts).model_dump(mode="json", by_alias=True))

"""Area × category for a period beside the period before: what the page, the paper and the API all show."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from observations.places.tables import Area
from observations.plugins import discover
from observations.record.categories import Category
from observations.trends import detectors, queries
from observations.trends.detectors import Detector, Pair, Verdict
from observations.trends.periods import Period

BUDGET = 0.5
"""Expected false "maybe more" on a page, and as many "maybe fewer"."""
SMALL = range(1, 3)
ROUNDING = 5


@dataclass(frozen=True)
class Cell:
    """One area and category: occasions now and before, their rates per 30 days, and what can be said of them."""

    area: str
    category: Category
    now: int
    before: int
    rate: float
    rate_before: float
    verdict: Verdict


@dataclass(frozen=True)
class Matrix:
    """All cells of a page, by area and in the categories' order, with the totals that belong to them."""

    period: Period
    before: Period
    areas: tuple[str, ...]
    cells: dict[tuple[str, Category], Cell]
    observations: int

    def cell(self, area: str, category: Category) -> Cell:
        """The cell of an area and a category."""
        return self.cells[area, category]

    def total(self, *, area: str | None = None, category: Category | None = None) -> Pair:
        """Occasions now and before over a row, a column or everything."""
        chosen = [
            cell for cell in self.cells.values() if area in (None, cell.area) and category in (None, cell.category)
        ]
        return Pair(sum(cell.now for cell in chosen), sum(cell.before for cell in chosen))

    def usual(self) -> int:
        """How many comparisons say nothing out of the ordinary."""
        return len(self.cells) - len(self.deviating())

    def deviating(self) -> list[Cell]:
        """The cells that are not as usual, the most occasions first; the order does not tell 1 from 2."""
        quiet = (Verdict.USUAL, Verdict.TOO_LITTLE)
        cells = [cell for cell in self.cells.values() if cell.verdict not in quiet]
        return sorted(cells, key=lambda cell: (-max(cell.now, max(SMALL)), cell.area, cell.category))


def matrix(session: Session, period: Period, before: Period) -> Matrix:
    """The matrix of two periods; five statements whatever the number of rows."""
    areas = _both(queries.areas_counted(session, before), queries.areas_counted(session, period))
    now_counts, before_counts = queries.occasions(session, period), queries.occasions(session, before)
    pairs = {
        (area.name, category): Pair(now_counts[area.id, category], before_counts[area.id, category])
        for area in areas
        for category in Category
    }
    verdicts = detector().judge(pairs, period=period, before=before, budget=BUDGET)
    cells = {
        key: Cell(*key, pair.now, pair.before, period.rate(pair.now), before.rate(pair.before), verdicts[key])
        for key, pair in pairs.items()
    }
    return Matrix(period, before, tuple(a.name for a in areas), cells, queries.observations(session, period))


def detector() -> Detector:
    """The detector in use: the first in its folder."""
    chosen: Detector = discover(detectors)[0]  # a module that fits the protocol
    return chosen


def protected(count: int) -> str:
    """A count as the council sees it: 1 and 2 could point at a household and are written as one."""
    return "1–2" if count in SMALL else str(count)


def protected_total(count: int) -> str:
    """A total as the council sees it: rounded to five, so that no hidden cell can be computed from it."""
    return str(ROUNDING * round(count / ROUNDING))


def _both(earlier: Iterable[Area], later: Iterable[Area]) -> list[Area]:
    found = {area.id: area for area in (*earlier, *later)}
    return sorted(found.values(), key=lambda area: (area.position, area.name))

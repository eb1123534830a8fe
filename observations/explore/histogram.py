"""Occasions per week as bars: where the chosen period lies in what came before it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from observations.clock import monday
from observations.explore.clusters import FEW, few
from observations.explore.filters import Filter
from observations.explore.queries import Week

WEEKS_LEAST, WEEKS_MOST = 26, 52
WIDTH, HEIGHT = 392, 56
GAP = 3
ROOM_FOR_TWO = 150
"""What the two days under the axis need beside each other."""
ROOM_FOR_ONE = 52
"""What the last day alone needs; the first one is left out where it would lie on it."""


@dataclass(frozen=True)
class Bar:
    """One week, in the units of the drawing."""

    x: float
    y: float
    width: float
    height: float
    within: bool
    """Whether a day of the week lies in the chosen period."""
    monday: date
    shown: str


@dataclass(frozen=True)
class Histogram:
    """A drawing of WIDTH × HEIGHT with its axis at the bottom."""

    bars: Sequence[Bar]
    begins_at: float | None
    """Where the chosen period begins; None when that is before the first bar."""
    width: int = WIDTH
    height: int = HEIGHT

    def ends(self, filter_: Filter, written: Callable[[date], str]) -> list[tuple[float, str, str]]:
        """Where the chosen period begins and ends: x, text-anchor and the day in words."""
        first = filter_.from_ if self.begins_at is not None else None
        begins_at = self.begins_at or 0.0
        anchor = "end" if begins_at > WIDTH - ROOM_FOR_TWO else "start"
        last = filter_.last or self.bars[-1].monday + timedelta(days=6)
        end = (float(WIDTH), "end", written(last))
        if WIDTH - begins_at < ROOM_FOR_ONE:
            return [end]
        return [(begins_at, anchor, written(first or self.bars[0].monday)), end]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to be seen."""
        return not any(bar.height for bar in self.bars)

    @property
    def weeks(self) -> str:
        """The ISO weeks it runs over: 20–45."""
        return f"{self.bars[0].monday.isocalendar().week}–{self.bars[-1].monday.isocalendar().week}"


def weeks_for(filter_: Filter, today: date) -> tuple[int, date]:
    """How many weeks to draw, and the last day: half a year at least, a year at most, up to the period's end."""
    last = min(filter_.last or today, today)
    first = filter_.from_ or last
    chosen = (monday(last) - monday(min(first, last))).days // 7 + 1
    return max(WEEKS_LEAST, min(WEEKS_MOST, chosen + 4)), last


def draw(weeks: Sequence[Week], filter_: Filter, *, protected: bool = False) -> Histogram:
    """The bars; where counts are protected, few are drawn as if they were two and written "1–2"."""
    heights = [FEW if protected and 0 < week.count <= FEW else week.count for week in weeks]
    pitch = WIDTH / len(weeks)
    scale = HEIGHT / max(heights, default=1) if any(heights) else 0.0
    bars = []
    for n, (week, count) in enumerate(zip(weeks, heights, strict=True)):
        tall = round(count * scale, 1)
        within = _within(week.monday, filter_)
        text = few(week.count) if protected else str(week.count)
        bars.append(
            Bar(round(n * pitch, 1), round(HEIGHT - tall, 1), round(pitch - GAP, 1), tall, within, week.monday, text)
        )
    first = next((n for n, bar in enumerate(bars) if bar.within), 0)
    return Histogram(bars, round(first * pitch - GAP / 2, 1) if first else None)


def _within(first: date, filter_: Filter) -> bool:
    after_start = filter_.from_ is None or first + timedelta(days=6) >= filter_.from_
    return after_start and (filter_.to is None or first < filter_.to)

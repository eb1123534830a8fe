"""Charts as SVG, drawn by the server: the same drawing on the page, on paper and without JavaScript."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from babel.dates import format_date
from markupsafe import Markup, escape

from observations.trends.periods import Period
from observations.trends.queries import Week

HEIGHT = 240
LEFT, RIGHT, TOP, BOTTOM = 34, 12, 14, 34
MOST_GRID_LINES = 5


@dataclass(frozen=True)
class Palette:
    """The colours of a drawing: custom properties on a page, plain ones on paper."""

    ink: str
    ink_2: str
    rule: str
    sunk: str
    quiet: str
    accent: str
    font: str


PAGE = Palette(
    "var(--ink)", "var(--ink-2)", "var(--rule)", "var(--sunk)", "var(--band)", "var(--accent)", font="inherit"
)
PAPER = Palette("#14201E", "#47534F", "#CDD0C6", "#E9EAE2", "#A9AFA4", "#0B4F4A", font="Schibsted Grotesk")


@dataclass(frozen=True)
class Frame:
    """Where things lie: weeks along the width, counts along the height, both in px."""

    weeks: int
    top_count: int
    width: int

    @property
    def step(self) -> float:
        """Width of a week."""
        return (self.width - LEFT - RIGHT) / self.weeks

    def x(self, week: float) -> float:
        """Left edge of a week, counted from 0."""
        return round(LEFT + week * self.step, 1)

    def y(self, count: float) -> float:
        """Height of a count."""
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * count / self.top_count, 1)


def bars(weeks: Sequence[Week], period: Period, *, locale: str, palette: Palette = PAGE, width: int = 760) -> Markup:
    """Totals per week: grey before the period, accent within it."""
    frame = _frame(weeks, width)
    gap = max(1.0, frame.step * 0.18)
    shapes = [
        f'<rect x="{frame.x(n) + gap / 2:.1f}" y="{frame.y(week.count)}" width="{frame.step - gap:.1f}" '
        f'height="{frame.y(0) - frame.y(week.count):.1f}" '
        f'fill="{palette.accent if _within(week, period) else palette.quiet}"/>'
        for n, week in enumerate(weeks)
        if week.count
    ]
    return _drawing(weeks, period, frame, palette, locale, shapes)


def line(weeks: Sequence[Week], period: Period, *, locale: str, palette: Palette = PAGE, width: int = 760) -> Markup:
    """One series per week: an ink line with dots, the period on sunk ground."""
    frame = _frame(weeks, width)
    points = [(frame.x(n + 0.5), frame.y(week.count)) for n, week in enumerate(weeks)]
    path = " ".join(f"{x},{y}" for x, y in points)
    shapes = [
        f'<polyline points="{path}" fill="none" stroke="{palette.ink}" stroke-width="2" stroke-linejoin="round"/>'
    ]
    if frame.step >= 6:
        shapes += [f'<circle cx="{x}" cy="{y}" r="2.6" fill="{palette.ink}"/>' for x, y in points]
    return _drawing(weeks, period, frame, palette, locale, shapes)


def _frame(weeks: Sequence[Week], width: int) -> Frame:
    highest = max((week.count for week in weeks), default=0)
    spacing = grid_spacing(highest)
    return Frame(len(weeks), max(spacing, -(-highest // spacing) * spacing), width)


def grid_spacing(highest: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50 … that needs at most five lines above zero."""
    spacing = 1
    factors = (2.0, 2.5, 2.0)
    turn = 0
    while highest > spacing * MOST_GRID_LINES:
        spacing = int(spacing * factors[turn % 3])
        turn += 1
    return spacing


def _within(week: Week, period: Period) -> bool:
    """Whether most of the week lies in the period."""
    middle = week.monday + timedelta(days=3)
    return period.from_ <= middle < period.to


def _drawing(
    weeks: Sequence[Week], period: Period, frame: Frame, palette: Palette, locale: str, shapes: list[str]
) -> Markup:
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {frame.width} {HEIGHT}" width="{frame.width}" '
        f'height="{HEIGHT}" aria-hidden="true" font-family="{palette.font}" font-size="13">',
        *_ground(weeks, period, frame, palette),
        *_grid(frame, palette),
        *shapes,
        f'<path d="M{LEFT} {frame.y(0)}H{frame.width - RIGHT}" stroke="{palette.ink}" stroke-width="1.5"/>',
        *_months(weeks, frame, palette, locale),
        "</svg>",
    ]
    return Markup("".join(parts))  # noqa: S704  # numbers and month names only, escaped below


def _ground(weeks: Sequence[Week], period: Period, frame: Frame, palette: Palette) -> list[str]:
    inside = [n for n, week in enumerate(weeks) if _within(week, period)]
    if not inside:
        return []
    x, end = frame.x(inside[0]), frame.x(inside[-1] + 1)
    high = HEIGHT - BOTTOM - TOP + 8
    return [f'<rect x="{x}" y="{TOP - 8}" width="{end - x:.1f}" height="{high}" fill="{palette.sunk}"/>']


def _grid(frame: Frame, palette: Palette) -> list[str]:
    spacing = grid_spacing(frame.top_count)
    parts = []
    for count in range(0, frame.top_count + 1, spacing):
        y = frame.y(count)
        if count:
            parts.append(f'<path d="M{LEFT} {y}H{frame.width - RIGHT}" stroke="{palette.rule}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end" fill="{palette.ink_2}">{count}</text>')
    return parts


def _months(weeks: Sequence[Week], frame: Frame, palette: Palette, locale: str) -> list[str]:
    """A word where a month begins, as many as there is room for; January carries its year."""
    starts = [n for n, (earlier, later) in enumerate(pairwise(weeks), 1) if earlier.monday.month != later.monday.month]
    every = max(1, -(-len(starts) * 58 // (frame.width - LEFT - RIGHT)))
    parts = []
    for n in starts[::every]:
        day = weeks[n].monday
        if frame.x(n) > frame.width - RIGHT - 40:
            continue
        word = format_date(day, "MMM yyyy" if day.month <= every else "MMM", locale=locale).replace(".", "")
        parts.append(f'<text x="{frame.x(n)}" y="{HEIGHT - 12}" fill="{palette.ink_2}">{escape(word)}</text>')
    return parts

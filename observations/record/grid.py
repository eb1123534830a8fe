"""Counts by square of the map and by span of days, so that a map costs as much with a million reports as with few.

A row holds what lies in one square during one span, by category. Squares come in several sizes (`depth`: places.cells)
and spans in three (`span` days, counted from Monday 0001-01-01), each eight times the one before; so any period is a
few whole spans and some days at its edges, which are counted from the observations themselves (`cover`).
`record.counting` keeps the rows true.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import sqlalchemy as sa

from observations.database import Base, text_enum
from observations.places.cells import DEPTH
from observations.record.categories import Category
from observations.record.workflow import Review

WEEK: Final = 7
SPANS: Final = (WEEK, 8 * WEEK, 64 * WEEK)
"""Days of a span, each a multiple of the one before."""
DEPTHS: Final = {13: SPANS, 15: SPANS, 16: SPANS, 17: SPANS, 18: SPANS[1:], 19: SPANS[1:]}
"""Sizes of squares that are kept, 2.5 km to 40 m at 59° N, with their spans.

In small squares a week holds so little that counting anew is as quick.
"""
PARTS: Final = 10_000_000
SOUTH, WEST = 90.0, 180.0
"""Where degrees are counted from in the sums, so that none is negative."""
NOWHERE: Final = 0
"""The area of what lies in none."""


def _column(kind: str, category: Category) -> str:
    return f"{kind}_{category.value.lower()}"


COUNTS: Final = {category: _column("n", category) for category in Category}
"""Columns of how many observations there are of each category."""
NUMBERS: Final = {category: _column("k", category) for category in Category}
"""Columns of the sum of their numbers: where there is one, it is that one's."""

GRID: Final = sa.Table(
    "grid",
    Base.metadata,
    sa.Column("depth", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("span", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("block", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("review", text_enum(Review), primary_key=True),
    sa.Column("square", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("area_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("n", sa.Integer, nullable=False),
    sa.Column("latitudes", sa.BigInteger, nullable=False),
    sa.Column("longitudes", sa.BigInteger, nullable=False),
    *(sa.Column(name, sa.Integer, nullable=False) for name in COUNTS.values()),
    *(sa.Column(name, sa.BigInteger, nullable=False) for name in NUMBERS.values()),
    sqlite_with_rowid=False,
)
"""`latitudes` and `longitudes` are sums of whole ten-millionths of a degree, so that what is added can be taken away
again and nothing is left over. `area_id` is no foreign key: who changes an observation's area moves its count."""


@dataclass(frozen=True)
class Cover:
    """A period as whole spans, and the days at its edges that fill none; days as `day` counts them, ends exclusive."""

    blocks: tuple[tuple[int, int], ...]
    """Pairs of span and block."""
    edges: tuple[tuple[int, int], ...]


def day(at: date) -> int:
    """Days since Monday 0001-01-01."""
    return at.toordinal() - 1


def cover(first: int, end: int, spans: Sequence[int]) -> Cover:
    """The period put together from as large spans as fit: at most seven of each size at each of its ends."""
    blocks: list[tuple[int, int]] = []
    left = [(first, end)]
    for span in sorted(spans, reverse=True):
        left = list(_without(span, left, blocks))
    return Cover(tuple(blocks), tuple(left))


def _without(span: int, periods: Sequence[tuple[int, int]], blocks: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What is left of the periods when the whole spans in them are taken out, and put with `blocks`."""
    for first, end in periods:
        low, high = -(-first // span), end // span
        if low >= high:
            if first < end:
                yield first, end
            continue
        blocks.extend((span, block) for block in range(low, high))
        if first < low * span:
            yield first, low * span
        if high * span < end:
            yield high * span, end


def kept_depth(depth: int) -> int | None:
    """The coarsest kept size that is as fine as `depth`; None where squares are so small that nothing is kept."""
    return next((kept for kept in DEPTHS if kept >= depth), None)


def square_of(cell: int, depth: int) -> int:
    """The square of that size around a cell."""
    return cell >> 2 * (DEPTH - depth)

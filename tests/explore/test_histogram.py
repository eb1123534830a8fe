"""The bars over the map: their two days never lie on each other."""

from datetime import date, timedelta

import pytest

from observations.explore.filters import Filter
from observations.explore.histogram import ROOM_FOR_ONE, WIDTH, draw
from observations.explore.queries import Week

LAST = date(2026, 11, 22)


@pytest.mark.parametrize("days", [1, 7, 14, 28, 56, 150])
def test_the_days_under_the_axis_can_be_read(days: int) -> None:
    """A short period has its last day written under it, a longer one both, with room between them."""
    filter_ = Filter(from_=LAST - timedelta(days=days - 1), to=LAST + timedelta(days=1))
    weeks = [Week(date(2026, 5, 25) + timedelta(weeks=n), 3) for n in range(26)]

    ends = draw(weeks, filter_).ends(filter_, date.isoformat)

    assert LAST.isoformat() == ends[-1][2]
    assert all(WIDTH - x >= ROOM_FOR_ONE for x, _, _ in ends[:-1])
    assert (1 if days <= 14 else 2) == len(ends)

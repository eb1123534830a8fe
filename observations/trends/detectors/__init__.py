"""A detector finds changes in counts. Each file here is one way to judge; the first by name is the one in use.

The contract: a module with `EXPLANATION` (what it may claim, in plain sentences for the page) and
`judge(pairs, *, period, before, budget)`, which takes every series of the page at once, because how sure one can be of
a single cell depends on how many cells are looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

from flask_babel import LazyString

from observations.trends.periods import Period

Key = TypeVar("Key")


class Verdict(StrEnum):
    """What can be said of a count; drawn as symbol, word and colour together."""

    TOO_LITTLE = "too-little"
    USUAL = "normal"
    MAYBE_MORE = "up-maybe"
    MAYBE_FEWER = "down-maybe"
    MORE = "up"
    FEWER = "down"


@dataclass(frozen=True)
class Pair:
    """Occasions of one series in the period and in the period that it is compared with."""

    now: int
    before: int


class Detector(Protocol):
    """What a module in this folder offers."""

    EXPLANATION: LazyString

    def judge(self, pairs: Mapping[Key, Pair], *, period: Period, before: Period, budget: float) -> dict[Key, Verdict]:
        """A verdict for each series; `budget` is the expected number of false ones in each direction."""
        ...

"""The detectors' contract, and that the one in use says no more than it may."""

import random
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observations.plugins import discover
from observations.trends import detectors
from observations.trends.detectors import Detector, Pair, Verdict, before
from observations.trends.periods import Period
from tests.trends.test_counting import SEPTEMBER

DETECTORS = discover(detectors)
counts = st.integers(0, 200)


def judge(detector: Detector, pairs: dict[int, Pair], period: Period = SEPTEMBER) -> dict[int, Verdict]:
    """The verdicts at the page's own budget."""
    return detector.judge(pairs, period=period, before=period.before(), budget=0.5)


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda module: module.__name__.rpartition(".")[2])
@given(st.dictionaries(st.integers(0, 50), st.builds(Pair, counts, counts), max_size=60))
def test_every_detector_judges_every_series(detector: Detector, pairs: dict[int, Pair]) -> None:
    """A file dropped into the folder answers for all cells of the page, and has words for what it claims."""
    verdicts = judge(detector, pairs)

    assert verdicts.keys() == pairs.keys()
    assert all(isinstance(verdict, Verdict) for verdict in verdicts.values())
    assert detector.EXPLANATION


@given(counts, counts)
def test_nothing_is_called_certain_without_a_history(now: int, earlier: int) -> None:
    """Two periods alone never make a solid verdict, and the direction is never wrong."""
    verdict = judge(before, {1: Pair(now, earlier)})[1]

    assert verdict not in {Verdict.MORE, Verdict.FEWER}
    assert verdict is not Verdict.MAYBE_MORE or now > earlier
    assert verdict is not Verdict.MAYBE_FEWER or now < earlier


def test_a_clear_rise_among_quiet_series_is_seen() -> None:
    """Twenty-four after three stands out, and the reverse, even when seventy other cells are looked at too."""
    pairs = {n: Pair(4, 4) for n in range(71)} | {99: Pair(24, 3), 100: Pair(2, 24)}

    verdicts = judge(before, pairs)

    assert {99: Verdict.MAYBE_MORE, 100: Verdict.MAYBE_FEWER} == {
        key: verdict for key, verdict in verdicts.items() if verdict is not Verdict.USUAL
    }


def test_very_few_say_nothing() -> None:
    """Two after none is no rise."""
    assert judge(before, {1: Pair(2, 0), 2: Pair(0, 0)}) == {1: Verdict.TOO_LITTLE, 2: Verdict.TOO_LITTLE}


@given(st.integers(0, 2), st.integers(0, 2))
def test_hidden_counts_cannot_be_told_by_the_verdict(now: int, earlier: int) -> None:
    """Where the council sees "1–2", whether there is a verdict does not depend on which of the two it is."""
    assert Verdict.TOO_LITTLE is judge(before, {1: Pair(now, earlier)})[1]


@given(st.integers(1, 60), st.floats(0.05, 0.95), st.data())
def test_the_tail_equals_brute_force(total: int, share: float, data: st.DataObject) -> None:
    """The probability behind a verdict is the binomial one."""
    count = data.draw(st.integers(0, total))
    brute = sum(comb(total, n) * share**n * (1 - share) ** (total - n) for n in range(count, total + 1))

    assert brute == pytest.approx(before.at_least(count, total, share), rel=1e-9)


def test_large_totals_are_no_trouble() -> None:
    """Two years of daily occasions neither overflow nor take long."""
    assert 0 < before.at_least(800, 1462, 0.5) < 0.001


def test_unchanged_towns_rarely_stand_out() -> None:
    """Over 400 simulated pages where nothing changed, false rises stay within the stated budget of 0.5 a page.

    The control is the same town with one tripled column of cells, which must give more of them.
    """
    false_rises, with_change = _mean_rises(factor=1.0), _mean_rises(factor=3.0)

    assert false_rises <= 0.5
    assert with_change > 2 * max(false_rises, 0.2)


def _mean_rises(*, factor: float, pages: int = 400, series: int = 72) -> float:
    chance = random.Random(7)
    rises = 0
    for _ in range(pages):
        rates = [chance.gammavariate(1.5, 3.0) for _ in range(series)]
        pairs = {
            n: Pair(_poisson(chance, rate * (factor if n % 12 == 0 else 1.0)), _poisson(chance, rate))
            for n, rate in enumerate(rates)
        }
        rises += sum(verdict is Verdict.MAYBE_MORE for verdict in judge(before, pairs).values())
    return rises / pages


def _poisson(chance: random.Random, rate: float) -> int:
    elapsed, count = chance.expovariate(1.0), 0
    while elapsed < rate:
        count += 1
        elapsed += chance.expovariate(1.0)
    return count

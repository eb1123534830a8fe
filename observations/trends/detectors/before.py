"""This period beside the one before, with the question whether both counts can come of one unchanged rate.

Source: the conditional binomial test of two Poisson rates (Przyborowski & Wilenski 1940, Biometrika 31). It takes
occasions as independent of each other and knows neither season nor long-term level; therefore it never says more
than "maybe".
"""

from collections.abc import Mapping
from math import exp, lgamma, log

from flask_babel import lazy_gettext

from observations.trends.detectors import Key, Pair, Verdict
from observations.trends.periods import Period

EXPLANATION = lazy_gettext(
    "Compared with the same number of days just before. Season and long-term level are not considered yet, so nothing "
    "is called certain."
)
FEWEST = 3
"""Where neither period has as many occasions, nothing can be said. Their sum is not asked: a reader from whom 1 and 2
are hidden could tell them apart by whether there was a verdict."""


def judge(pairs: Mapping[Key, Pair], *, period: Period, before: Period, budget: float) -> dict[Key, Verdict]:
    """A verdict for each series, by a threshold shared out over all of them so that the budget holds (Bonferroni)."""
    share = period.days / (period.days + before.days)
    judged = [key for key, pair in pairs.items() if not _too_little(pair)]
    threshold = budget / max(1, len(judged))
    return {key: _verdict(pair, share, threshold) for key, pair in pairs.items()}


def _too_little(pair: Pair) -> bool:
    return max(pair.now, pair.before) < FEWEST


def _verdict(pair: Pair, share: float, threshold: float) -> Verdict:
    total = pair.now + pair.before
    if _too_little(pair):
        return Verdict.TOO_LITTLE
    if pair.now >= FEWEST and at_least(pair.now, total, share) <= threshold:
        return Verdict.MAYBE_MORE
    if at_least(pair.before, total, 1 - share) <= threshold:
        return Verdict.MAYBE_FEWER
    return Verdict.USUAL


def at_least(count: int, total: int, share: float) -> float:
    """P(X ≥ count) for X ~ Binomial(total, share); the terms are made in logarithms, so that large totals work."""
    constant = lgamma(total + 1)
    terms = (
        exp(constant - lgamma(n + 1) - lgamma(total - n + 1) + n * log(share) + (total - n) * log(1 - share))
        for n in range(count, total + 1)
    )
    return min(1.0, sum(terms))

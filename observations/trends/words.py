"""What a finding is called, the same on the page, on paper and in a table."""

from dataclasses import dataclass

from flask_babel import gettext

from observations.record.categories import label
from observations.trends.detectors import Verdict
from observations.trends.matrix import Cell, Matrix, Shown


@dataclass(frozen=True)
class Finding:
    """One sentence of the page's head: what, then how many."""

    verdict: Verdict
    headline: str
    detail: str


def verdict_word(verdict: Verdict) -> str:
    """The word that always stands beside the symbol."""
    words = {
        Verdict.TOO_LITTLE: gettext("too little data"),
        Verdict.USUAL: gettext("as before"),
        Verdict.MAYBE_MORE: gettext("more?"),
        Verdict.MAYBE_FEWER: gettext("fewer?"),
        Verdict.MORE: gettext("more"),
        Verdict.FEWER: gettext("fewer"),
    }
    return words[verdict]


def findings(table: Matrix, shown: Shown, *, most: int = 3) -> list[Finding]:
    """The cells that stand out, in words, those with the most occasions first."""
    return [_finding(cell, shown) for cell in table.deviating()[:most]]


def _finding(cell: Cell, shown: Shown) -> Finding:
    names = {"what": label(cell.category), "where": cell.area}
    if cell.now > cell.before:
        headline = gettext("%(what)s in %(where)s: perhaps more.", **names)
    else:
        headline = gettext("%(what)s in %(where)s: perhaps fewer.", **names)
    detail = gettext(
        "%(now)s occasions, %(before)s in the period before.", now=shown(cell.now), before=shown(cell.before)
    )
    return Finding(cell.verdict, headline, detail)

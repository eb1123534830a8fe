"""What a finding is called, the same on the page, on paper and in a table."""

from dataclasses import dataclass

from flask_babel import gettext, ngettext

from observations.record.categories import label
from observations.trends.detectors import Pair, Verdict
from observations.trends.matrix import SMALL, Cell, Matrix, protected, protected_total
from observations.web.pages import rate


@dataclass(frozen=True)
class Counts:
    """How counts are written for a reader: as they are, or so that none can point at a household."""

    protected: bool

    def shown(self, count: int) -> str:
        """A cell's count."""
        return protected(count) if self.protected else str(count)

    def total(self, count: int) -> str:
        """A total's count."""
        return protected_total(count) if self.protected else str(count)

    def scaled(self, table: Matrix, cell: Cell) -> str:
        """The count before, as it would be over as many days as this period has; a hidden one stays hidden."""
        if self.protected and cell.before in SMALL:
            return protected(cell.before)
        return self.shown(round(cell.before * table.period.days / table.before.days))

    def rates(self, cell: Cell) -> str:
        """Per 30 days, as in "3,8 mot 2,7"; nothing where a rate would give a hidden count away."""
        if self.protected and (cell.now in SMALL or cell.before in SMALL):
            return ""
        return _rates(cell.rate, cell.rate_before)

    def total_rates(self, table: Matrix, pair: Pair) -> str:
        """The same for a column's total; nothing for the protected reader."""
        return "" if self.protected else _rates(table.period.rate(pair.now), table.before.rate(pair.before))


def _rates(now: float, before: float) -> str:
    return str(gettext("%(now)s from %(before)s", now=rate(now), before=rate(before)))


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
    return str(words[verdict])


def findings(table: Matrix, counts: Counts, *, most: int = 3) -> list[Finding]:
    """The cells that stand out, in words, those with the most occasions first."""
    return [_finding(cell, counts) for cell in table.deviating()[:most]]


def _finding(cell: Cell, counts: Counts) -> Finding:
    names = {"what": label(cell.category), "where": cell.area}
    if cell.verdict in (Verdict.MAYBE_MORE, Verdict.MORE):  # not by the counts: the period before may be longer
        headline = gettext("%(what)s in %(where)s: perhaps more.", **names)
    else:
        headline = gettext("%(what)s in %(where)s: perhaps fewer.", **names)
    rates = counts.rates(cell)
    number = max(SMALL) if counts.protected and cell.now in SMALL else cell.now  # "1–2 tillfälle" would mean one
    words = {"now": counts.shown(cell.now), "before": counts.shown(cell.before), "rates": rates}
    if rates:
        detail = ngettext(
            "%(now)s occasion, %(before)s in the period before (%(rates)s per 30 days).",
            "%(now)s occasions, %(before)s in the period before (%(rates)s per 30 days).",
            number,
            **words,
        )
    else:
        detail = ngettext(
            "%(now)s occasion, %(before)s in the period before.",
            "%(now)s occasions, %(before)s in the period before.",
            number,
            **words,
        )
    return Finding(cell.verdict, headline, detail)

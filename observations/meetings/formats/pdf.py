"""PDF for the table at the meeting: A4, tagged (PDF/UA-1), set by typst from `briefing.typ` beside this file."""

import json
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst
from flask_babel import gettext, lazy_gettext, ngettext

from observations.clock import STOCKHOLM
from observations.meetings import drawings
from observations.meetings.briefing import Briefing
from observations.record.categories import Category, short_label
from observations.trends.detectors import Verdict
from observations.trends.words import verdict_word

EXTENSION = "pdf"
MIMETYPE = "application/pdf"
LABEL = lazy_gettext("PDF")

TEMPLATE = Path(__file__).with_name("briefing.typ")
FONTS = Path(__file__).resolve().parents[2] / "static" / "vendor" / "fonts" / "print"
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

DRAWABLE = (range(0x20, 0x500), range(0x1E00, 0x1F00), range(0x2010, 0x2040), range(0x20A0, 0x20C1))
"""Letters, accents and signs of Europe: what our font and typst's own can draw. Anything else stops a PDF/UA."""
UNDRAWABLE = "?"


def render(briefing: Briefing) -> bytes:
    """The paper. About 0.3 s; the same briefing gives the same bytes."""
    paper: bytes = typst.compile(
        TEMPLATE,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(_data(briefing), ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=EPOCH,
    )
    return paper


def _data(briefing: Briefing) -> dict[str, Any]:
    """Words and figures only; the template decides how they look."""
    period = briefing.period
    return {
        "language": gettext("en"),
        "municipality": drawable(briefing.municipality),
        "title": gettext("Briefing"),
        "council": gettext("Crime-prevention council"),
        "period": f"{period.from_.isoformat()} – {period.to.isoformat()}",
        "days": _days(briefing),
        "wordmark": drawings.wordmark(),
        "facts": _facts(briefing),
        "findings": [
            {
                "symbol": drawings.verdict(f.verdict.value),
                "headline": drawable(f.headline),
                "detail": f.detail,
                "alt": verdict_word(f.verdict),
            }
            for f in briefing.findings
        ],
        "honest": _honest(briefing),
        "matrix": _matrix(briefing),
        "chart": _chart(briefing),
        "map": _map(briefing),
        "list": _list(briefing),
        "footer": gettext("Accepted observations only. No personal data."),
        "page": gettext("Page"),
    }


def drawable(text: str) -> str:
    """The text with a plainer form, else a question mark, for what no font has: an emoji must not cost the paper."""
    return "".join(sign if _is_drawable(sign) else _plainer(sign) for sign in text)


def _plainer(sign: str) -> str:
    plain = unicodedata.normalize("NFKC", sign)
    return plain if all(map(_is_drawable, plain)) else UNDRAWABLE


def _is_drawable(sign: str) -> bool:
    return unicodedata.category(sign) not in {"Cc", "Cn", "Co", "Cs"} and any(ord(sign) in block for block in DRAWABLE)


def _days(briefing: Briefing) -> str:
    return str(ngettext("%(num)s day", "%(num)s days", briefing.period.days))


def _facts(briefing: Briefing) -> list[list[str]]:
    total = briefing.table.total()
    shown = briefing.counts.total
    about = gettext("about") + " " if briefing.for_council else ""
    return [
        [gettext("Observations"), about + shown(briefing.table.observations)],
        [gettext("Occasions"), about + shown(total.now)],
        [gettext("Occasions in the period before"), about + shown(total.before)],
        [gettext("The period before"), f"{briefing.table.before.from_} – {briefing.table.before.to}"],
    ]


def _honest(briefing: Briefing) -> str:
    table = briefing.table
    usual = gettext(
        "%(usual)s of %(all)s comparisons are as before or have too little data.",
        usual=table.usual(),
        all=len(table.cells),
    )
    return f"{usual} {gettext('Up to about one may stand out by chance.')}"


def _matrix(briefing: Briefing) -> dict[str, Any]:
    categories = list(Category)
    rows = []
    for area in briefing.table.areas:
        cells = [briefing.table.cell(area, category) for category in categories]
        rows.append(
            {
                "area": drawable(area),
                "cells": [
                    {
                        "now": briefing.counts.shown(cell.now),
                        "before": briefing.counts.scaled(briefing.table, cell),
                        "quiet": cell.verdict is Verdict.TOO_LITTLE,
                        "word": verdict_word(cell.verdict),
                        "symbol": None
                        if cell.verdict in (Verdict.USUAL, Verdict.TOO_LITTLE)
                        else drawings.verdict(cell.verdict.value),
                    }
                    for cell in cells
                ],
            }
        )
    return {
        "title": gettext("Area by area"),
        "help": gettext("occasions, below: the period before, counted on %(days)s", days=_days(briefing)),
        "empty": gettext("No areas yet"),
        "area": gettext("Area"),
        "heads": [{"word": short_label(c), "drawing": drawings.pictogram(c.value)} for c in categories],
        "rows": rows,
        "key": [
            {"symbol": drawings.verdict("up-maybe"), "word": gettext("more?")},
            {"symbol": drawings.verdict("down-maybe"), "word": gettext("fewer?")},
        ],
        "uncertain": gettext("uncertain; grey: too little data"),
    }


def _chart(briefing: Briefing) -> dict[str, str] | None:
    if briefing.for_council:
        return None
    highest = max((week.count for week in briefing.weeks), default=0)
    return {
        "title": gettext("Occasions per week"),
        "drawing": str(briefing.chart),
        "alt": gettext("Bars, one a week for a year; the highest is %(highest)s.", highest=highest),
    }


def _map(briefing: Briefing) -> dict[str, str] | None:
    if briefing.map_svg is None:
        return None
    return {
        "title": gettext("Where"),
        "drawing": briefing.map_svg,
        "alt": gettext("A map with a dot for each place and its number of observations; the list names them all."),
        "attribution": briefing.map_attribution,
    }


def _list(briefing: Briefing) -> dict[str, Any] | None:
    if briefing.for_council:
        return None
    rows = []
    for row in briefing.rows:
        at = row.observed_at.astimezone(STOCKHOLM)
        place, area = drawable(row.place), drawable(row.area)
        rows.append([str(row.number), at.date().isoformat(), at.strftime("%H.%M"), row.category, place, area])
    return {
        "title": gettext("Accepted observations"),
        "heads": [
            gettext("Number"), gettext("Date"), gettext("Time"), gettext("Category"), gettext("Place"), gettext("Area"),
        ],
        "rows": rows,
        "empty": gettext("None in this period."),
    }  # fmt: skip

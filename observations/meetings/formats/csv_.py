"""CSV for spreadsheets in Sweden: semicolons, a byte-order mark, one line per observation, or per cell for the council.

Source: RFC 4180, with the separator that Swedish Excel expects. A text that a spreadsheet would take for a formula
gets an apostrophe in front, the customary guard.
"""

import csv
import io
from collections.abc import Iterable

from flask_babel import gettext, lazy_gettext

from observations.clock import STOCKHOLM
from observations.meetings.briefing import Briefing
from observations.record.categories import label
from observations.trends.words import verdict_word

EXTENSION = "csv"
MIMETYPE = "text/csv; charset=utf-8"
LABEL = lazy_gettext("CSV")

FORMULA_STARTS = (*"=+-@\t\r\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet calculates, the full-width forms of the same included."""
BYTE_ORDER_MARK = "\ufeff"


def render(briefing: Briefing) -> bytes:
    """The list of accepted observations; for the council, who get no list, the matrix."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for line in _cells(briefing) if briefing.for_council else _observations(briefing):
        writer.writerow([guarded(value) for value in line])
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def guarded(value: str | int | float | None) -> str | int | float | None:
    """The value, with an apostrophe before a text that a spreadsheet would calculate."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


def _observations(briefing: Briefing) -> Iterable[list[str | int | float | None]]:
    yield [
        gettext("Number"), gettext("Date"), gettext("Time"), gettext("Code"), gettext("Category"), gettext("Place"),
        gettext("Area"), gettext("Latitude"), gettext("Longitude"),
    ]  # fmt: skip
    for row in briefing.rows:
        at = row.observed_at.astimezone(STOCKHOLM)
        yield [
            row.number, at.date().isoformat(), at.strftime("%H:%M"), row.category_code, row.category, row.place,
            row.area, row.latitude, row.longitude,
        ]  # fmt: skip


def _cells(briefing: Briefing) -> Iterable[list[str | int | float | None]]:
    yield [
        gettext("Area"), gettext("Code"), gettext("Category"), gettext("Occasions"), gettext("Period before"),
        gettext("Verdict"),
    ]  # fmt: skip
    for cell in briefing.table.cells.values():
        yield [
            cell.area,
            cell.category.value,
            label(cell.category),
            briefing.counts.shown(cell.now),
            briefing.counts.shown(cell.before),
            verdict_word(cell.verdict),
        ]

"""XLSX: one sheet of totals and weeks, one of the matrix, one of observations. Every text is written as a text."""

import io
from datetime import datetime

from flask_babel import gettext, lazy_gettext
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from observations.clock import STOCKHOLM
from observations.meetings.briefing import Briefing
from observations.record.categories import Category, short_label

EXTENSION = "xlsx"
MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LABEL = lazy_gettext("Excel")

EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001  # a file property without zone; fixed, so that the same briefing is the same bytes


def render(briefing: Briefing) -> bytes:
    """The workbook. Counts are numbers, except the council's protected ones."""
    memory = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(memory, options) as book:
        book.set_properties({"title": gettext("Briefing"), "company": briefing.municipality, "created": EPOCH})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        _totals(book.add_worksheet(gettext("Briefing")), briefing, head)
        _matrix(book.add_worksheet(gettext("Matrix")), briefing, head)
        if not briefing.for_council:
            _observations(book.add_worksheet(gettext("Observations")), briefing, head, book)
    return memory.getvalue()


def _totals(sheet: Worksheet, briefing: Briefing, head: Format) -> None:
    period, total = briefing.period, briefing.table.total()
    facts: tuple[tuple[str, int | str], ...] = (
        (gettext("Municipality"), briefing.municipality),
        (gettext("From"), period.from_.isoformat()),
        (gettext("Up to"), period.to.isoformat()),
        (gettext("Days"), period.days),
        (gettext("Observations"), _total(briefing, briefing.table.observations)),
        (gettext("Occasions"), _total(briefing, total.now)),
        (gettext("Occasions in the period before"), _total(briefing, total.before)),
    )
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 24)
    for row, (name, value) in enumerate(facts):
        sheet.write_string(row, 0, name)
        _write(sheet, row, 1, value)
    if briefing.for_council:
        return
    start = len(facts) + 1
    sheet.write_string(start, 0, gettext("Week from Monday"), head)
    sheet.write_string(start, 1, gettext("Occasions"), head)
    for n, week in enumerate(briefing.weeks, start + 1):
        sheet.write_string(n, 0, week.monday.isoformat())
        sheet.write_number(n, 1, week.count)


def _matrix(sheet: Worksheet, briefing: Briefing, head: Format) -> None:
    sheet.write_string(0, 0, gettext("Area"), head)
    sheet.set_column(0, 0, 22)
    sheet.freeze_panes(1, 1)
    for n, category in enumerate(Category):
        sheet.write_string(0, 1 + 2 * n, short_label(category), head)
        sheet.write_string(0, 2 + 2 * n, gettext("%(what)s before", what=short_label(category)), head)
    for row, area in enumerate(briefing.table.areas, 1):
        sheet.write_string(row, 0, area)
        for n, category in enumerate(Category):
            cell = briefing.table.cell(area, category)
            _write(sheet, row, 1 + 2 * n, _count(briefing, cell.now))
            _write(sheet, row, 2 + 2 * n, _count(briefing, cell.before))


def _observations(sheet: Worksheet, briefing: Briefing, head: Format, book: Workbook) -> None:
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    words = (
        gettext("Number"), gettext("Seen"), gettext("Category"), gettext("Place"), gettext("Area"), gettext("Latitude"),
        gettext("Longitude"),
    )  # fmt: skip
    for column, word in enumerate(words):
        sheet.write_string(0, column, word, head)
    for n, row in enumerate(briefing.rows, 1):
        sheet.write_number(n, 0, row.number)
        sheet.write_datetime(n, 1, row.observed_at.astimezone(STOCKHOLM).replace(tzinfo=None), moment)
        for column, text in enumerate((row.category, row.place, row.area), 2):
            sheet.write_string(n, column, text)
        if row.latitude is not None and row.longitude is not None:
            sheet.write_number(n, 5, row.latitude)
            sheet.write_number(n, 6, row.longitude)
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 1, 17)
    sheet.set_column(2, 4, 28)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(briefing.rows)), len(words) - 1)


def _count(briefing: Briefing, count: int) -> int | str:
    shown = briefing.counts.shown(count)
    return int(shown) if shown.isdigit() else shown


def _total(briefing: Briefing, count: int) -> int | str:
    return gettext("about %(count)s", count=briefing.counts.total(count)) if briefing.for_council else count


def _write(sheet: Worksheet, row: int, column: int, value: int | str) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    else:
        sheet.write_number(row, column, value)

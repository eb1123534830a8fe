"""Periods between meetings: local dates, first day included, last day not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext

from observations.web import BadInput

DEFAULT_DAYS = 56
LONGEST_DAYS = 731
RATE_DAYS = 30
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Period:
    """From a day on, up to but not including another; both are dates of the staff's calendar."""

    from_: date
    to: date

    @property
    def days(self) -> int:
        """How many days it has, at least 1."""
        return (self.to - self.from_).days

    def before(self) -> "Period":
        """As many days, ending where this one begins."""
        return Period(self.from_ - timedelta(days=self.days), self.from_)

    def rate(self, count: int) -> float:
        """The count per 30 days, so that periods of different length can stand side by side."""
        return count * RATE_DAYS / self.days


def latest(today: date) -> Period:
    """The last 56 days, today included."""
    end = today + timedelta(days=1)
    return Period(end - timedelta(days=DEFAULT_DAYS), end)


def parse(arguments: Mapping[str, str], *, today: date) -> Period:
    """The period that `from` and `to` name, each optional; the missing one is 56 days away.

    Raises BadInput for what is no date, an end before its beginning, and more than two years.
    """
    from_, to = _day(arguments, "from"), _day(arguments, "to")
    standard = latest(today)
    to = to or (from_ + timedelta(days=DEFAULT_DAYS) if from_ else standard.to)
    from_ = from_ or to - timedelta(days=DEFAULT_DAYS)
    if not 0 < (to - from_).days <= LONGEST_DAYS:
        sentence = gettext("The period must end after it begins and be at most two years.")
        raise BadInput(sentence, fields={"to": sentence})
    return Period(from_, to)


def _day(arguments: Mapping[str, str], name: str) -> date | None:
    text = arguments.get(name, "")
    return parse_day(text, field=name) if text.strip() else None


def parse_day(text: str, *, field: str) -> date:
    """The day that was typed. Raises BadInput, for that field, unless it is a date from 2000 to 2100."""
    try:  # Python would also read 20260910 and 2026-W37-4
        day = date.fromisoformat(text.strip()) if ISO_DATE.fullmatch(text.strip()) else date.min
    except ValueError:
        day = date.min
    if not 2000 <= day.year <= 2100:
        sentence = gettext("Write the date as 2026-09-10.")
        raise BadInput(sentence, fields={field: sentence})
    return day

"""Time: one source of now, one zone in which a date is a date."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")

Clock = Callable[[], datetime]


def now() -> datetime:
    """The present, aware, in UTC."""
    return datetime.now(UTC)


def local_date(at: datetime) -> date:
    """The date that the staff's calendar showed at that moment."""
    return at.astimezone(STOCKHOLM).date()


def start_of(day: date) -> datetime:
    """The first moment of a local date, in UTC; days of 23 and 25 hours come out right."""
    return datetime.combine(day, time(), STOCKHOLM).astimezone(UTC)


def monday(day: date) -> date:
    """The Monday of the ISO 8601 week that the date lies in."""
    return day - timedelta(days=day.weekday())

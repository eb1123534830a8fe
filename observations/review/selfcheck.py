"""What the service's audit of itself found last, for people without a shell."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import LazyString, lazy_gettext
from sqlalchemy.orm import Session

from observations import journal

OVERDUE_AFTER = timedelta(days=2)
"""A nightly timer and a day's delay."""

FAULTS: dict[str, LazyString] = {
    "FILE_MISSING": lazy_gettext("Photos whose file is missing"),
    "SIZE": lazy_gettext("Photos whose file has another length than it should"),
    "CONTENT": lazy_gettext("Photos whose file has changed"),
    "NOT_CLEAN": lazy_gettext("Photos that hold more than a picture"),
    "DIMENSIONS": lazy_gettext("Photos that are too large, or not as large as they should be"),
    "NO_ROW": lazy_gettext("Files that belong to no report"),
    "NOT_DESTROYED": lazy_gettext("Files that should have been destroyed"),
    "NOT_BURNED": lazy_gettext("Photos whose boxes should have been burned in"),
    "STRANGE": lazy_gettext("Files in the store that the service did not put there"),
    "PERSONNUMMER": lazy_gettext("Texts with a personal identity number"),
    "REJECTED_KEPT": lazy_gettext("Rejected reports that still have text, place or photos"),
}
"""What each kind of fault of `observations.audit` is called."""


@dataclass(frozen=True)
class LastAudit:
    """The newest result."""

    at: datetime
    overdue: bool
    """Whether it is too old to lean on."""
    counts: dict[str, int]
    """How many photos, files and texts were looked at, photos not looked through for faces, questions in texts."""
    faults: dict[str, int]
    """How many of each kind that there were any of, by its words."""

    @property
    def findings(self) -> int:
        """How much was wrong altogether."""
        return sum(self.faults.values())


def last(session: Session, now: datetime) -> LastAudit | None:
    """The newest result, or None if there never was an audit. One statement."""
    event = journal.last(session, journal.AUDIT_SUBJECT)
    if event is None or not isinstance(event.after, dict):
        return None
    told = event.after.get("faults")
    faults = {str(FAULTS.get(name, name)): count for name, count in _numbers(told).items()}
    # One from the future is no better than one from long ago, and one that cannot be read is none.
    overdue = abs(now - event.at) > OVERDUE_AFTER or not isinstance(told, dict)
    return LastAudit(event.at, overdue, _numbers(event.after), faults)


def _numbers(told: object) -> dict[str, int]:
    """What in it is a number under a name; another version may have written it."""
    return {name: each for name, each in told.items() if isinstance(each, int)} if isinstance(told, dict) else {}

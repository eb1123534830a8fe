"""What of a draft can be judged without the database: its text, its time, its point, the number of its photos."""

import math
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

from observations import limits, privacy
from observations.intake.draft import Draft, Point
from observations.intake.refused import Refusal, ReportRefused, Why

LINE_SIGNS = {"\n", "\r", "\t"}
NOBODYS = (0, 2**128 - 1)
"""The nil and the max UUID (RFC 9562): nobody has made them, and everybody who forgets to would share them."""
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
"""What a decoder puts where the bytes were no text."""


def validated(draft: Draft, *, now: datetime) -> Draft:
    """The draft with tidy texts and its time in UTC. Raises ReportRefused with all that is wrong at once."""
    wrong = text_faults(draft.address, draft.note, note_characters=limits.NOTE_CHARACTERS_AT_MOST)
    if draft.id.int in NOBODYS:
        wrong["id"] = Refusal.ID_INVALID
    if len(draft.photos) > limits.PHOTOS:
        wrong["photos"] = Refusal.TOO_MANY_PHOTOS
    observed_at = draft.observed_at or now
    if fault := time_fault(observed_at, now):
        wrong["observed_at"] = fault
    if draft.point:
        wrong |= _point_faults(draft.point)
    if wrong:
        raise ReportRefused(wrong)
    return replace(
        draft,
        observed_at=observed_at.astimezone(UTC),
        address=" ".join(tidy(draft.address).split()),
        note=tidy(draft.note),
    )


def tidy(text: str) -> str:
    """The text with one kind of line end, composed letters (NFC) and nothing blank around it."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def text_faults(address: str, note: str, *, note_characters: int) -> dict[str, Why]:
    """What is wrong with the two texts as sent: not text, too long when tidy, or a personnummer in it."""
    faults = {
        "address": _text_fault(address, limits.ADDRESS_CHARACTERS),
        "note": _text_fault(note, note_characters),
    }
    return {name: fault for name, fault in faults.items() if fault}


def _text_fault(text: str, characters: int) -> Refusal | None:
    if any(_is_no_text(sign) for sign in text):
        return Refusal.TEXT_INVALID
    if len(tidy(text)) > characters:
        return Refusal.TEXT_TOO_LONG
    return Refusal.PERSONNUMMER if privacy.refusals(tidy(text)) else None


def _is_no_text(sign: str) -> bool:
    """Control characters and halves of surrogate pairs, which no keyboard makes and no database should meet."""
    return sign == REPLACEMENT or (unicodedata.category(sign) in {"Cc", "Cs"} and sign not in LINE_SIGNS)


def time_fault(at: datetime, now: datetime) -> Refusal | None:
    """What is wrong with a moment at which something was seen or photographed."""
    if at.tzinfo is None:
        return Refusal.TIME_INVALID
    if at < now - limits.OLDEST:
        return Refusal.TIME_TOO_EARLY
    return Refusal.TIME_AHEAD if at > now + limits.AHEAD else None


def _point_faults(point: Point) -> dict[str, Why]:
    """NaN fails every comparison, so it is refused with the rest. 0, 0 is what a phone without a fix fills in."""
    wrong: dict[str, Why] = {}
    if not -90 <= point.latitude <= 90:
        wrong["latitude"] = Refusal.POINT_INVALID
    if not -180 <= point.longitude <= 180:
        wrong["longitude"] = Refusal.POINT_INVALID
    if point.latitude == point.longitude == 0:
        wrong["latitude"] = Refusal.POINT_INVALID
    if point.accuracy_m is not None and not (0 <= point.accuracy_m < math.inf):
        wrong["accuracy_m"] = Refusal.ACCURACY_INVALID
    return wrong

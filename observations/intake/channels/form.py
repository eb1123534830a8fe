"""People: the fields of the page /rapportera, with and without JavaScript."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from werkzeug.datastructures import MultiDict

import uploads
from observations import limits
from observations.clock import STOCKHOLM
from observations.intake.channels import PHOTOS, Sent
from observations.intake.draft import Draft, Point
from observations.intake.refused import Refusal, ReportRefused, Why
from observations.intake.validation import text_faults
from observations.record.categories import Category
from observations.record.tables import PositionSource, TimeSource


class Place(StrEnum):
    """Where the reporter says that the place is to be taken from."""

    ADDRESS = "address"
    PHOTO = "photo"
    DEVICE = "device"
    MAP = "map"


class Time(StrEnum):
    """Where the reporter says that the time is to be taken from."""

    NOW = "now"
    PHOTO = "photo"
    OTHER = "other"


ONCE = frozenset(("id", "category", "time", "observed_at", "place", "address", "latitude", "longitude", "note"))
"""Fields that may be there only once: of two places nobody knows which one was meant."""
BESIDE = {"time": "observed_at", "place": "address"}
"""Choices, and the field of the page beside which their sentence stands."""

Choice = TypeVar("Choice", bound=StrEnum)


def read(sent: Sent, *, now: datetime) -> Draft:
    """The draft. Raises ReportRefused with everything that a person has to mend, so that it is mended once.

    What a photo says of time and place is used only where the reporter chose it; that choice is the confirmation.
    """
    fields, photos, wrong = sent.fields, sent.photos(), _not_from_our_page(sent)
    facts = uploads.facts(photos[0], now=now) if photos else uploads.Facts()
    category = _category(fields.get("category", ""), wrong)
    observed_at, time_source = _time(fields, facts, wrong)
    point = _place(fields, facts, wrong)
    wrong |= text_faults(fields.get("address", ""), fields.get("note", ""), note_characters=limits.NOTE_CHARACTERS)
    report_id = _id(fields.get("id", ""), wrong)
    if wrong or category is None or report_id is None:
        raise ReportRefused(wrong)
    return Draft(
        id=report_id,
        category=category,
        observed_at=observed_at,
        time_source=time_source,
        point=point,
        address=fields.get("address", ""),
        note=fields.get("note", ""),
        urgent="urgent" in fields,
        photos=photos,
    )


def _not_from_our_page(sent: Sent) -> dict[str, Why]:
    """What the page never sends: it comes from a script, or was tampered with, and is not guessed at."""
    repeated = {name for name, values in sent.fields.lists() if name in ONCE and len(values) > 1}
    wrong: dict[str, Why] = {BESIDE.get(name, name): Refusal.FIELD_REPEATED for name in repeated}
    if PHOTOS in sent.fields:
        wrong[PHOTOS] = Refusal.PHOTO_NOT_A_FILE
    return wrong


def _choice(name: str, default: Choice, fields: MultiDict[str, str], wrong: dict[str, Why]) -> Choice:
    """What was chosen; the default where the field is missing, as from a page without it."""
    try:
        return type(default)(fields.get(name, default))
    except ValueError:
        wrong[BESIDE[name]] = Refusal.CHOICE_UNKNOWN
        return default


def _id(text: str, wrong: dict[str, Why]) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        wrong["id"] = Refusal.ID_INVALID
        return None


def _category(code: str, wrong: dict[str, Why]) -> Category | None:
    try:
        return Category(code)
    except ValueError:
        wrong["category"] = Refusal.CATEGORY_UNKNOWN if code else Refusal.CATEGORY_MISSING
        return None


def _time(
    fields: MultiDict[str, str], facts: uploads.Facts, wrong: dict[str, Why]
) -> tuple[datetime | None, TimeSource]:
    choice = _choice("time", Time.NOW, fields, wrong)
    if choice == Time.PHOTO:
        if facts.taken_at is None:
            wrong["observed_at"] = Refusal.TIME_NOT_IN_PHOTO
        return facts.taken_at, TimeSource.PHOTO
    if choice == Time.OTHER:
        try:
            typed = datetime.fromisoformat(fields.get("observed_at", ""))
            return typed if typed.tzinfo else typed.replace(tzinfo=STOCKHOLM), TimeSource.TYPED
        except ValueError:
            wrong["observed_at"] = Refusal.TIME_INVALID
    return None, TimeSource.SENT


def _place(fields: MultiDict[str, str], facts: uploads.Facts, wrong: dict[str, Why]) -> Point | None:
    """The point, if the choice gives one. A place in words is enough; neither is too little."""
    choice, words = _choice("place", Place.ADDRESS, fields, wrong), fields.get("address", "").strip()
    if choice == Place.PHOTO:
        if facts.latitude is not None and facts.longitude is not None:
            return Point(facts.latitude, facts.longitude, PositionSource.PHOTO, facts.error_radius_m)
        if not words:
            wrong["address"] = Refusal.PLACE_NOT_IN_PHOTO
    elif choice in (Place.DEVICE, Place.MAP):
        try:
            accuracy = fields.get("accuracy_m")
            return Point(
                float(fields.get("latitude", "")),
                float(fields.get("longitude", "")),
                PositionSource(choice.value),
                float(accuracy) if accuracy else None,
            )
        except ValueError:
            wrong["address"] = Refusal.POINT_INVALID
    elif not words:
        wrong["address"] = Refusal.PLACE_MISSING
    return None

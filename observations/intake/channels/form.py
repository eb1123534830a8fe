"""People: the fields of the page /rapportera, with and without JavaScript."""

import uuid
from datetime import datetime
from enum import StrEnum

from werkzeug.datastructures import MultiDict

import uploads
from observations.clock import STOCKHOLM
from observations.intake import limits
from observations.intake.channels import Sent
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


class Time(StrEnum):
    """Where the reporter says that the time is to be taken from."""

    NOW = "now"
    PHOTO = "photo"
    OTHER = "other"


def read(sent: Sent, *, now: datetime) -> Draft:
    """The draft. Raises ReportRefused with everything that a person has to mend, so that it is mended once.

    What a photo says of time and place is used only where the reporter chose it; that choice is the confirmation.
    """
    fields, photos, wrong = sent.fields, sent.photos(), dict[str, Why]()
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
    choice = fields.get("time", Time.NOW)
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
    choice, words = fields.get("place", Place.ADDRESS), fields.get("address", "").strip()
    if choice == Place.PHOTO:
        if facts.latitude is not None and facts.longitude is not None:
            return Point(facts.latitude, facts.longitude, PositionSource.PHOTO, facts.error_radius_m)
        if not words:
            wrong["address"] = Refusal.PLACE_NOT_IN_PHOTO
    elif choice == Place.DEVICE:
        try:
            accuracy = fields.get("accuracy_m")
            return Point(
                float(fields.get("latitude", "")),
                float(fields.get("longitude", "")),
                PositionSource.DEVICE,
                float(accuracy) if accuracy else None,
            )
        except ValueError:
            wrong["address"] = Refusal.POINT_INVALID
    elif not words:
        wrong["address"] = Refusal.PLACE_MISSING
    return None

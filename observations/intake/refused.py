"""Why a report is not taken. The words for people are in words.py."""

from collections.abc import Mapping
from enum import StrEnum

from uploads import Reason


class Refusal(StrEnum):
    """What is wrong with one field of a report."""

    MISSING = "missing"
    CATEGORY_MISSING = "category_missing"
    FIELD_UNKNOWN = "field_unknown"
    FIELD_REPEATED = "field_repeated"
    ID_INVALID = "id_invalid"
    CATEGORY_UNKNOWN = "category_unknown"
    CHOICE_UNKNOWN = "choice_unknown"
    TIME_INVALID = "time_invalid"
    TIME_TOO_EARLY = "time_too_early"
    TIME_AHEAD = "time_ahead"
    TIME_NOT_IN_PHOTO = "time_not_in_photo"
    POINT_INVALID = "point_invalid"
    ACCURACY_INVALID = "accuracy_invalid"
    PLACE_MISSING = "place_missing"
    PLACE_NOT_IN_PHOTO = "place_not_in_photo"
    TEXT_INVALID = "text_invalid"
    """Control characters, NUL, or bytes that are no text."""
    TEXT_TOO_LONG = "text_too_long"
    PERSONNUMMER = "personnummer"
    TOO_MANY_PHOTOS = "too_many_photos"
    PHOTO_NOT_A_FILE = "photo_not_a_file"
    TIME_BEFORE_REPORT = "time_before_report"
    ONE_PHOTO = "one_photo"
    NO_MORE_AFTER_PHOTOS = "no_more_after_photos"


Why = Refusal | Reason


class ReportRefused(Exception):
    """The report cannot be taken as it is; `fields` says why for each field. Nothing of it was kept."""

    def __init__(self, fields: Mapping[str, Why]) -> None:
        super().__init__(", ".join(f"{name}: {why.value}" for name, why in fields.items()))
        self.fields = dict(fields)

    @property
    def status(self) -> int:
        """The HTTP status that says it best."""
        reasons = set(self.fields.values())
        if Reason.NOT_A_PHOTO in reasons:
            return 415
        return 413 if Reason.TOO_LARGE in reasons else 422


class Conflict(Exception):
    """Another report was kept under the same id."""


class NotOpen(Exception):
    """There is no such observation, its content is destroyed, or it is not this actor's to add a photo to."""


class TooManyReports(Exception):
    """The device has sent as many reports as it may in an hour."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"again in {retry_after_s} s")
        self.retry_after_s = retry_after_s

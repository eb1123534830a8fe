"""What people are told: why a report was not taken, and what became of it."""

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

from observations import limits
from observations.intake.refused import Refusal, Why
from observations.record.tables import Observation
from observations.record.workflow import CLEANED, Rejection, Remediation, Review
from uploads import Reason

SENTENCES: dict[Why, LazyString] = {
    Refusal.MISSING: lazy_gettext("This field is missing."),
    Refusal.CATEGORY_MISSING: lazy_gettext("Choose what you have seen."),
    Refusal.FIELD_UNKNOWN: lazy_gettext("There is no such field."),
    Refusal.FIELD_REPEATED: lazy_gettext("This field may be there only once."),
    Refusal.ID_INVALID: lazy_gettext("The id must be a UUID that the sender has made."),
    Refusal.CATEGORY_UNKNOWN: lazy_gettext("There is no such category."),
    Refusal.CHOICE_UNKNOWN: lazy_gettext("There is no such choice. Choose again."),
    Refusal.TIME_INVALID: lazy_gettext("Write the date and the time."),
    Refusal.TIME_TOO_EARLY: lazy_gettext("The time is more than five years ago. Check the year."),
    Refusal.TIME_AHEAD: lazy_gettext("The time lies ahead. Check date and time."),
    Refusal.TIME_NOT_IN_PHOTO: lazy_gettext("The photo does not say when it was taken. Choose now or another time."),
    Refusal.POINT_INVALID: lazy_gettext("That is no place on the map."),
    Refusal.ACCURACY_INVALID: lazy_gettext("The accuracy must be a number of metres."),
    Refusal.PLACE_MISSING: lazy_gettext("Write where it is, as well as you can."),
    Refusal.PLACE_NOT_IN_PHOTO: lazy_gettext("The photo does not say where it was taken. Write where it is."),
    Refusal.TEXT_INVALID: lazy_gettext("There are signs here that cannot be stored. Write the text again."),
    Refusal.TEXT_TOO_LONG: lazy_gettext("The text is too long. Shorten it."),
    Refusal.PERSONNUMMER: lazy_gettext("This looks like a personal identity number. Take it out: no report needs one."),
    Refusal.TOO_MANY_PHOTOS: lazy_gettext("Send at most %(most)d photos.", most=limits.PHOTOS),
    Refusal.PHOTO_NOT_A_FILE: lazy_gettext("The photo did not arrive as a file. Choose it again."),
    Refusal.TIME_BEFORE_REPORT: lazy_gettext("The photo is older than the report. Check date and time."),
    Refusal.ONE_PHOTO: lazy_gettext("Send one photo."),
    Refusal.NO_MORE_AFTER_PHOTOS: lazy_gettext("There are %(most)d after-photos already.", most=limits.AFTER_PHOTOS),
    Reason.NOT_A_PHOTO: lazy_gettext("That is not a photo. Choose a picture from the camera, or send without one."),
    Reason.TOO_LARGE: lazy_gettext("The photo is too large. Choose a smaller one, or send without it."),
    Reason.TOO_MANY_PIXELS: lazy_gettext("The photo has too many pixels. Choose a smaller one, or send without it."),
    Reason.DAMAGED: lazy_gettext("The photo is damaged. Take it again, or send without it."),
    Reason.NOT_CLEAN: lazy_gettext("The photo could not be cleaned. Take it again, or send without it."),
}
WITHOUT_IS_NOTHING: dict[Why, LazyString] = {
    Reason.NOT_A_PHOTO: lazy_gettext("That is not a photo. Choose a picture from the camera."),
    Reason.TOO_LARGE: lazy_gettext("The photo is too large. Choose a smaller one."),
    Reason.TOO_MANY_PIXELS: lazy_gettext("The photo has too many pixels. Choose a smaller one."),
    Reason.DAMAGED: lazy_gettext("The photo is damaged. Take it again."),
    Reason.NOT_CLEAN: lazy_gettext("The photo could not be cleaned. Take it again."),
}
"""Instead of those above where the photo is all that is sent."""

WITHDRAWN = lazy_gettext("Withdrawn")
REJECTIONS: dict[Rejection, LazyString] = {
    Rejection.PERSON: lazy_gettext("There was a person in it."),
    Rejection.UNUSABLE: lazy_gettext("One could not see what it was."),
    Rejection.OUTSIDE: lazy_gettext("The place is outside the municipality."),
    Rejection.NOT_OURS: lazy_gettext("It is somebody else's to look after."),
    Rejection.TEST: lazy_gettext("It was a test."),
}

NOT_OPEN = lazy_gettext("The report is not there any more, or takes no after-photo from you.")
REMEDIATION: dict[Remediation, LazyString] = {
    Remediation.NOT_APPLICABLE: lazy_gettext("Accepted"),
    Remediation.WAITING: lazy_gettext("Accepted, waits for cleaning"),
    Remediation.ORDERED: lazy_gettext("Accepted, cleaning is ordered"),
    Remediation.DONE: lazy_gettext("Done, thank you"),
    Remediation.VERIFIED: lazy_gettext("Done and looked at, thank you"),
    Remediation.RETURNED: lazy_gettext("It came back, waits for cleaning"),
}
"""What became of a report that is accepted."""


def sentences(fields: Mapping[str, Why]) -> dict[str, str]:
    """A sentence for each field, in the reader's language."""
    return {name: str(SENTENCES[why]) for name, why in fields.items()}


def after_sentences(fields: Mapping[str, Why]) -> dict[str, str]:
    """The same for an after-photo, which cannot be sent without its photo."""
    return {name: str(WITHOUT_IS_NOTHING.get(why, SENTENCES[why])) for name, why in fields.items()}


def state(observation: Observation) -> str:
    """What has become of a report, in words for the one who sent it."""
    if observation.rejection is Rejection.WITHDRAWN:
        return str(WITHDRAWN)
    if observation.review is Review.REJECTED:
        return str(lazy_gettext("Not accepted"))
    if observation.review is Review.ACCEPTED:
        return str(REMEDIATION[observation.remediation])
    cleaned = observation.remediation in CLEANED
    return str(lazy_gettext("Cleaned, being reviewed") if cleaned else lazy_gettext("Being reviewed"))


def why_no_before(observation: Observation) -> str:
    """Why no photo from before is shown to the one who takes an after-photo."""
    if not observation.before_photos:
        return str(lazy_gettext("There is no photo from before to compare with."))
    return str(lazy_gettext("The photo from before has not been looked through yet, so it is not shown."))


def reason(observation: Observation) -> str:
    """Why a report was not accepted; empty for any other, and where its reporter decided that."""
    return str(REJECTIONS[observation.rejection]) if observation.rejection in REJECTIONS else ""

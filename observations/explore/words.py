"""What states and events are called on screen."""

from collections.abc import Mapping
from datetime import date, datetime

from babel.dates import format_date
from flask_babel import LazyString, get_locale, gettext, lazy_gettext, lazy_pgettext, ngettext

from observations.clock import local_date
from observations.explore.clusters import Cluster, Square
from observations.explore.filters import Filter
from observations.journal import Event
from observations.record.categories import label
from observations.record.tables import Observation
from observations.record.workflow import Rejection, Remediation, Review
from observations.web.texts import without_bidi

REVIEW: Mapping[Review, LazyString] = {
    Review.RECEIVED: lazy_gettext("Waits for review"),
    Review.NEEDS_PLACE: lazy_gettext("Needs a place"),
    Review.ACCEPTED: lazy_gettext("Accepted"),
    Review.REJECTED: lazy_gettext("Rejected"),
}
REVIEWS: Mapping[Review, LazyString] = {
    Review.RECEIVED: lazy_pgettext("many", "Wait for review"),
    Review.NEEDS_PLACE: lazy_pgettext("many", "Need a place"),
    Review.ACCEPTED: lazy_pgettext("many", "Accepted"),
    Review.REJECTED: lazy_pgettext("many", "Rejected"),
}
"""As a choice among many observations."""
REMEDIATION: Mapping[Remediation, LazyString] = {
    Remediation.NOT_APPLICABLE: lazy_gettext("Nothing to clean or repair"),
    Remediation.WAITING: lazy_gettext("Waits for cleaning"),
    Remediation.ORDERED: lazy_gettext("Cleaning ordered"),
    Remediation.DONE: lazy_gettext("Cleaned"),
    Remediation.VERIFIED: lazy_gettext("Cleaned and looked at"),
    Remediation.RETURNED: lazy_gettext("Came back"),
}
SHORT_REVIEW: Mapping[Review, LazyString] = {
    Review.RECEIVED: lazy_pgettext("short", "to review"),
    Review.NEEDS_PLACE: lazy_pgettext("short", "needs a place"),
    Review.REJECTED: lazy_pgettext("short", "rejected"),
}
SHORT_REMEDIATION: Mapping[Remediation, LazyString] = {
    Remediation.WAITING: lazy_pgettext("short", "waits"),
    Remediation.ORDERED: lazy_pgettext("short", "ordered"),
    Remediation.DONE: lazy_pgettext("short", "done"),
    Remediation.VERIFIED: lazy_pgettext("short", "done"),
    Remediation.RETURNED: lazy_pgettext("short", "returned"),
}
"""One word for narrow lists."""
REJECTION: Mapping[Rejection, LazyString] = {
    Rejection.PERSON: lazy_gettext("it showed a person"),
    Rejection.UNUSABLE: lazy_gettext("it could not be used"),
    Rejection.OUTSIDE: lazy_gettext("it was outside the municipality"),
    Rejection.NOT_OURS: lazy_gettext("it was not for us"),
    Rejection.TEST: lazy_gettext("it was a test"),
    Rejection.WITHDRAWN: lazy_gettext("the one who sent it has withdrawn it"),
}
EVENTS: Mapping[str, LazyString] = {
    "observation.received": lazy_gettext("Came in"),
    "observation.seen": lazy_gettext("Seen again by somebody who stood there"),
    "observation.followed_up": lazy_gettext("An after-photo came in"),
    "remediation.done": lazy_gettext("Cleaned, says the one who took the after-photo"),
    "observation.withdrawn": lazy_gettext("Withdrawn; photos and text destroyed"),
    "review.accepted": lazy_gettext("Accepted"),
    "review.rejected": lazy_gettext("Rejected; photos and text destroyed"),
    "review.needs_place": lazy_gettext("Put aside until the place is known"),
    "review.reopened": lazy_gettext("Taken up again"),
    "review.edited": lazy_gettext("Corrected"),
    "review.redacted": lazy_gettext("Something was covered in a photo"),
    "photo.redacted": lazy_gettext("Something was covered in a photo"),
}


def state(observation: Observation) -> str:
    """How far the observation has come, in a word or two: its cleaning once it is accepted, until then its review."""
    if observation.review is Review.ACCEPTED and observation.remediation is not Remediation.NOT_APPLICABLE:
        return str(REMEDIATION[observation.remediation])
    return str(REVIEW[observation.review])


def short_state(observation: Observation) -> str:
    """The same in one word; nothing where nothing more is to be said than that it is accepted."""
    if observation.review is not Review.ACCEPTED:
        return str(SHORT_REVIEW[observation.review])
    applies = observation.remediation is not Remediation.NOT_APPLICABLE
    return str(SHORT_REMEDIATION[observation.remediation]) if applies else ""


def place(observation: Observation) -> str:
    """The address, else the area, else that there is none."""
    area = observation.area.name if observation.area else ""
    return without_bidi(observation.address) or area or gettext("Place not known")


def happened(event: Event) -> str:
    """An event in words; who did it is not told."""
    return str(EVENTS.get(event.what, gettext("Changed")))


def short_day(value: date | datetime, today: date) -> str:
    """5 nov; 5 nov 2025 in another year. Local."""
    day = local_date(value) if isinstance(value, datetime) else value
    written = format_date(day, "d MMM" if day.year == today.year else "d MMM y", locale=get_locale())
    return written.replace(".", "")


def period(filter_: Filter, today: date) -> str:
    """10 sep – 5 nov, both days included."""
    first = short_day(filter_.from_, today) if filter_.from_ else ""
    last = short_day(filter_.last, today) if filter_.last else ""
    if first and last:
        return first if first == last else f"{first} – {last}"
    if first:
        return str(gettext("from %(day)s", day=first))
    return str(gettext("until %(day)s", day=last) if last else gettext("All time"))


def pin(cluster: Cluster | Square) -> str:
    """What a pin says to those who do not see it: "Klotter, Ringvägen 12", "6 observationer, mest klotter"."""
    category = label(cluster.category)
    if isinstance(cluster, Square):
        few = gettext("%(count)s observations, mostly %(category)s", count=cluster.count, category=category.lower())
        return str(few)
    if cluster.count == 1:
        return f"{category}, {without_bidi(cluster.address)}" if cluster.address else category
    return str(
        ngettext(
            "%(num)s observation, mostly %(category)s",
            "%(num)s observations, mostly %(category)s",
            cluster.count,
            category=category.lower(),
        )
    )

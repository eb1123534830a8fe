"""The page of one report, as it is first seen and as it comes back when something could not be taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask_babel import gettext
from sqlalchemy.orm import Session

from observations import privacy
from observations.clock import local_date
from observations.places import queries as places
from observations.places.tables import Address
from observations.privacy.words import kind_name
from observations.record import screening
from observations.record.attributes import added
from observations.record.categories import Category, label, short_label
from observations.record.tables import Observation
from observations.record.workflow import REASONS, WAITING, Rejection, Review
from observations.review import boxes, queries, selfcheck
from observations.review.edits import NOTE_MAX, local_minute
from observations.review.text import passages
from observations.web import current_runtime, render
from observations.web.pages import day, time_of_day, weekday
from observations.web.texts import without_bidi

LISTED = 50
"""Rows of the queue that stand beside the report."""
ADDRESSES = 4


@dataclass(frozen=True)
class Trouble:
    """Why a form comes back, with what was typed in it, so that nothing has to be typed twice."""

    errors: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    suggestions: Sequence[Address] = ()
    overtaken: bool = False
    """Somebody else changed the report while this page was open."""
    looked: bool = False
    """The next time the coordinator's own look is enough: nothing else can look at a photo."""


NONE = Trouble()


def show(
    session: Session,
    observation: Observation,
    *,
    now: datetime,
    photo: int | None = None,
    done: Observation | None = None,
    trouble: Trouble = NONE,
) -> str:
    """The page as HTML, with photo number `photo` large, or else the one that is to be decided on.

    `done` is the report that was dealt with just before.

    At most 24 statements, whatever the length of the queue.
    """
    note = without_bidi(observation.note)
    photo = min(max(photo or _to_decide_on(observation, trouble), 1), len(observation.photos))
    return render(
        "review/item.html",
        observation=observation,
        suggested=boxes.suggested(observation.photos[photo - 1]) if photo else [],
        looks=current_runtime().look is not None,
        title=label(observation.category) if observation.review is Review.REJECTED else place_name(observation),
        photo=photo,
        passages=passages(note),
        note=note,
        note_max=max(NOTE_MAX, len(observation.note)),
        findings=_kinds(note),
        place_findings=_kinds(without_bidi(observation.address)),
        nearest=_nearest(session, observation, trouble),
        near=queries.near(session, observation),
        next=queries.next_after(session, observation),
        previous=queries.previous_before(session, observation),
        waiting=observation.review in WAITING,
        trouble=trouble,
        done=done,
        categories=list(Category),
        reasons={reason: words for reason, words in reasons().items() if reason in REASONS},
        reason=reasons()[observation.rejection] if observation.rejection else "",
        added=added(observation.surface, observation.size, observation.cleaning, new_to_me=observation.new_to_me),
        local_minute=local_minute(observation.observed_at),
        **frame(session, now, observation),
    )


def _to_decide_on(observation: Observation, trouble: Trouble) -> int:
    """The first photo that waits for an answer, or for a look where that is what is asked for; else the first."""
    for number, photo in enumerate(observation.photos, 1):
        if photo.suggestions or (trouble.looked and photo.screened_at is None):
            return number
    return 1


def frame(session: Session, now: datetime, current: Observation | None = None) -> dict[str, object]:
    """What the page of a report and the page of an empty queue share. At most twelve statements."""
    queue = queries.waiting(session, limit=LISTED)
    begins_late = current is not None and current.review in WAITING and current not in queue
    if current is not None and begins_late:
        queue = [current, *queries.waiting(session, limit=LISTED - 1, after=current)]
    return {
        "queue": queue,
        "begins_late": begins_late,
        "progress_today": queries.progress(session, now),
        "listed": LISTED,
        "look_over": screening.to_look_over(session, limit=LISTED),
        "audit": selfcheck.last(session, now),
        "place_name": place_name,
        "needs_place": needs_place,
        "label": label,
        "short_label": short_label,
        "moment": lambda at: moment(at, now),
        "short_moment": lambda at: short_moment(at, now),
        "Review": Review,
    }


def place_name(observation: Observation) -> str:
    """What a report is called: its address, else its area, else that the place is missing."""
    if observation.address:
        return without_bidi(observation.address)
    if observation.area is not None:
        return observation.area.name
    return str(gettext("Place on the map") if observation.latitude is not None else gettext("Place missing"))


def needs_place(observation: Observation) -> bool:
    """Whether somebody should look at where it is: nowhere, or in no area that it could be counted in."""
    nowhere = observation.latitude is None and observation.area_id is None
    return observation.review is Review.NEEDS_PLACE or (nowhere and observation.review in WAITING)


def moment(at: datetime, now: datetime) -> str:
    """Today: i dag 14.32; then i går 14.32, tisdag 10 sep 14.32; with the year when it is another."""
    days = (local_date(now) - local_date(at)).days
    if days == 0:
        return str(gettext("today %(time)s", time=time_of_day(at)))
    if days == 1:
        return str(gettext("yesterday %(time)s", time=time_of_day(at)))
    date = weekday(at) if abs(days) < 180 else day(at)
    return f"{date} {time_of_day(at)}"


def short_moment(at: datetime, now: datetime) -> str:
    """For the queue's narrow column: 14.32 today, i går, else 2026-09-10."""
    if local_date(at) == local_date(now):
        return time_of_day(at)
    return str(gettext("yesterday")) if local_date(at) == local_date(now) - timedelta(days=1) else day(at)


def reasons() -> dict[Rejection, str]:
    """Why a report is rejected, in the order in which it is asked."""
    return {
        Rejection.PERSON: gettext("Shows or names a person"),
        Rejection.UNUSABLE: gettext("Cannot be used: blurred, empty or not understood"),
        Rejection.OUTSIDE: gettext("Outside the municipality"),
        Rejection.NOT_OURS: gettext("Not something for us"),
        Rejection.TEST: gettext("A test"),
        Rejection.WITHDRAWN: gettext("Withdrawn by the one who sent it"),
    }


def _kinds(text: str) -> list[str]:
    """What may be personal in a text, in its order."""
    return [kind_name(finding.kind) for finding in privacy.screen(text)]


def _nearest(session: Session, observation: Observation, trouble: Trouble) -> Sequence[places.Near]:
    """Addresses to choose from: what was meant by what was typed, else those around the point."""
    if trouble.suggestions:
        return []
    if observation.latitude is None or observation.longitude is None:
        return []
    return places.nearest(session, observation.latitude, observation.longitude, limit=ADDRESSES)

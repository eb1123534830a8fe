"""How far an observation has come: its review, with the table of allowed steps, and its remediation."""

from enum import StrEnum


class Review(StrEnum):
    """What the coordinator has made of a report; reopening brings it back to `received`."""

    RECEIVED = "received"
    NEEDS_PLACE = "needs_place"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Remediation(StrEnum):
    """How far cleaning or repair has come."""

    NOT_APPLICABLE = "not_applicable"
    WAITING = "waiting"
    ORDERED = "ordered"
    DONE = "done"
    VERIFIED = "verified"
    RETURNED = "returned"


CLEANED = (Remediation.DONE, Remediation.VERIFIED)
"""Nothing is left to do."""


class Rejection(StrEnum):
    """Why a report was rejected; the only thing that is kept of it beside the count."""

    PERSON = "person"
    UNUSABLE = "unusable"
    OUTSIDE = "outside"
    NOT_OURS = "not_ours"
    TEST = "test"
    WITHDRAWN = "withdrawn"
    """By the one who sent it, before anybody had reviewed it."""


REASONS = tuple(reason for reason in Rejection if reason is not Rejection.WITHDRAWN)
"""Those that a coordinator may give."""


class TransitionNotAllowed(Exception):
    """The observation is not where the step starts, usually because somebody else was faster."""


TRANSITIONS: dict[Review, frozenset[Review]] = {
    Review.RECEIVED: frozenset({Review.NEEDS_PLACE, Review.ACCEPTED, Review.REJECTED}),
    Review.NEEDS_PLACE: frozenset({Review.RECEIVED, Review.ACCEPTED, Review.REJECTED}),
    Review.ACCEPTED: frozenset({Review.RECEIVED}),
    Review.REJECTED: frozenset(),
}

WAITING = (Review.RECEIVED, Review.NEEDS_PLACE)
"""The states that stand in the coordinator's queue."""


def step(now: Review, to: Review) -> Review:
    """The state after the step. Raises TransitionNotAllowed when the table has no such step."""
    if to not in TRANSITIONS[now]:
        raise TransitionNotAllowed(f"{now.value} → {to.value}")
    return to

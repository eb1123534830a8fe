"""Asks every recognizer about a text."""

from observations.plugins import discover
from observations.privacy import recognizers
from observations.privacy.findings import Finding
from observations.privacy.recognizers import Recognizer

RECOGNIZERS: tuple[Recognizer, ...] = tuple(module.find for module in discover(recognizers))


def screen(text: str) -> list[Finding]:
    """What in the text may be personal, in the order in which it stands there.

    A refused finding hides what overlaps it. About half a millisecond for 200 characters.
    Never complete: that a text has no findings proves nothing.
    """
    found = sorted(finding for find in RECOGNIZERS for finding in find(text))
    refused = [finding for finding in found if finding.refused]
    return [finding for finding in found if finding.refused or not any(_overlap(finding, other) for other in refused)]


def refusals(text: str) -> list[Finding]:
    """The findings for which the text may not be stored at all."""
    return [finding for finding in screen(text) if finding.refused]


def _overlap(one: Finding, other: Finding) -> bool:
    return one.start < other.end and other.start < one.end

"""Asks every recognizer about a text."""

from collections.abc import Iterable
from dataclasses import replace

from observations.plugins import discover
from observations.privacy import recognizers
from observations.privacy.findings import Finding, Kind
from observations.privacy.plain import plain
from observations.privacy.recognizers import Recognizer

RECOGNIZERS: tuple[Recognizer, ...] = tuple(module.find for module in discover(recognizers))
FIRST_OF_EQUALS = list(Kind)
"""Which kind names two findings of the same length: the one that tells more about a person stands first in Kind."""


def screen(text: str) -> list[Finding]:
    """What in the text may be personal, in the order in which it stands there; no two findings overlap.

    A refused finding hides what overlaps it. Of others that overlap one is made, of the longest one's kind: what is
    before the @ of a mail address is no name. About 0.3 ms for 200 characters.
    Never complete: that a text has no findings proves nothing.
    """
    reads = plain(text)
    return settled(reads.there(finding) for find in RECOGNIZERS for finding in find(reads.text))


def refusals(text: str) -> list[Finding]:
    """The findings for which the text may not be stored at all."""
    return [finding for finding in screen(text) if finding.refused]


def settled(found: Iterable[Finding]) -> list[Finding]:
    """The same findings in order, without overlaps."""
    everything = sorted(found)
    refused = _joined(finding for finding in everything if finding.refused)
    questions = (one for one in everything if not one.refused and not any(_overlap(one, other) for other in refused))
    return sorted([*refused, *_joined(questions)])


def _joined(inorder: Iterable[Finding]) -> list[Finding]:
    """One finding where several overlap."""
    groups: list[list[Finding]] = []
    reach = 0
    for finding in inorder:
        if finding.start >= reach:
            groups.append([])
        groups[-1].append(finding)
        reach = max(reach, finding.end)
    return [_one(group) for group in groups]


def _one(overlapping: list[Finding]) -> Finding:
    """From the first one's start to the last one's end."""
    longest = max(overlapping, key=lambda one: (one.end - one.start, -FIRST_OF_EQUALS.index(one.kind)))
    return replace(longest, start=overlapping[0].start, end=max(one.end for one in overlapping))


def _overlap(one: Finding, other: Finding) -> bool:
    return one.start < other.end and other.start < one.end

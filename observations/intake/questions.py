"""Gentle questions about what a reporter has typed: what may be somebody's, asked before it is sent or right after."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from observations import limits, privacy
from observations.intake.validation import tidy
from observations.privacy.words import kind_name

FIELDS = ("note", "address")
"""What is asked about, in the order in which it is asked."""


@dataclass(frozen=True)
class Question:
    """Something in a text that may be a person's."""

    field: str
    what: str
    """What it may be, in the reader's language."""
    found: str
    """The passage itself, as it was typed."""
    without: str
    """The whole text with the passage struck out."""


MOST = 20
"""Of one text. Whoever writes more names than that has been told."""


def about(typed: Mapping[str, str]) -> list[Question]:
    """The questions about the fields as they were typed; none about what is refused. A millisecond or two.

    None about a text that is too long to be taken: that is what its sender is told.
    """
    texts = {field: tidy(typed.get(field, "")) for field in FIELDS}
    return [
        Question(field, kind_name(each.kind), text[each.start : each.end], privacy.without(text, each))
        for field, text in texts.items()
        if len(text) <= limits.NOTE_CHARACTERS_AT_MOST
        for each in [one for one in privacy.screen(text) if not one.refused][:MOST]
    ]


def key(typed: Mapping[str, str]) -> str:
    """Names the texts, so that what was answered for them is not asked again, and nothing is struck out of others."""
    return hashlib.sha256("\0".join(tidy(typed.get(field, "")) for field in FIELDS).encode()).hexdigest()[:16]

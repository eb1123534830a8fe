"""A format turns a briefing into a file. Drop a module in here and it stands on the page and in the tests.

The contract: `EXTENSION` (of the file and of its address), `MIMETYPE`, `LABEL` (the word on the page) and
`render(briefing) -> bytes`, the same bytes for the same briefing. A format gets a Briefing and nothing else: it has no
session and no request, so that it cannot show what the briefing does not hold. No cell of any file is a formula.
"""

import sys
from typing import Protocol

from flask_babel import LazyString

from observations.meetings.briefing import Briefing
from observations.plugins import discover


class Format(Protocol):
    """What a module in this folder offers."""

    EXTENSION: str
    MIMETYPE: str
    LABEL: LazyString

    def render(self, briefing: Briefing) -> bytes:
        """The file's bytes."""
        ...


def all_formats() -> dict[str, Format]:
    """The formats by extension, in the order of their modules' names."""
    return {module.EXTENSION: module for module in discover(sys.modules[__name__])}  # modules fit the protocol

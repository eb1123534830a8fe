"""A row of recognizers of personal data in a picture: faces, registration plates. They suggest; people decide.

A recognizer is listed here by hand, so that an auditor sees which there are. Without any, boxes are drawn by hand.
"""

from typing import Protocol

from uploads.redact import Box


class Recognizer(Protocol):
    """Finds one kind of thing in a picture."""

    name: str
    """What it looks for, in one English word; shown translated beside its suggestions."""

    def find(self, jpeg: bytes) -> list[Box]:
        """Where such things may be in a sanitised photo. Finding nothing is no promise that there is nothing."""
        ...


RECOGNIZERS: tuple[Recognizer, ...] = ()

"""A row of recognizers of what may be personal in a picture: faces. They suggest; people decide.

A recognizer is listed here by hand, so that an auditor sees which there are. One whose library is not installed is
left out, and pages say so: boxes are then drawn by hand alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from uploads import decode, limits
from uploads.redact import Box
from uploads.sanitise import refusing

Pixels = NDArray[np.uint8]
"""Height × width × RGB, in one piece, no edge over `limits.SCREENED_SIDE_PX`."""


class Kind(StrEnum):
    """What is looked for. The words for people are looked up where they are shown."""

    FACE = "face"
    OTHER = "other"
    """What a recognizer found that is not here any more."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Where something may be that is personal."""

    kind: Kind
    box: Box


class Recognizer(Protocol):
    """Finds one kind of thing in a picture. Finding nothing is no promise that there is nothing."""

    kind: Kind

    def find(self, pixels: Pixels) -> Sequence[Box]:
        """Where such things may be, each box somewhat larger than the thing; none in a picture without any."""
        ...


class NotInstalled(Exception):
    """The library that a recognizer stands on is not there."""


Look = Callable[[bytes], Sequence[Suggestion]]
"""Looks through a sanitised photo; `look` does it here, `apart.Apart` in a process of its own."""


@cache
def installed() -> tuple[Recognizer, ...]:
    """The recognizers that can work on this machine. Loads their libraries at the first call."""
    from uploads.recognizers.faces import Faces  # the recognizers import this contract

    found: list[Recognizer] = []
    for recognizer in (Faces,):
        try:
            found.append(recognizer())
        except NotInstalled:
            continue
    return tuple(found)


def look(jpeg: bytes) -> list[Suggestion]:
    """What every installed recognizer finds in a sanitised photo, decoded once. About 0.3 CPU-seconds.

    Raises PhotoRejected if the photo is damaged, and whatever a recognizer raises.
    """
    with refusing():
        pixels = np.ascontiguousarray(decode.pixels_of(jpeg, limits.SCREENED_SIDE_PX).convert("RGB"), np.uint8)
    return [Suggestion(each.kind, box) for each in installed() for box in each.find(pixels)]

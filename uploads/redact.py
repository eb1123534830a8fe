"""Burns solid boxes into a photo. Never a blur, never an overlay: the pixels beneath are gone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL import ImageDraw

from uploads import decode, gate, limits
from uploads.gate import SanitisedPhoto
from uploads.sanitise import refusing

_BLOCK_PX: Final = 16
"""JPEG mixes pixels within squares of this size, so a box covers every square that it touches…"""
_BLEED_PX: Final = 2
"""…and this much around them, because a decoder smooths the colours of neighbouring squares."""


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a picture, in fractions of its width and height, so that it fits a picture of any size.

    Raises ValueError unless 0 ≤ left < right ≤ 1 and 0 ≤ top < bottom ≤ 1.
    """

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        if not (0 <= self.left < self.right <= 1 and 0 <= self.top < self.bottom <= 1):
            raise ValueError("a box lies within the picture and has an area")

    def share_within(self, other: "Box") -> float:
        """How much of this box lies in the other one, 0 to 1."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        area = (self.right - self.left) * (self.bottom - self.top)
        return max(width, 0) * max(height, 0) / area

    def widened(self, share: float) -> "Box":
        """The box with `share` of its own width and height added on every side, as far as the picture reaches."""
        across, down = (self.right - self.left) * share, (self.bottom - self.top) * share
        return Box(
            max(self.left - across, 0), max(self.top - down, 0), min(self.right + across, 1), min(self.bottom + down, 1)
        )


def burn(jpeg: bytes, boxes: Sequence[Box]) -> SanitisedPhoto:
    """The photo with every box black, a little larger than drawn, through the same gate.

    The caller puts it in the place of the old one and destroys that, with its smaller copies.
    Raises PhotoRejected if `jpeg` is damaged.
    """
    with refusing():
        pixels = decode.pixels_of(jpeg, limits.LONG_SIDE_PX)
        drawing = ImageDraw.Draw(pixels)
        for box in boxes:
            left, right = _blocks(box.left, box.right, pixels.width)
            top, bottom = _blocks(box.top, box.bottom, pixels.height)
            drawing.rectangle((left, top, right - 1, bottom - 1), fill="black")
        return gate.release(pixels)


def _blocks(start: float, stop: float, length_px: int) -> tuple[int, int]:
    """From the first to behind the last pixel, widened so that nothing beneath the box shows beside it."""
    first = math.floor(start * length_px / _BLOCK_PX) * _BLOCK_PX - _BLEED_PX
    behind = math.ceil(stop * length_px / _BLOCK_PX) * _BLOCK_PX + _BLEED_PX
    return max(first, 0), min(behind, length_px)

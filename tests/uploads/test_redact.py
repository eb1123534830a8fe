"""Boxes burned into a photo: solid, in the right place, and for good."""

import math
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.uploads import camera
from tests.uploads.looking import pixels, remains
from uploads import Box, PhotoRejected, burn, gate, sanitise

PHOTO = sanitise(camera.png(camera.a_scene(320, 240)))
BLACK = 8
"""Of 255: what JPEG may make of black beside a colour."""


def test_what_is_beneath_a_box_is_gone() -> None:
    """Every pixel in the box is black, whatever was there; the rest of the picture stays."""
    burned = burn(PHOTO.jpeg, [Box(0.1, 0.2, 0.4, 0.6)])

    before, after = pixels(PHOTO.jpeg), pixels(burned.jpeg)
    assert (PHOTO.width_px, PHOTO.height_px) == (burned.width_px, burned.height_px)
    assert after[48:144, 32:128].max() <= BLACK
    assert np.abs(after[:, 200:] - before[:, 200:]).mean() < 2
    assert PHOTO.sha256 != burned.sha256


def test_two_pictures_that_differ_beneath_a_box_become_one() -> None:
    """Nothing of what was hidden reaches the pixels around it: the bytes are the same, whatever was there."""
    box = Box(64 / 320, 64 / 240, 96 / 320, 96 / 240)

    assert burn(PHOTO.jpeg, [box]) == burn(_with_something_hidden(), [box])


def test_a_box_exactly_as_drawn_leaves_a_trace() -> None:
    """Control: without its margin a box lets the colours beneath tinge the pixels beside it."""
    photos = [Image.open(BytesIO(jpeg)).convert("RGB") for jpeg in (PHOTO.jpeg, _with_something_hidden())]
    for photo in photos:
        photo.paste("black", (64, 64, 96, 96))

    assert gate.release(photos[0]) != gate.release(photos[1])


def _with_something_hidden() -> bytes:
    """The same photo with a white square in it."""
    scene = camera.a_scene(320, 240)
    scene.paste("white", (64, 64, 96, 96))
    return sanitise(camera.png(scene)).jpeg


def test_a_burned_photo_passed_the_gate() -> None:
    """A masked photo is as clean as any, also when there was nothing to mask."""
    assert set() == remains(burn(PHOTO.jpeg, [Box(0, 0, 1, 1), Box(0.5, 0.5, 0.51, 0.51)]).jpeg)
    assert set() == remains(burn(PHOTO.jpeg, []).jpeg)


_fraction = st.floats(0, 1)


@given(corners=st.tuples(_fraction, _fraction, _fraction, _fraction))
def test_a_box_covers_at_least_what_was_drawn(corners: tuple[float, float, float, float]) -> None:
    """However thin the box, no pixel that it touches is left."""
    (left, right), (top, bottom) = sorted(corners[:2]), sorted(corners[2:])
    if left == right or top == bottom:
        return
    width, height = PHOTO.width_px, PHOTO.height_px
    seen = pixels(burn(PHOTO.jpeg, [Box(left, top, right, bottom)]).jpeg)

    covered = seen[
        math.floor(top * height) : math.ceil(bottom * height), math.floor(left * width) : math.ceil(right * width)
    ]
    assert covered.max() <= BLACK


@pytest.mark.parametrize(
    "corners", [(0, 0, 0, 1), (0.5, 0, 0.4, 1), (-0.1, 0, 1, 1), (0, 0, 1, 1.1), (math.nan, 0, 1, 1)]
)
def test_a_box_outside_the_picture_is_a_mistake(corners: tuple[float, float, float, float]) -> None:
    """A box that hides nothing is refused, rather than believed to hide something."""
    with pytest.raises(ValueError, match="within the picture"):
        Box(*corners)


def test_a_damaged_photo_is_refused() -> None:
    """What cannot be read cannot be masked either."""
    with pytest.raises(PhotoRejected):
        burn(PHOTO.jpeg[:-200], [Box(0, 0, 1, 1)])

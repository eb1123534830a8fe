"""However a camera was held, the picture comes out as it was seen, pixel by pixel."""

from itertools import combinations, product

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.journeys.corpus import needed
from tests.uploads import camera, heics, iso_media
from tests.uploads.camera import EVERY_KIND
from tests.uploads.iso_media import Reference
from tests.uploads.looking import pixels
from tests.uploads.scenes import a_slope
from uploads import sanitise

AS_STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How a camera that was held so stores an upright scene."""

UPRIGHT = a_slope(96, 64)
CLOSE = 12
"""Levels of 255 by which coding twice may change a pixel of a picture without edges."""


def stored(orientation: int, scene: Image.Image = UPRIGHT) -> Image.Image:
    """The scene as it lies in the file."""
    turn = AS_STORED[orientation]
    return scene if turn is None else scene.transpose(turn)


def farthest(jpeg: bytes, scene: Image.Image) -> int:
    """By how many levels the one pixel differs that differs most."""
    seen = pixels(jpeg)
    assert (scene.height, scene.width, 3) == seen.shape
    return int(np.abs(seen - np.asarray(scene).astype(np.int16)).max())


@pytest.mark.parametrize("kind", EVERY_KIND)
@pytest.mark.parametrize("orientation", AS_STORED)
def test_a_photo_comes_out_upright(kind: str, orientation: int) -> None:
    """Each of the eight ways, in each kind of file, and no pixel is anywhere else than it was seen."""
    raw = EVERY_KIND[kind](stored(orientation), exif_block=camera.exif(orientation=orientation))

    assert farthest(sanitise(raw).jpeg, UPRIGHT) <= CLOSE


def test_a_turn_that_is_left_out_is_noticed() -> None:
    """Control: the eight ways to hold a camera give pictures whose pixels are far from each other."""
    square = a_slope(64, 64)
    seen = [(stored(way, square), sanitise(camera.png(stored(way, square))).jpeg) for way in AS_STORED]

    assert all(farthest(jpeg, scene) <= CLOSE for scene, jpeg in seen)
    assert all(farthest(one[1], other[0]) > 100 for one, other in combinations(seen, 2))


@pytest.mark.parametrize("brand", [b"heic", b"avif"])
@pytest.mark.parametrize(("quarters", "mirror"), [*product(range(4), (None, 0, 1))])
def test_turns_of_the_file_itself_are_heeded(brand: bytes, quarters: int, mirror: int | None) -> None:
    """HEIC and AVIF say as a property how they are turned and mirrored; what EXIF says besides turns nothing twice."""
    scene = UPRIGHT
    if mirror is not None:
        scene = scene.transpose(Image.Transpose.FLIP_LEFT_RIGHT if mirror else Image.Transpose.FLIP_TOP_BOTTOM)
    item = heics.coded(brand)(scene.rotate(-90 * quarters, expand=True)).but(iso_media.turned(quarters))
    item = item if mirror is None else item.but(iso_media.mirrored(mirror))
    exif = iso_media.exif_item(camera.exif(orientation=6))
    raw = iso_media.written([item, exif], [Reference(b"cdsc", 2, (1,))], brand=brand)

    assert farthest(sanitise(raw).jpeg, UPRIGHT) <= CLOSE


@pytest.mark.parametrize("orientation", range(9))
def test_real_photos_of_every_orientation_are_alike(orientation: int) -> None:
    """Nine versions of one photo, a number drawn into each: all but that number is the same picture."""
    upright, turned = (a_real_one(number) for number in (1, orientation))

    assert upright.shape == turned.shape
    assert share_that_differs(upright, turned) < 0.03


def test_a_real_photo_that_is_turned_is_noticed() -> None:
    """Control: upside down or mirrored, nearly everything differs."""
    upright = a_real_one(1)

    assert share_that_differs(upright, upright[::-1]) > 0.5
    assert share_that_differs(upright, upright[:, ::-1]) > 0.5


def a_real_one(orientation: int) -> NDArray[np.int16]:
    """A photo of the corpus, cleaned."""
    raw = (needed("photos/orientation") / f"Landscape_{orientation}.jpg").read_bytes()
    return pixels(sanitise(raw).jpeg)


def share_that_differs(one: NDArray[np.int16], other: NDArray[np.int16]) -> float:
    """How many of the pixels are more than 32 levels apart in any colour."""
    return float((np.abs(one - other).max(axis=2) > 32).mean())

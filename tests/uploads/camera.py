"""Takes pictures as a camera would: with its name, its place and its owner in every corner of the file.

Everything private that is written contains CANARY, so that a test can look for one thing. The module of each family
of files (jpegs, pngs, webps, heics) has what is special to it.
"""

from collections.abc import Callable, Mapping

from tests.uploads.exif_block import POSITION, WHEN, XMP, Entry, exif
from tests.uploads.heics import avif, heic
from tests.uploads.jpegs import jpeg, segment
from tests.uploads.pngs import chunk, png
from tests.uploads.scenes import CANARY, a_scene, a_slope, srgb_profile, swapped_profile
from tests.uploads.webps import webp

__all__ = [
    "CANARY",
    "EVERY_KIND",
    "POSITION",
    "WHEN",
    "XMP",
    "Camera",
    "Entry",
    "a_scene",
    "a_slope",
    "avif",
    "chunk",
    "exif",
    "heic",
    "jpeg",
    "png",
    "segment",
    "srgb_profile",
    "swapped_profile",
    "webp",
]

Camera = Callable[..., bytes]
EVERY_KIND: Mapping[str, Camera] = {"jpeg": jpeg, "png": png, "webp": webp, "avif": avif, "heic": heic}

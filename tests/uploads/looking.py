"""Looks at what came out: as pixels, and for anything that is not pixels. Shares no code with the kernel."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from tests.uploads.camera import CANARY


def remains(jpeg: bytes) -> set[str]:
    """What a JPEG holds besides its picture; an empty set is a clean photo."""
    image = JpegImageFile(BytesIO(jpeg))
    found = {name for name, _ in image.applist} - {"APP0"}
    if CANARY in jpeg:
        found.add("canary")
    if image.getexif():
        found.add("EXIF")
    if not jpeg.endswith(b"\xff\xd9") or jpeg.count(b"\xff\xd9") != 1:
        found.add("trailer")
    return found | {key for key in ("exif", "xmp", "icc_profile", "comment", "photoshop", "mp") if key in image.info}


def pixels(data: bytes) -> NDArray[np.int16]:
    """Height × width × RGB, in a type whose differences do not wrap around."""
    return np.asarray(Image.open(BytesIO(data)).convert("RGB")).astype(np.int16)


def colour_at(data: bytes, across: float, down: float) -> tuple[int, int, int]:
    """The colour at a place given in fractions of width and height."""
    seen = pixels(data)
    red, green, blue = seen[int(down * seen.shape[0]), int(across * seen.shape[1])]
    return int(red), int(green), int(blue)

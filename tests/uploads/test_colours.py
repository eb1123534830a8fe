"""Depths, palettes and colour spaces beyond the ordinary: shown as they were meant, or refused in good order."""

import io
import math
import struct
from base64 import b64decode

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageCms

from tests.uploads import camera, iso_media, pngs
from tests.uploads.camera import EVERY_KIND, segment
from tests.uploads.jpegs import plain_jpeg, within
from tests.uploads.looking import colour_at, pixels
from tests.uploads.scenes import a_slope, saved, srgb_profile
from tests.uploads.verdicts import reason_for
from uploads import Reason, limits, sanitise

GREYS = bytes(range(0, 256, 8))
"""A ramp from black to white, 32 pixels wide."""


@pytest.mark.parametrize(
    ("mode", "colour"),
    [("1", 1), ("L", 200), ("LA", (200, 255)), ("P", 3), ("RGB", (200, 200, 200)), ("RGBA", (200, 200, 200, 255))],
)
def test_every_kind_of_png_is_read(mode: str, colour: object) -> None:
    """Drawings, greys and palettes come out as RGB."""
    target = io.BytesIO()
    Image.new(mode, (20, 20), colour).save(target, "PNG")  # type: ignore[arg-type]  # each mode has its own colours

    assert (20, 20) == (sanitise(target.getvalue()).width_px, sanitise(target.getvalue()).height_px)


DEPTHS = {
    "1-bit grey": (1, 0, 1 / 8),
    "2-bit grey": (2, 0, 1 / 4),
    "4-bit grey": (4, 0, 1 / 2),
    "8-bit grey": (8, 0, 1),
    "16-bit grey": (16, 0, 2),
    "grey and alpha": (8, 4, 2),
    "16-bit grey and alpha": (16, 4, 4),
    "16-bit colour": (16, 2, 6),
    "16-bit colour and alpha": (16, 6, 8),
}


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("interlaced", [False, True])
def test_white_is_white_at_every_depth_of_a_png(depth: str, interlaced: bool) -> None:
    """All bits set is white and not see-through, whatever the depth, and whichever way the rows are stored."""
    bits, colour, pixel_bytes = DEPTHS[depth]
    # Adam7: seven smaller pictures, one after another.
    passes = [(4, 4), (4, 4), (8, 4), (8, 8), (16, 8), (16, 16), (32, 16)] if interlaced else [(32, 32)]
    rows = b"".join((b"\0" + b"\xff" * math.ceil(width * pixel_bytes)) * height for width, height in passes)
    raw = pngs.bare(32, 32, depth=bits, colour=colour, rows=rows, interlaced=interlaced)

    assert pixels(sanitise(raw).jpeg).min() > 250


@pytest.mark.parametrize(("bits", "level"), [(16, 0x8000), (8, 0x80)])
def test_greys_keep_their_brightness(bits: int, level: int) -> None:
    """A scanner's 16-bit picture is not blown out to white."""
    row = b"\0" + level.to_bytes(bits // 8, "big") * 32
    photo = sanitise(pngs.bare(32, 32, depth=bits, colour=0, rows=row * 32))

    assert all(abs(seen - 128) <= 2 for seen in colour_at(photo.jpeg, 0.5, 0.5))


def test_a_palette_with_a_see_through_colour_is_shown_on_white() -> None:
    """Of two colours one is fully see-through: it becomes white, not what the palette says."""
    image = Image.new("P", (32, 32), 0)
    image.putpalette([255, 0, 0, 0, 0, 0])
    image.paste(1, (0, 0, 16, 32))
    photo = sanitise(saved(image, "PNG", transparency=0))

    assert all(level < 10 for level in colour_at(photo.jpeg, 0.1, 0.5))
    assert all(level > 245 for level in colour_at(photo.jpeg, 0.9, 0.5))


def test_a_palette_that_lacks_colours_is_read() -> None:
    """Pixels that point beyond a palette of one colour are black, and no trouble."""
    header = struct.pack(">IIBBBBB", 8, 8, 8, 3, 0, 0, 0)
    whole = pngs.bare(8, 8, depth=8, colour=3, rows=(b"\0" + b"\x07" * 8) * 8)
    raw = whole.replace(pngs.chunk(b"IHDR", header), pngs.chunk(b"IHDR", header) + pngs.chunk(b"PLTE", b"\xff\0\0"))

    assert reason_for(raw) is None


def test_what_is_see_through_becomes_white() -> None:
    """A cut-out picture is shown on white, and what was hidden beneath does not reappear."""
    scene = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    scene.paste((0, 0, 0, 255), (0, 0, 32, 64))
    photo = sanitise(camera.png(scene))

    assert all(level < 10 for level in colour_at(photo.jpeg, 0.1, 0.5))
    assert all(level > 245 for level in colour_at(photo.jpeg, 0.9, 0.5))


def test_a_printer_s_colours_are_converted() -> None:
    """A CMYK picture from an editor comes out in screen colours."""
    raw = saved(Image.new("CMYK", (32, 32), (0, 255, 255, 0)), "JPEG", quality=95)

    red, green, blue = colour_at(sanitise(raw).jpeg, 0.5, 0.5)
    assert red > 200
    assert max(green, blue) < 80


def test_a_printer_s_colours_stored_as_brightness_are_converted_too() -> None:
    """YCCK, the other way to store CMYK: an Adobe segment says which, and what colour comes of the same numbers."""
    plain = saved(Image.new("CMYK", (32, 32), (0, 255, 255, 0)), "JPEG", quality=95)
    adobe = plain.index(b"Adobe")
    as_ycck = plain[: adobe + 11] + b"\2" + plain[adobe + 12 :]

    assert plain[adobe + 11] != 2
    assert reason_for(as_ycck) is None
    assert colour_at(sanitise(plain).jpeg, 0.5, 0.5) != colour_at(sanitise(as_ycck).jpeg, 0.5, 0.5)


def test_grey_jpegs_are_read() -> None:
    """One channel is enough."""
    ramp = Image.frombytes("L", (32, 1), GREYS).resize((64, 64))

    assert reason_for(saved(ramp, "JPEG")) is None


ARITHMETIC = b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBk"
    "eFxlZ2P/yQALCAAQABABAREA/8wABgAQEAX/2gAIAQEAAD8A+8acXensZrImH3M1caWNCuIBpbw9RNBh96meATlVSIG8uzk9oPiJtz9Qa8lhp29B"
    "mIaBrazBzZkNjtGOpvZODDtTJIXBpwNkehjLS4WvlYNBE0M5euq3jP/Z"
)
"""A ramp of 16 × 16 greys in the coding that no camera and no browser knows. Written by `cjpeg -arithmetic`."""
FRAME = plain_jpeg(a_slope()).index(b"\xff\xc0")


def with_frame(code: int, bits: int = 8) -> bytes:
    """A JPEG whose header announces another way of coding, or another depth."""
    plain = plain_jpeg(a_slope())
    return plain[: FRAME + 1] + bytes((code,)) + plain[FRAME + 2 : FRAME + 4] + bytes((bits,)) + plain[FRAME + 5 :]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        pytest.param(ARITHMETIC, None, id="arithmetic coding"),
        pytest.param(with_frame(0xC1), None, id="extended"),
        pytest.param(with_frame(0xC1, 12), Reason.DAMAGED, id="12 bits"),
        pytest.param(with_frame(0xC3), Reason.DAMAGED, id="lossless"),
        pytest.param(with_frame(0xC3, 16), Reason.DAMAGED, id="lossless 16 bits"),
        pytest.param(with_frame(0xC5), Reason.DAMAGED, id="differential"),
        pytest.param(with_frame(0xCB), Reason.DAMAGED, id="lossless arithmetic"),
        pytest.param(with_frame(0xCF), Reason.DAMAGED, id="differential arithmetic"),
    ],
)
def test_rare_ways_of_coding_are_read_or_refused_in_good_order(raw: bytes, reason: Reason | None) -> None:
    """What no decoder of ours knows is damaged in its eyes, and never an error of the server."""
    assert reason is reason_for(raw)


@pytest.mark.parametrize("chroma", [420, 444])
def test_ten_bits_of_a_heic_keep_their_colours(chroma: int) -> None:
    """Cameras with high dynamic range write ten bits."""
    levels = np.full((64, 64, 3), (60_000, 20_000, 10_000), np.uint16)
    target = io.BytesIO()
    pillow_heif.from_bytes("RGB;16", (64, 64), levels.tobytes()).save(target, quality=95, chroma=chroma)

    assert np.allclose((234, 78, 39), colour_at(sanitise(target.getvalue()).jpeg, 0.5, 0.5), atol=6)


@pytest.mark.parametrize("brand", [b"heic", b"avif"])
def test_greys_of_a_heic_and_an_avif_are_read(brand: bytes) -> None:
    """One channel is enough here, too."""
    ramp = Image.frombytes("L", (32, 1), GREYS).resize((64, 64))
    coded = iso_media.coded_avif(ramp) if brand == b"avif" else iso_media.coded_heic(ramp)

    assert reason_for(iso_media.written([coded], brand=brand)) is None


GREY_PROFILE = srgb_profile().replace(b"RGB XYZ ", b"GRAY" + b"XYZ ")
LAB_PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


@pytest.mark.parametrize("kind", EVERY_KIND)
@pytest.mark.parametrize(
    "profile",
    [
        pytest.param(GREY_PROFILE, id="for greys"),
        pytest.param(LAB_PROFILE, id="for Lab"),
        pytest.param(srgb_profile()[:200], id="cut off"),
        pytest.param(srgb_profile() + bytes(limits.ICC_BYTES), id="huge"),
        pytest.param(b"\xff" * 3000, id="nonsense"),
    ],
)
def test_a_profile_that_does_not_fit_changes_nothing(kind: str, profile: bytes) -> None:
    """A profile for another colour space, a broken one and a huge one are passed over; the colours stay."""
    scene = a_slope()
    photo = sanitise(with_profile(kind, scene, profile))

    assert np.abs(pixels(photo.jpeg) - np.asarray(scene).astype(np.int16)).max() <= 12


def with_profile(kind: str, scene: Image.Image, profile: bytes) -> bytes:
    """A photo with that profile; in a JPEG as long a piece of it as 255 segments can hold."""
    if kind == "jpeg":
        pieces = [profile[at : at + 65_000] for at in range(0, len(profile), 65_000)]
        head = b"ICC_PROFILE\0"
        own = [segment(0xE2, head + bytes((n, len(pieces))) + piece) for n, piece in enumerate(pieces, 1)]
        return within(plain_jpeg(scene), *own)
    return EVERY_KIND[kind](scene, profile=profile)


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_profile_that_fits_is_heeded(kind: str) -> None:
    """Control: a photo in another colour space looks on any screen as it did on the telephone."""
    photo = sanitise(EVERY_KIND[kind](Image.new("RGB", (64, 64), (220, 40, 40)), profile=camera.swapped_profile()))

    red, green, _ = colour_at(photo.jpeg, 0.5, 0.5)
    assert green > 150 > red

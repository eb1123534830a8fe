"""Photos that did not arrive whole: half a picture is not kept, and damage beside the picture costs nothing."""

import io
from collections.abc import Callable, Mapping

import numpy as np
import pytest
from PIL import Image, ImageFile

from tests.uploads import camera, heics, iso_media, pngs
from tests.uploads.camera import EVERY_KIND
from tests.uploads.looking import pixels
from tests.uploads.scenes import a_noise, a_scene, saved
from tests.uploads.verdicts import reason_for
from uploads import Reason, sanitise

END = b"\xff\xd9"
SCENE = a_noise(320, 240)


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_photo_that_did_not_arrive_whole_is_refused(kind: str) -> None:
    """Half a picture is not kept: the reporter is told, and may send the report without it."""
    whole = EVERY_KIND[kind](a_scene(320, 240))
    start = whole.index(b"\xff\xda") if kind == "jpeg" else len(whole) // 2

    assert Reason.DAMAGED is reason_for(whole[: start + 100])


def test_half_a_photo_is_never_let_through_by_a_setting() -> None:
    """Pillow can be told to fill what is missing with grey; here it is not."""
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False
    assert Reason.DAMAGED is reason_for(camera.jpeg()[: camera.jpeg().index(b"\xff\xda") + 60])


WAYS: Mapping[str, Callable[[], bytes]] = {
    "plain": lambda: saved(SCENE, "JPEG"),
    "every colour in full": lambda: saved(SCENE, "JPEG", subsampling=0),
    "grey": lambda: saved(SCENE.convert("L"), "JPEG"),
    "for printers": lambda: saved(SCENE.convert("CMYK"), "JPEG"),
    "with restart points": lambda: saved(SCENE, "JPEG", restart_marker_rows=1),
    "large": lambda: saved(a_noise(2400, 1800), "JPEG"),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_a_jpeg_that_has_an_end_and_no_rest_is_refused(way: str, share: float) -> None:
    """Some programs put an end to what they have. libjpeg fills up with grey and says nothing that Pillow passes on."""
    whole = WAYS[way]()
    start = whole.index(b"\xff\xda") + 20
    cut = whole[: start + int(share * (len(whole) - start))].rstrip(b"\xff") + END

    assert reason_for(whole) is None
    assert Reason.DAMAGED is reason_for(cut)


def test_pillow_alone_would_take_it() -> None:
    """Control: without our second look a photo without its lower half is a photo, half of it grey."""
    whole = WAYS["plain"]()
    cut = io.BytesIO(whole[: len(whole) // 2].rstrip(b"\xff") + END)

    with Image.open(cut) as image:
        assert (128, 128, 128) == image.convert("RGB").getpixel((300, 230))


@pytest.mark.parametrize("grey", [127, 128])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_rows": 1}, {"subsampling": 0}])
@pytest.mark.parametrize("size", [(96, 64), (7, 5), (1, 1), (2600, 40)])
def test_a_picture_that_is_grey_by_itself_is_kept(grey: int, options: dict[str, int], size: tuple[int, int]) -> None:
    """Control: a wall, or a border, of that very grey is whole, and known to be."""
    wall = Image.new("RGB", size, (grey, grey, grey))
    bordered = a_scene(*size)
    bordered.paste((grey, grey, grey), (0, size[1] // 2, *size))

    assert reason_for(saved(wall, "JPEG", **options)) is None
    assert reason_for(saved(bordered, "JPEG", **options)) is None


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_progressive_jpeg_without_its_last_scans_is_kept_if_all_of_it_is_seen(share: float) -> None:
    """What is missing there is sharpness: every place of the picture has been drawn once, and none is grey."""
    whole = saved(SCENE, "JPEG", progressive=True)
    cut = whole[: int(share * len(whole))].rstrip(b"\xff") + END

    assert reason_for(cut) is None
    assert np.abs(pixels(sanitise(cut).jpeg) - pixels(sanitise(whole).jpeg))[-20:].mean() < 40


def test_a_progressive_jpeg_of_which_places_were_never_drawn_is_refused() -> None:
    """The first scan is cut off: below, there is nothing but grey."""
    whole = saved(SCENE, "JPEG", progressive=True)
    first, second = whole.index(b"\xff\xda"), whole.index(b"\xff\xda", whole.index(b"\xff\xda") + 2)
    cut = whole[: (first + second) // 2].rstrip(b"\xff") + END

    assert Reason.DAMAGED is reason_for(cut)


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_a_png_whose_pixels_end_early_is_refused(share: float) -> None:
    """Whole in its chunks, with an end and right checksums, and not in its pixels."""
    whole = saved(SCENE, "PNG")
    start, end = whole.index(b"IDAT") + 4, whole.index(b"IEND") - 8
    cut = whole[: start - 8] + pngs.chunk(b"IDAT", whole[start : start + int(share * (end - start))]) + whole[end + 4 :]

    assert reason_for(whole) is None
    assert Reason.DAMAGED is reason_for(cut)


@pytest.mark.parametrize("brand", [b"heic", b"avif"])
def test_an_item_that_ends_early_is_refused(brand: bytes) -> None:
    """The file is whole in its boxes; the picture in it is not."""
    item = heics.coded(brand)(SCENE)
    whole, cut = (
        iso_media.written([item.holding(item.data[:size])], brand=brand) for size in (None, len(item.data) // 2)
    )

    assert reason_for(whole) is None
    assert Reason.DAMAGED is reason_for(cut)


def test_a_webp_that_ends_early_is_refused() -> None:
    """Here too the file is whole in its chunks."""
    whole = saved(SCENE, "WEBP", quality=90)
    half = (len(whole) // 4) * 2
    cut = b"RIFF" + (half - 8).to_bytes(4, "little") + whole[8:16] + (half - 20).to_bytes(4, "little") + whole[20:half]

    assert b"VP8 " == whole[12:16]
    assert reason_for(whole) is None
    assert Reason.DAMAGED is reason_for(cut)

"""What becomes of a photo that is accepted: the same picture, upright, and nothing else of it."""

import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile

from tests.uploads import camera
from tests.uploads.camera import CANARY, EVERY_KIND
from tests.uploads.looking import colour_at, pixels, remains
from uploads import PhotoRejected, Reason, facts, limits, sanitise, thumbnail

kinds = pytest.mark.parametrize("kind", EVERY_KIND)

_AS_STORED = {
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


@kinds
def test_no_metadata_survives(kind: str) -> None:
    """Nothing that the camera wrote is left in the bytes that are kept."""
    assert set() == remains(sanitise(EVERY_KIND[kind]()).jpeg)


@kinds
def test_the_camera_of_these_tests_writes_what_must_not_survive(kind: str) -> None:
    """Control: the files that go in do hold the canary, uncompressed and more than once."""
    assert EVERY_KIND[kind]().count(CANARY) >= 4


def test_a_naive_copy_is_caught() -> None:
    """Control: saving again leaves the comment unasked, and EXIF and profile when asked; both are noticed."""
    image = Image.open(BytesIO(camera.jpeg()))
    naive, with_exif = BytesIO(), BytesIO()
    image.save(naive, "JPEG")
    image.save(with_exif, "JPEG", exif=image.info["exif"], icc_profile=image.info["icc_profile"])

    assert {"canary", "COM", "comment"} == remains(naive.getvalue())
    assert {"canary", "COM", "EXIF", "APP1", "APP2", "icc_profile"} <= remains(with_exif.getvalue())


@kinds
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_comes_out_upright(kind: str, orientation: int) -> None:
    """However the telephone was held, the picture is shown as it was seen, pixel by pixel."""
    scene = camera.a_scene()
    turn = _AS_STORED[orientation]
    stored = scene if turn is None else scene.transpose(turn)

    photo = sanitise(EVERY_KIND[kind](stored, exif_block=camera.exif(orientation=orientation)))

    assert (scene.width, scene.height) == (photo.width_px, photo.height_px)
    assert _difference(photo.jpeg, sanitise(camera.png(scene)).jpeg) < 2


def test_a_turn_that_is_left_out_is_noticed() -> None:
    """Control: the eight ways to hold a camera give pictures that are far from each other."""
    square = camera.a_scene(64, 64)
    turned = [square if turn is None else square.transpose(turn) for turn in _AS_STORED.values()]
    seen = [sanitise(camera.png(scene)).jpeg for scene in turned]

    assert all(_difference(one, other) > 20 for one, other in combinations(seen, 2))


def test_the_measures_and_the_digest_are_those_of_the_bytes() -> None:
    """Width, height and SHA-256 are true of what is kept, and the same photo gives the same bytes."""
    photo = sanitise(camera.jpeg())

    assert pixels(photo.jpeg).shape == (photo.height_px, photo.width_px, 3)
    assert hashlib.sha256(photo.jpeg).hexdigest() == photo.sha256
    assert photo == sanitise(camera.jpeg())


@pytest.mark.parametrize(
    ("size", "kept"),
    [
        ((4000, 3000), (2000, 1500)),
        ((3024, 4032), (1500, 2000)),
        ((4001, 2251), (2000, 1125)),
        ((1999, 10), (1999, 10)),
        ((9000, 2), (2000, 1)),
        ((1, 1), (1, 1)),
    ],
)
def test_the_longest_edge_is_two_thousand_pixels(size: tuple[int, int], kept: tuple[int, int]) -> None:
    """A large photo is made smaller in its own shape; a small one keeps its size."""
    photo = sanitise(camera.jpeg(Image.new("RGB", size, "red")))

    assert kept == (photo.width_px, photo.height_px)


@kinds
def test_colours_are_those_that_the_profile_means(kind: str) -> None:
    """A photo in another colour space looks on any screen as it did on the telephone."""
    photo = sanitise(EVERY_KIND[kind](Image.new("RGB", (64, 64), (220, 40, 40)), profile=camera.swapped_profile()))

    red, green, _ = colour_at(photo.jpeg, 0.5, 0.5)
    assert green > 150 > red


@pytest.mark.parametrize(
    ("mode", "colour"),
    [("1", 1), ("L", 200), ("LA", (200, 255)), ("P", 3), ("RGB", (200, 200, 200)), ("RGBA", (200, 200, 200, 255))],
)
def test_every_kind_of_png_is_read(mode: str, colour: object) -> None:
    """Drawings, greys and palettes come out as RGB."""
    target = BytesIO()
    Image.new(mode, (20, 20), colour).save(target, "PNG")  # type: ignore[arg-type]  # each mode has its own colours

    assert (20, 20) == (sanitise(target.getvalue()).width_px, sanitise(target.getvalue()).height_px)


def test_what_is_see_through_becomes_white() -> None:
    """A cut-out picture is shown on white, and what was hidden beneath does not reappear."""
    scene = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    scene.paste((0, 0, 0, 255), (0, 0, 32, 64))
    photo = sanitise(camera.png(scene))

    assert all(level < 10 for level in colour_at(photo.jpeg, 0.1, 0.5))
    assert all(level > 245 for level in colour_at(photo.jpeg, 0.9, 0.5))


def test_sixteen_bit_greys_keep_their_brightness() -> None:
    """A scanner's 16-bit picture is not blown out to white."""
    target = BytesIO()
    Image.fromarray(np.full((32, 32), 32768, np.uint16)).save(target, "PNG")

    assert all(abs(level - 128) <= 2 for level in colour_at(sanitise(target.getvalue()).jpeg, 0.5, 0.5))


def test_a_printer_s_colours_are_converted() -> None:
    """A CMYK picture from an editor comes out in screen colours."""
    target = BytesIO()
    Image.new("CMYK", (32, 32), (0, 255, 255, 0)).save(target, "JPEG", quality=95)

    red, green, blue = colour_at(sanitise(target.getvalue()).jpeg, 0.5, 0.5)
    assert red > 200
    assert max(green, blue) < 80


def test_the_same_picture_is_recognised_and_another_is_not() -> None:
    """A photo sent twice, once shrunk by a messenger, has nearly the same dhash; another photo has not."""
    scene = Image.effect_mandelbrot((640, 480), (-2.0, -1.5, 1.0, 1.5), 100)
    first = sanitise(camera.jpeg(scene.convert("RGB"))).dhash
    again = sanitise(camera.webp(scene.resize((320, 240)).convert("RGB"))).dhash
    other = sanitise(camera.jpeg(scene.rotate(90).convert("RGB"))).dhash

    assert -(2**63) <= first < 2**63
    assert (first ^ again).bit_count() <= 4
    assert (first ^ other).bit_count() > 12


@pytest.mark.parametrize("long_side_px", limits.THUMBNAIL_SIDES_PX)
def test_a_smaller_copy_is_as_clean(long_side_px: int) -> None:
    """The copies for lists pass the same gate, whatever they were made from."""
    scene = camera.a_scene(1600, 1200)
    small = thumbnail(camera.jpeg(scene), long_side_px)

    assert set() == remains(small)
    assert (long_side_px * 3 // 4, long_side_px, 3) == pixels(small).shape
    with pytest.raises(PhotoRejected):
        thumbnail(sanitise(camera.jpeg(scene)).jpeg[:-100], long_side_px)


def test_nothing_is_written_while_a_photo_is_cleaned() -> None:
    """The original rests nowhere: no file is opened for writing, not even a temporary one."""
    photos = [kind() for kind in EVERY_KIND.values()]
    with _files_written() as written:
        for raw in photos:
            sanitise(raw)
            facts(raw, now=datetime.now(UTC))

    assert set() == written


def test_a_file_that_is_written_is_noticed(tmp_path: Path) -> None:
    """Control: the watch over files sees one."""
    with _files_written() as written:
        (tmp_path / "original.jpg").write_bytes(CANARY)

    assert {str(tmp_path / "original.jpg")} == written


def test_half_a_photo_is_never_let_through_by_a_setting() -> None:
    """Pillow can be told to fill what is missing with grey; here it is not."""
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False
    with pytest.raises(PhotoRejected) as refusal:
        sanitise(camera.jpeg()[:-2000][: camera.jpeg().index(b"\xff\xda") + 60])
    assert refusal.value.reason is Reason.DAMAGED


def _difference(one: bytes, other: bytes) -> float:
    """The mean difference of two pictures of the same size, in levels of 0 to 255."""
    return float(np.abs(pixels(one) - pixels(other)).mean())


_watched: list[set[str]] = []


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if _watched and event == "open":
        path, mode, flags = arguments
        if (isinstance(mode, str) and set(mode) & set("wax+")) or (isinstance(flags, int) and flags & 0b11):
            _watched[-1].add(str(path))


@cache
def _watch_files() -> None:
    """Once: an audit hook cannot be taken away again, only left without anything to do."""
    sys.addaudithook(_note)


@contextmanager
def _files_written() -> Iterator[set[str]]:
    """The paths that Python opens for writing meanwhile."""
    _watch_files()
    _watched.append(set())
    try:
        yield _watched[-1]
    finally:
        _watched.pop()

"""What becomes of a photo that is accepted: the same picture, upright, and nothing else of it."""

import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.uploads import camera
from tests.uploads.camera import CANARY, EVERY_KIND
from tests.uploads.looking import pixels, remains
from uploads import PhotoRejected, facts, limits, sanitise, thumbnail

kinds = pytest.mark.parametrize("kind", EVERY_KIND)


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

"""Files built to be expensive: what a photo costs is known before it is decoded, and has a limit."""

import io
import re
import struct
import time
import zlib
from collections.abc import Callable, Iterator, Mapping

import pytest
from PIL import Image

from tests.uploads import camera, iso_media
from tests.uploads.camera import chunk
from tests.uploads.iso_media import Item, Reference, grid, overlay, written
from tests.uploads.scenes import a_scene, saved
from tests.uploads.test_colours import ARITHMETIC
from tests.uploads.verdicts import cpu_s, reason_for
from uploads import Reason, limits

MOST_CPU_S = 5.0
"""What a photo may cost on a machine three times as slow as ours, on which the dearest takes two."""


BOMBS: Mapping[str, Callable[[], bytes]] = {
    "jpeg": lambda: a_jpeg_declaring(10_000, 5_001),
    "png": lambda: a_png_declaring(4_000, 4_001),
    "png of a gigapixel": lambda: a_png_declaring(2**31 - 1, 2**31 - 1),
    "webp": lambda: a_webp_declaring(16_000, 16_000),
    "heic": lambda: written([iso_media.coded_heic(a_scene()).claiming(10_000, 5_001)]),
    "avif": lambda: written([iso_media.coded_avif(a_scene()).claiming(4_000, 4_001)], brand=b"avif"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_photo_that_declares_too_much_is_not_decoded(bomb: str) -> None:
    """The header is believed before any memory is taken: refused within a moment."""
    raw = BOMBS[bomb]()
    began = time.process_time()

    assert Reason.TOO_MANY_PIXELS is reason_for(raw)
    assert time.process_time() - began < 0.2


def test_the_largest_photo_of_a_telephone_is_within_the_limit() -> None:
    """Control: fifty million pixels are not too many, one row more is."""
    assert reason_for(saved(Image.new("L", (10_000, 5_000), 200), "JPEG")) is None
    assert Reason.TOO_MANY_PIXELS is reason_for(a_jpeg_declaring(10_000, 5_001))


def a_jpeg_declaring(width: int, height: int) -> bytes:
    """A small JPEG whose header says something else."""
    return declared(saved(Image.new("RGB", (16, 16), "red"), "JPEG"), 0xC0, width, height)


def declared(plain: bytes, frame: int, width: int, height: int) -> bytes:
    """The JPEG with another size in its header."""
    at = plain.index(bytes((0xFF, frame))) + 5
    return plain[:at] + struct.pack(">HH", height, width) + plain[at + 4 :]


def a_png_declaring(width: int, height: int) -> bytes:
    """A PNG of zeros, as many as a small file can hold."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def a_webp_declaring(width: int, height: int) -> bytes:
    """A WebP whose canvas is larger than its picture."""
    plain = camera.webp()
    at = plain.index(b"VP8X") + 12
    return plain[:at] + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little") + plain[at + 6 :]


def progressive(width: int, height: int, scans: int) -> bytes:
    """A progressive JPEG of that many scans, the dearest of an encoder's ten being repeated: refining every block."""
    pieces = list(scans_of(saved(Image.new("RGB", (width, height), "teal"), "JPEG", progressive=True, subsampling=0)))
    return b"".join(pieces[:scans]) + pieces[9] * (scans - 10) + b"\xff\xd9"


def scans_of(whole: bytes) -> Iterator[bytes]:
    """The scans of a JPEG with the tables before each, the first with all that stands before it."""
    start = 0
    for scan in re.finditer(rb"\xff\xda", whole):
        ended = re.compile(rb"\xff[\xc4\xd9\xda]").search(whole, scan.end())
        assert ended is not None
        yield whole[start : ended.start()]
        start = ended.start()


@pytest.mark.parametrize(("width", "height", "scans"), [(8000, 6200, 10), (8000, 6200, 12), (4000, 3000, 15)])
def test_progressive_photos_of_encoders_are_kept(width: int, height: int, scans: int) -> None:
    """Ten scans are what encoders write, fifteen what some do; neither costs much, at any size that a telephone has."""
    raw = progressive(width, height, scans)

    began = time.process_time()

    assert scans == raw.count(b"\xff\xda")
    assert reason_for(raw) is None
    assert time.process_time() - began < MOST_CPU_S


@pytest.mark.parametrize(("width", "height", "scans"), [(8000, 6200, 13), (4000, 3000, 51), (200, 100, 9_000)])
def test_more_scans_than_that_are_refused_at_once(width: int, height: int, scans: int) -> None:
    """Each scan sends the decoder over the whole picture again, at a cost of a few bytes."""
    raw = progressive(width, height, scans)
    began = time.process_time()

    assert Reason.DAMAGED is reason_for(raw)
    assert time.process_time() - began < 0.5


def test_without_the_limit_scans_would_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: forty scans take the time of forty scans."""
    few, many = progressive(4000, 3000, 10), progressive(4000, 3000, 100)
    cheap = cpu_s(few)
    monkeypatch.setattr(limits, "JPEG_PASSED_PIXELS", 10**12)

    assert reason_for(many) is None
    assert cpu_s(many) > 2 * cheap


def test_scans_in_arithmetic_coding_count_for_more() -> None:
    """They take about five times as long: what passes at a size of 100 megapixels passes here up to 20."""
    start, end = ARITHMETIC.index(b"\xff\xda"), ARITHMETIC.rindex(b"\xff\xd9")
    thrice = ARITHMETIC[:end] + ARITHMETIC[start:end] * 2 + ARITHMETIC[end:]

    assert Reason.DAMAGED is reason_for(declared(thrice, 0xC9, 8000, 6200))
    assert cpu_s(declared(ARITHMETIC, 0xC9, 8000, 6200)) < MOST_CPU_S


def thousands_of_scans() -> bytes:
    """A progressive JPEG of large size in which the decoder is sent over the whole picture again and again."""
    return progressive(6000, 6000, 3000)


FTYP = iso_media.box(b"ftyp", b"heic", bytes(4), b"mif1heic")
TOO_MANY = 1_000_000
SLOW: Mapping[str, Callable[[], bytes]] = {
    "scans": thousands_of_scans,
    "segments": lambda: b"\xff\xd8" + b"\xff\xfe\0\x02" * 2 * TOO_MANY,
    "chunks": lambda: camera.png()[:33] + chunk(b"IDAT", b"") * TOO_MANY,
    "riff chunks": lambda: b"RIFF\xff\xff\xff\0WEBP" + b"JUNK\0\0\0\0" * 2 * TOO_MANY,
    "fill bytes": lambda: b"\xff\xd8" + b"\xff" * 20 * TOO_MANY,
    "boxes": lambda: FTYP + b"\0\0\0\x08free" * 3 * TOO_MANY,
    "items": lambda: FTYP + in_meta(b"iinf", b"\0\0\0\x15infe\2\0\0\0\0\1\0\0hvc1\0" * TOO_MANY),
    "places": lambda: FTYP + in_meta(b"iloc", b"\x44\0\xff\xff" + b"\0\1\0\0\xff\xff" * 3 * TOO_MANY),
    "references": lambda: FTYP + in_meta(b"iref", b"\0\0\0\x0cdimg\0\1\0\0" * 2 * TOO_MANY),
    "properties": lambda: FTYP + in_meta(b"iprp", b"\0\0\0\x08free" * 3 * TOO_MANY),
    "tables just small enough": lambda: FTYP + crowded_tables(),
}


def in_meta(kind: bytes, content: bytes) -> bytes:
    """A file whose tables are empty but for one."""
    first = iso_media.full_box(b"pitm", b"\0\1")
    return iso_media.full_box(b"meta", first, iso_media.full_box(kind, b"\xff\xff", content))


def crowded_tables() -> bytes:
    """Tables of 200 kB each, full of whatever takes longest: one picture, transparent in 14,000 ways, of 255 kinds."""
    associations = b"\0\1\xff" + b"\1" * 255
    room = limits.ITEM_TABLE_BYTES - 100
    return iso_media.full_box(
        b"meta",
        iso_media.full_box(b"pitm", b"\0\1"),
        iso_media.full_box(b"iinf", b"\xff\xff", b"\0\0\0\x15infe\2\0\0\0\0\1\0\0hvc1\0" * (room // 21)),
        iso_media.full_box(b"iloc", b"\x44\0\0\1\0\1\0\0\xff\xff", bytes(room)),
        iso_media.full_box(b"iref", (b"\0\0\0\x0eauxl\0\1\0\1\0\1") * (room // 14)),
        iso_media.box(
            b"iprp",
            iso_media.box(b"ipco", iso_media.auxiliary("x" * 5_000_000)),
            iso_media.full_box(b"ipma", struct.pack(">I", room // 258), associations * (room // 258)),
        ),
    )


@pytest.mark.parametrize("slow", SLOW)
def test_a_file_built_to_be_slow_is_refused_at_once(slow: str) -> None:
    """Nobody can keep the service busy with one small file."""
    raw = SLOW[slow]()
    began = time.process_time()

    assert reason_for(raw) is not None
    assert time.process_time() - began < 1


LARGE = (2000, 1500)


@pytest.fixture(scope="module")
def large() -> dict[bytes, Item]:
    """A picture of three megapixels in a few kilobytes, in both codings."""
    scene = Image.new("RGB", LARGE, "teal")
    return {b"heic": iso_media.coded_heic(scene), b"avif": iso_media.coded_avif(scene)}


def tiles(item: Item, columns: int, rows: int, *more: bytes) -> tuple[list[Item], Reference]:
    """A grid of 64 × 64 pixels that is said to be cut out of so many large tiles, all of them the same item."""
    return [grid(64, 64, columns, rows).but(*more), item.hidden_away()], Reference(b"dimg", 1, (2,) * columns * rows)


BUILT: Mapping[str, Callable[[dict[bytes, Item]], bytes]] = {
    "a small picture out of 256 large tiles": lambda large: written(*as_lists(tiles(large[b"heic"], 16, 16))),
    "and of AVIF": lambda large: written(*as_lists(tiles(large[b"avif"], 16, 16)), brand=b"avif"),
    "transparency out of 256 large tiles": lambda large: written(
        [iso_media.coded_heic(a_scene(64, 64)), grid(64, 64, 16, 16).but(iso_media.ALPHA), large[b"heic"]],
        [Reference(b"auxl", 2, (1,)), Reference(b"dimg", 2, (3,) * 256)],
    ),
    "a thousand pictures in one item": lambda large: written(
        [large[b"avif"].holding(large[b"avif"].data * 1000)], brand=b"avif"
    ),
    "layers": lambda large: written([overlay(*LARGE, 8), large[b"heic"]], [Reference(b"dimg", 1, (2,) * 8)]),
    "a grid of grids": lambda large: written(
        [grid(64, 64, 1, 1), grid(64, 64, 16, 16), large[b"heic"]],
        [Reference(b"dimg", 1, (2,)), Reference(b"dimg", 2, (3,) * 256)],
    ),
}


def as_lists(made: tuple[list[Item], Reference]) -> tuple[list[Item], list[Reference]]:
    """The items, and the one reference in a list."""
    return made[0], [made[1]]


@pytest.mark.parametrize("name", BUILT)
def test_a_picture_put_together_to_be_slow_is_refused_at_once(name: str, large: dict[bytes, Item]) -> None:
    """A few kilobytes could keep both cores busy for minutes: the pieces are counted, not only the whole."""
    raw = BUILT[name](large)
    began = time.process_time()

    assert reason_for(raw) in (Reason.TOO_MANY_PIXELS, Reason.DAMAGED)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("brand", [b"heic", b"avif"])
def test_a_picture_larger_than_the_file_says_is_counted_as_it_is(brand: bytes) -> None:
    """By the file's tables 64 × 64, for the decoder many megapixels: refused, or stopped by the decoder itself."""
    scene = Image.new("L", (8400, 8400) if brand == b"avif" else (3000, 2000), 99)
    coded = iso_media.coded_avif(scene) if brand == b"avif" else iso_media.coded_heic(scene)
    raw = written([coded.claiming(64, 64)], brand=brand)
    began = time.process_time()

    assert reason_for(raw) is not None
    assert time.process_time() - began < 0.2


@pytest.mark.parametrize("name", ["a small picture out of 256 large tiles", "a thousand pictures in one item"])
def test_without_the_count_it_would_be_slow(
    name: str, large: dict[bytes, Item], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: with the limit away, a part of it takes many times as long as the picture that it shows."""
    monkeypatch.setattr(limits, "CODED_PIXELS", 10**12)
    monkeypatch.setattr(limits, "CODED_PIXELS_OTHER", 10**12)
    if "tiles" in name:
        raw, once = written(*as_lists(tiles(large[b"heic"], 4, 4))), written([large[b"heic"]])
    else:
        item = large[b"avif"]
        raw, once = (written([item.holding(item.data * times)], brand=b"avif") for times in (100, 1))

    assert cpu_s(raw) > 2 * cpu_s(once)


def test_animations_are_not_decoded_beyond_their_first_picture() -> None:
    """A hundred pictures cost as much as one."""
    frames = [Image.new("RGB", (400, 300), (n, 0, 0)) for n in range(100)]
    target = io.BytesIO()
    frames[0].save(target, "WEBP", save_all=True, append_images=frames[1:], quality=10, method=0)

    assert cpu_s(target.getvalue()) < 5 * cpu_s(saved(frames[0], "WEBP")) + 0.05

"""Files that are broken, cut off or built to do harm: refused in good order, or read in spite of it."""

import random
import struct
import time
import zlib
from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.uploads import camera
from tests.uploads.camera import EVERY_KIND, Camera, chunk, segment
from tests.uploads.looking import remains
from uploads import PhotoRejected, Reason, SanitisedPhoto, limits, sanitise

_ORIGINALS = {kind: camera_of_kind() for kind, camera_of_kind in EVERY_KIND.items()}


def reason_for(raw: bytes) -> Reason | None:
    """Why the bytes are refused, None if they are not. Any other exception than PhotoRejected fails the test."""
    try:
        sanitise(raw)
    except PhotoRejected as refusal:
        return refusal.reason
    return None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><title>bild.jpg</title>",
        b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;",
        b"BM" + bytes(60),
        b"II*\0\x08\0\0\0" + bytes(60),
        b"%PDF-1.7\n",
        b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
        b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom",
        b"RIFF\x24\0\0\0WAVEfmt ",
        b"\0" * 1000,
    ],
)
def test_what_is_no_photo_is_refused(raw: bytes) -> None:
    """Pages, drawings, films, raw files and nothing at all are told from photos by their first bytes."""
    assert Reason.NOT_A_PHOTO == reason_for(raw)


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_photo_that_did_not_arrive_whole_is_refused(kind: str) -> None:
    """Half a picture is not kept: the reporter is told, and may send the report without it."""
    whole = EVERY_KIND[kind](camera.a_scene(320, 240))
    start = whole.index(b"\xff\xda") if kind == "jpeg" else len(whole) // 2

    assert Reason.DAMAGED == reason_for(whole[: start + 100])


@pytest.mark.parametrize("kind", EVERY_KIND)
@settings(max_examples=120)
@given(data=st.data())
def test_whatever_the_bytes_the_answer_is_a_photo_or_a_refusal(kind: str, data: st.DataObject) -> None:
    """Damage of any kind ends in a clean photo or in PhotoRejected, never in an error of the server."""
    mutated = bytearray(_ORIGINALS[kind])
    for place in data.draw(st.lists(st.integers(0, len(mutated) - 1), max_size=8)):
        mutated[place] = data.draw(st.integers(0, 255))
    start = data.draw(st.integers(0, len(mutated)))
    mutated[start : start + data.draw(st.integers(0, 400))] = data.draw(st.binary(max_size=40))

    try:
        photo = sanitise(bytes(mutated))
    except PhotoRejected:
        return
    assert isinstance(photo, SanitisedPhoto)
    assert set() == remains(photo.jpeg)


@given(raw=st.binary(max_size=300), start=st.sampled_from([original[:40] for original in _ORIGINALS.values()]))
def test_a_true_beginning_before_nonsense_is_refused(raw: bytes, start: bytes) -> None:
    """The right first bytes do not make a photo."""
    assert reason_for(start + raw) is not None


def _nonsense(seed: int) -> bytes:
    return random.Random(seed).randbytes(60)


_DAMAGED_METADATA: dict[str, Callable[[bytes], bytes]] = {
    "jpeg": lambda junk: _into_jpeg(
        segment(0xE0, b"JFIF\0\1"),
        segment(0xE1, b"Exif\0\0" + junk),
        segment(0xE1, b"Exif\0\0II*\0\xff\xff\xff\xff"),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + junk),
        segment(0xE2, b"ICC_PROFILE\0"),
        segment(0xE2, b"ICC_PROFILE\0\x01\x01" + junk),
        segment(0xE2, b"MPF\0" + junk),
        segment(0xED, b"Photoshop 3.0\x008BIM" + junk),
        segment(0xEE, b"Adobe"),
        segment(0xFE, junk),
    ),
    "png": lambda junk: _into_png(
        chunk(b"iCCP", junk),
        chunk(b"iCCP", b"x\0\0" + zlib.compress(junk)),
        chunk(b"eXIf", junk),
        chunk(b"zTXt", junk),
        chunk(b"iTXt", junk),
        chunk(b"tEXt", junk)[:-4] + b"crc!",
        chunk(b"zTXt", b"bomb\0\0" + zlib.compress(bytes(30_000_000))),
        chunk(b"iCCP", b"bomb\0\0" + zlib.compress(bytes(30_000_000))),
        chunk(b"acTL", junk),
    ),
    "webp": lambda junk: camera.webp(exif_block=junk, profile=junk),
    "avif": lambda junk: _with_broken_exif(camera.avif),
    "heic": lambda junk: _with_broken_exif(camera.heic),
}


@pytest.mark.parametrize("kind", EVERY_KIND)
@pytest.mark.parametrize("seed", range(5))
def test_damage_in_metadata_is_no_reason_to_refuse(kind: str, seed: int) -> None:
    """Only the pixels are kept, so only the pixels have to be whole."""
    assert reason_for(_DAMAGED_METADATA[kind](_nonsense(seed))) is None


def _into_jpeg(*segments: bytes) -> bytes:
    whole = camera.jpeg()
    return whole[:2] + b"".join(segments) + whole[2:]


def _into_png(*chunks: bytes) -> bytes:
    whole = camera.png()
    return whole[:33] + b"".join(chunks) + whole[33:]


def _with_broken_exif(camera_of_kind: Camera) -> bytes:
    whole = camera_of_kind(exif_block=camera.exif())
    assert whole.count(b"II*\0") == 1
    return whole.replace(b"II*\0", b"nono")


_BOMBS: dict[str, Callable[[], bytes]] = {
    "jpeg": lambda: _jpeg_declaring(10_000, 5_001),
    "png": lambda: _png_declaring(4_000, 4_001),
    "png of a gigapixel": lambda: _png_declaring(2**31 - 1, 2**31 - 1),
    "webp": lambda: _webp_declaring(16_000, 16_000),
}


@pytest.mark.parametrize("bomb", _BOMBS)
def test_a_photo_that_declares_too_much_is_not_decoded(bomb: str) -> None:
    """The header is believed before any memory is taken: refused within a moment."""
    raw = _BOMBS[bomb]()
    began = time.process_time()

    assert Reason.TOO_MANY_PIXELS == reason_for(raw)
    assert time.process_time() - began < 0.2


def test_the_largest_photo_of_a_telephone_is_within_the_limit() -> None:
    """Control: fifty million pixels are not too many, one row more is."""
    assert reason_for(_jpeg_declaring(10_000, 5_000)) is None
    assert Reason.TOO_MANY_PIXELS == reason_for(_jpeg_declaring(10_000, 5_001))


def _jpeg_declaring(width: int, height: int) -> bytes:
    """A small JPEG whose header says something else."""
    target = BytesIO()
    Image.new("RGB", (16, 16), "red").save(target, "JPEG")
    plain = target.getvalue()
    at = plain.index(b"\xff\xc0") + 5
    return plain[:at] + struct.pack(">HH", height, width) + plain[at + 4 :]


def _png_declaring(width: int, height: int) -> bytes:
    """A PNG of zeros, as many as a small file can hold."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def _webp_declaring(width: int, height: int) -> bytes:
    """A WebP whose canvas is larger than its picture."""
    plain = camera.webp()
    at = plain.index(b"VP8X") + 12
    return plain[:at] + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little") + plain[at + 6 :]


def _thousands_of_scans() -> bytes:
    """A progressive JPEG of large size in which the decoder is sent over the whole picture again and again."""
    target = BytesIO()
    Image.new("RGB", (6000, 6000), "red").save(target, "JPEG", progressive=True)
    plain = target.getvalue()
    last = plain.rindex(b"\xff\xda")
    return plain[:-2] + plain[last:-2] * 3000 + plain[-2:]


_SLOW: dict[str, Callable[[], bytes]] = {
    "scans": _thousands_of_scans,
    "segments": lambda: b"\xff\xd8" + b"\xff\xfe\0\x02" * 2_000_000,
    "chunks": lambda: camera.png()[:33] + chunk(b"IDAT", b"") * 1_000_000,
    "riff chunks": lambda: b"RIFF\xff\xff\xff\0WEBP" + b"JUNK\0\0\0\0" * 2_000_000,
    "fill bytes": lambda: b"\xff\xd8" + b"\xff" * 20_000_000,
}


@pytest.mark.parametrize("slow", _SLOW)
def test_a_file_built_to_be_slow_is_refused_at_once(slow: str) -> None:
    """Nobody can keep the service busy with one small file."""
    raw = _SLOW[slow]()
    began = time.process_time()

    assert reason_for(raw) is not None
    assert time.process_time() - began < 1


def test_more_bytes_than_a_request_may_have_are_refused() -> None:
    """The limit holds here too, whoever calls."""
    assert Reason.TOO_LARGE == reason_for(camera.jpeg() + bytes(limits.REQUEST_BYTES))


def test_a_refusal_does_not_quote_the_photo() -> None:
    """What a decoder says about a broken photo may hold pieces of it; it goes into no log."""
    with pytest.raises(PhotoRejected) as refusal:
        sanitise(camera.jpeg()[:200] + camera.CANARY * 50)

    assert "damaged" == str(refusal.value)
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__

"""Files that are broken, cut off or built to do harm: refused in good order, or read in spite of it."""

import random
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.uploads import camera
from tests.uploads.camera import EVERY_KIND, Camera, chunk, segment
from tests.uploads.verdicts import reason_for
from uploads import PhotoRejected, Reason, limits, sanitise

_ORIGINALS = {kind: camera_of_kind() for kind, camera_of_kind in EVERY_KIND.items()}


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

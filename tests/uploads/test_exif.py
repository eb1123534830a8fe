"""The sieve before exifread: what is of use gets through it, and nothing that is slow or private does."""

import logging
import struct
import time
from collections.abc import Mapping
from io import BytesIO

import exifread
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL.AvifImagePlugin import AvifImageFile
from PIL.ExifTags import GPS, IFD, Base

from tests.uploads import camera
from tests.uploads.camera import CANARY, POSITION, WHEN
from uploads import decode, exif

BYTE, TEXT, SHORT, LONG, FRACTION, OPAQUE, DOUBLE = 1, 2, 3, 4, 5, 7, 12
SIZES = {BYTE: 1, TEXT: 1, SHORT: 2, LONG: 4, FRACTION: 8, OPAQUE: 1, DOUBLE: 8}
OF_USE = [
    *(Base.Orientation, Base.DateTimeOriginal, Base.DateTimeDigitized),
    *(Base.OffsetTime, Base.OffsetTimeOriginal, Base.OffsetTimeDigitized),
    *(GPS.GPSLatitudeRef, GPS.GPSLatitude, GPS.GPSLongitudeRef, GPS.GPSLongitude),
    *(GPS.GPSTimeStamp, GPS.GPSDateStamp, GPS.GPSHPositioningError),
]
ONE_DIRECTORY = 8
"""Where the first directory stands. A pointer to it makes it every directory at once."""


def entry(tag: int, kind: int, count: int, place: int = ONE_DIRECTORY) -> bytes:
    """One entry of a directory; what it holds stands at `place`."""
    return struct.pack("<HHII", tag, kind, count, place)


def block(*entries: bytes, values: bytes = b"") -> bytes:
    """A block of one directory, with `values` behind it."""
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4) + values


def a_block_with(tag: int, kind: int, held: bytes) -> bytes:
    """A block in which one tag of the capture or position directory holds these bytes."""
    pointer = entry(IFD.GPSInfo if tag in list(GPS) else IFD.Exif, LONG, 1)
    return block(pointer, entry(tag, kind, len(held) // SIZES[kind], 8 + 2 + 2 * 12 + 4), values=held)


class TooManySteps(Exception):
    """More was read than a block of a few entries has."""


class Steps(BytesIO):
    """A file that may be read from only so many times."""

    def __init__(self, held: bytes, most: int) -> None:
        super().__init__(held)
        self._left = most

    def read(self, size: int | None = -1, /) -> bytes:
        """As ever. Raises TooManySteps in the end."""
        self._left -= 1
        if self._left < 0:
            raise TooManySteps
        return super().read(size)


POINTERS = [entry(IFD.Exif, LONG, 1), entry(IFD.GPSInfo, LONG, 1)]
HOSTILE: Mapping[str, bytes] = {
    "pointers that lead to themselves": block(*POINTERS * 2500),
    "thousands of long rows": block(*POINTERS, *[entry(GPS.GPSLatitude, FRACTION, 999)] * 4900),
    "thousands of opaque pieces": block(*POINTERS, *[entry(Base.DateTimeOriginal, OPAQUE, 999)] * 4900),
    "every tag as long as may be, in every directory": block(
        *POINTERS, *(entry(tag, FRACTION, 25) for tag in OF_USE * 300)
    ),
    "every tag of as many values as may be": block(*POINTERS, *(entry(tag, BYTE, 64) for tag in OF_USE * 300)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_block_built_to_be_slow_is_read_in_a_few_steps(name: str) -> None:
    """Nobody can keep the service busy with sixty kilobytes."""
    small = exif.sieve(HOSTILE[name])
    exifread.process_file(Steps(small, 1000), details=False)

    began = time.process_time()
    exif.tags(HOSTILE[name])
    assert time.process_time() - began < 0.1


@pytest.mark.parametrize("name", HOSTILE)
def test_without_the_sieve_it_would_be_slow(name: str) -> None:
    """Control: exifread reads from the same block a hundred times as often, and would go on."""
    with pytest.raises(TooManySteps):
        exifread.process_file(Steps(HOSTILE[name], 100_000), details=False)


@given(
    entries=st.lists(
        st.builds(
            entry,
            st.sampled_from([*OF_USE, IFD.Exif, IFD.GPSInfo]),
            st.integers(0, 14),
            st.integers(0, 300) | st.integers(0, 2**32 - 1),
            st.just(ONE_DIRECTORY) | st.integers(0, 300) | st.integers(0, 2**32 - 1),
        ),
        max_size=40,
    ),
    values=st.binary(max_size=300),
)
def test_what_gets_through_is_small_and_of_use(entries: list[bytes], values: bytes) -> None:
    """Whatever the block, at most three kilobytes are left of it, and those are read without an error."""
    whole = block(*entries, values=values)
    small = exif.sieve(whole)

    assert len(small) < 3000
    assert small == exif.sieve(small)
    assert exif.tags(whole).keys() <= set(OF_USE)


@pytest.mark.parametrize("order", ["<", ">"])
def test_what_is_of_use_gets_through_and_nothing_private_does(order: str) -> None:
    """The camera's name, its owner and the thumbnail are not looked at; how, when and where are."""
    whole = camera.exif(gps={**POSITION, 31: [(13, 2)]}, orientation=6, order=order)

    assert CANARY in whole
    assert CANARY not in exif.sieve(whole)
    assert {
        Base.Orientation: (6,),
        Base.DateTimeOriginal: WHEN,
        GPS.GPSLatitudeRef: "N",
        GPS.GPSLatitude: (59, 20, 15),
        GPS.GPSLongitudeRef: "E",
        GPS.GPSLongitude: (18, 5, 30),
        GPS.GPSHPositioningError: (6.5,),
    } == exif.tags(whole)


@pytest.mark.parametrize(
    ("tag", "kind", "held", "read"),
    [
        (Base.DateTimeOriginal, TEXT, WHEN.encode() + b"\0", WHEN),
        (Base.DateTimeOriginal, OPAQUE, WHEN.encode(), WHEN),
        (Base.DateTimeOriginal, TEXT, WHEN.encode() + b"  \0" + CANARY, WHEN),
        (Base.OffsetTime, TEXT, b"+02:\xff\xff\0", "+02:��"),
        (GPS.GPSLatitude, FRACTION, struct.pack("<6I", 59, 1, 20, 1, 1500, 100), (59, 20, 15)),
        (GPS.GPSLatitude, BYTE, bytes(64), (0,) * 64),
    ],
)
def test_a_value_is_read_as_it_was_meant(tag: int, kind: int, held: bytes, read: exif.Value) -> None:
    """Text without what follows its end, whatever type the camera gave it; fractions as numbers."""
    assert {tag: read} == exif.tags(a_block_with(tag, kind, held))


@pytest.mark.parametrize(
    ("tag", "kind", "held"),
    [(GPS.GPSLatitude, BYTE, bytes(65)), (GPS.GPSLatitude, FRACTION, bytes(8 * 26)), (Base.Make, TEXT, CANARY)],
)
def test_what_is_too_long_or_not_asked_for_is_passed_over(tag: int, kind: int, held: bytes) -> None:
    """A date has twenty letters and a place three fractions; nothing that is much longer is either."""
    assert b"" == exif.sieve(a_block_with(tag, kind, held))


def test_no_more_than_a_thousand_entries_are_looked_at() -> None:
    """No camera writes as many into one directory."""
    held, filler = entry(Base.Orientation, SHORT, 1, 6), entry(Base.Make, SHORT, 1, 6)

    assert 6 == exif.orientation(block(*[filler] * 999, held))
    assert b"" == exif.sieve(block(*[filler] * 1000, held))


def test_what_is_cut_off_is_passed_over() -> None:
    """Half a date is none."""
    whole = a_block_with(Base.DateTimeOriginal, TEXT, WHEN.encode())

    assert b"" == exif.sieve(whole[:-1])
    assert {} == exif.tags(whole[:-1])


DOUBLES = struct.pack("<3d", 59, 20, 15.25)
IN_DOUBLES = a_block_with(GPS.GPSLatitude, DOUBLE, DOUBLES)
"""A place in floating point, which exifread hands out in a form of its own."""


def test_where_exifread_fails_pillow_reads() -> None:
    """What one library cannot make use of is read by the other."""
    alone = exifread.process_file(BytesIO(IN_DOUBLES), details=False)

    assert [(59,), (20,), (15.25,)] == alone["GPS GPSLatitude"].values
    assert {GPS.GPSLatitude: (59, 20, 15.25)} == exif.tags(IN_DOUBLES)


def test_no_log_says_where_somebody_was(caplog: pytest.LogCaptureFixture) -> None:
    """Even when everything is logged, the libraries do not quote a photo."""
    caplog.set_level(logging.DEBUG)
    exif.tags(camera.exif(gps=POSITION))
    exif.tags(IN_DOUBLES)

    assert [] == caplog.messages


@pytest.mark.parametrize(
    ("library", "quoted"), [("exifread", "[(59.0,), (20.0,), (15.25,)]"), ("PIL.TiffImagePlugin", repr(DOUBLES))]
)
def test_the_libraries_would_quote_it(library: str, quoted: str, caplog: pytest.LogCaptureFixture) -> None:
    """Control: left to themselves both write the place into the log."""
    caplog.set_level(logging.DEBUG, logger=library)
    exif.tags(IN_DOUBLES)

    assert quoted in caplog.text


def a_turned_avif_with_many_fractions() -> bytes:
    """A photo that is turned by a property of the file, with 200 kB of fractions in its EXIF block."""
    length, tag = 200_000, 0x9999
    turned = block(entry(Base.Orientation, SHORT, 1, 6), entry(tag, BYTE, length, 38), values=b"1" * length)
    written = camera.avif(exif_block=turned)
    fractions = written.replace(entry(tag, BYTE, length)[:8], entry(tag, FRACTION, length // 8)[:8])
    assert written != fractions
    return fractions


def test_the_block_of_a_turned_avif_is_not_written_anew() -> None:
    """The block is taken as the camera wrote it, at once, however large it is."""
    photo = a_turned_avif_with_many_fractions()

    began = time.process_time()
    as_written = decode.embedded_exif(photo)

    assert time.process_time() - began < 0.1
    assert as_written in photo
    assert b"1" * 200_000 in as_written


def test_pillow_would_write_it_anew() -> None:
    """Control: what Pillow hands out is another block, for which it had to look at every fraction."""
    photo = a_turned_avif_with_many_fractions()

    assert AvifImageFile(BytesIO(photo)).info["exif"] not in photo

"""Reads the thirteen EXIF tags that are of use, and none of the others: how the camera was held, when and where.

In two steps, because a block of 60 kB can be built that keeps exifread busy for minutes. The sieve looks at each entry
once and copies what is of use, whole and small into a block of its own, 3 kB at most. exifread tells what that means;
Pillow does where exifread fails. Source: CIPA DC-008 (EXIF 3.0), 4.6; TIFF 6.0, section 2.
"""

import logging
import math
import struct
from collections.abc import Iterable, Mapping, Set
from contextlib import suppress
from io import BytesIO
from typing import Any, Final, NamedTuple, SupportsFloat

import exifread
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

Value = str | tuple[float, ...]
"""Text, or a row of numbers; NaN stands for a division by zero."""

_MAIN: Final[Set[int]] = {Base.Orientation}
_BELOW: Final[Mapping[int, Set[int]]] = {
    IFD.Exif: {
        Base.DateTimeOriginal,
        Base.DateTimeDigitized,
        Base.OffsetTime,
        Base.OffsetTimeOriginal,
        Base.OffsetTimeDigitized,
    },
    IFD.GPSInfo: {
        GPS.GPSLatitudeRef,
        GPS.GPSLatitude,
        GPS.GPSLongitudeRef,
        GPS.GPSLongitude,
        GPS.GPSTimeStamp,
        GPS.GPSDateStamp,
        GPS.GPSHPositioningError,
    },
}
"""What is of use in the main directory, and in the two that it points to. No number stands for two of these tags."""

_TEXT, _LONG, _OPAQUE = 2, 4, 7
_SIZES: Final = {1: 1, _TEXT: 1, 3: 2, _LONG: 4, 5: 8, _OPAQUE: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
"""The types that are let through, with the bytes of one value."""
_MOST_ENTRIES: Final = 1000
_MOST_VALUES: Final = 64
_MOST_BYTES: Final = 200

for _library in ("exifread", "PIL.TiffImagePlugin"):
    # At DEBUG both quote what they read, and no log is a place for where somebody was.
    logging.getLogger(_library).setLevel(logging.CRITICAL)


def orientation(block: bytes) -> int:
    """How the camera was held, 1 (upright) to 8; 1 for a block that is damaged or does not say."""
    held = tags(block).get(Base.Orientation)
    return int(held[0]) if isinstance(held, tuple) and held[0] in range(1, 9) else 1


def tags(block: bytes) -> dict[int, Value]:
    """The tags above that are there and whole, by their numbers. Never raises; a few milliseconds at most."""
    small = sieve(block)
    for read in (_by_exifread, _by_pillow) if small else ():
        with suppress(Exception):  # exifread has been seen to raise five kinds, AssertionError among them
            if found := {number: _plain(held) for number, held in read(small).items() if number not in _BELOW}:
                return found
    return {}


def _by_exifread(small: bytes) -> dict[int, Any]:
    read = exifread.process_file(BytesIO(small), details=False, extract_thumbnail=False)
    return {tag.tag: tag.values for tag in read.values()}


def _by_pillow(small: bytes) -> dict[int, Any]:
    exif = Image.Exif()
    exif.load(small)
    return {**exif, **exif.get_ifd(IFD.Exif), **exif.get_ifd(IFD.GPSInfo)}


def _plain(held: str | bytes | SupportsFloat | Iterable[SupportsFloat]) -> Value:
    """A library's value as text without its NUL and what follows, or as a row, if only of one number."""
    if isinstance(held, bytes):
        held = held.decode("ascii", "replace")
    if isinstance(held, str):
        return held.partition("\0")[0].strip()
    return tuple(map(_number, held if isinstance(held, Iterable) else (held,)))


def _number(held: SupportsFloat) -> float:
    try:
        return float(held)
    except ZeroDivisionError:
        return math.nan


def sieve(block: bytes) -> bytes:
    """A fresh block that holds the tags above, as far as they are there, whole and small; empty if none is.

    Follows three pointers and looks at each entry once, whatever the damage around it; about a millisecond.
    """
    tiff = block.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return b""
    main = _entries(tiff, order, tiff[4:8], _MAIN | _BELOW.keys())
    small = bytearray(tiff[:2] + struct.pack(order + "HI", 42, 0))
    for pointer, wanted in _BELOW.items():
        if pointer in main and (below := _entries(tiff, order, main.pop(pointer).held, wanted)):
            main[pointer] = _Entry(_LONG, 1, struct.pack(order + "I", len(small)))
            small += _directory(below, order, at=len(small))
    # The main directory stands last, since it says where the others are.
    struct.pack_into(order + "I", small, 4, len(small))
    return bytes(small + _directory(main, order, at=len(small))) if main else b""


class _Entry(NamedTuple):
    """Type, number of values and their bytes."""

    kind: int
    length: int
    held: bytes


def _entries(tiff: bytes, order: str, pointer: bytes, wanted: Set[int]) -> dict[int, _Entry]:
    """The wanted entries of the directory that is pointed to, as far as they are whole and small."""

    def number(held: bytes) -> int:
        return int.from_bytes(held, "little" if order == "<" else "big")

    at = number(pointer)
    rows = tiff[at + 2 : at + 2 + 12 * min(number(tiff[at : at + 2]), _MOST_ENTRIES)]
    found = {}
    for tag, kind, length, place in struct.iter_unpack(order + "HHI4s", rows[: len(rows) // 12 * 12]):
        size = _SIZES.get(kind, 0) * length
        if tag in wanted and length <= _MOST_VALUES and 0 < size <= _MOST_BYTES:
            held = place[:size] if size <= 4 else tiff[number(place) : number(place) + size]
            if len(held) == size:
                found[tag] = _Entry(_TEXT if kind == _OPAQUE else kind, length, held)
    return found


def _directory(entries: Mapping[int, _Entry], order: str, at: int) -> bytes:
    """A directory that will stand at `at`, its longer values behind it."""
    rows, values = b"", b""
    values_at = at + 2 + 12 * len(entries) + 4
    for number, (kind, length, held) in sorted(entries.items()):
        place = held
        if len(held) > 4:
            place = struct.pack(order + "I", values_at + len(values))
            values += held
        rows += struct.pack(order + "HHI4s", number, kind, length, place)
    return struct.pack(order + "H", len(entries)) + rows + bytes(4) + values

"""Reads a JPEG segment by segment, and proves that one holds nothing but a picture."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

SOI: Final = 0xD8
EOI: Final = 0xD9
SOS: Final = 0xDA
DQT: Final = 0xDB
DHT: Final = 0xC4
DRI: Final = 0xDD
COM: Final = 0xFE
APP0: Final = 0xE0
APP1: Final = 0xE1
APP2: Final = 0xE2
APP14: Final = 0xEE
APPLICATION: Final = range(0xE0, 0xF0)
FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {DHT, 0xC8, 0xCC})
"""SOF0 to SOF15, which declare the size; C4, C8 and CC in between are tables."""
ARITHMETIC: Final = frozenset({*range(0xC9, 0xD0)} - {0xCC})
"""Those of them whose scans are coded in a way that only old scanners and museums know."""

_ALLOWED = frozenset({SOI, APP0, DQT, DHT, DRI, SOS, EOI}) | FRAMES
_WITHOUT_LENGTH = frozenset({SOI, EOI, 0x01})
_PLAIN_JFIF = re.compile(rb"\xff\xe0\x00\x10JFIF\x00.{7}\x00\x00", re.DOTALL)
"""The whole APP0 segment, with a thumbnail of 0 × 0."""
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""Inside a scan, FF 00 is a pixel value and D0 to D7 are restart points; FF FF is padding before a marker."""


class MarkerNotAllowed(Exception):
    """The JPEG holds something that is not part of a picture, or is not whole."""


class Segment(NamedTuple):
    """One marker with what belongs to it: its payload and, after SOS, the pixels up to the next marker."""

    code: int
    start: int
    end: int


def segments(jpeg: bytes) -> Iterator[Segment]:
    """The segments in their order, up to and including the first EOI; bytes between them are passed over.

    Ends early, without EOI, where the file does. Source: ITU-T T.81, annex B.
    """
    found = _NEXT_MARKER.search(jpeg)
    while found:
        start, code = found.start(), jpeg[found.start() + 1]
        end = start + 2
        if code not in _WITHOUT_LENGTH:
            end += int.from_bytes(jpeg[end : end + 2], "big")
        found = _NEXT_MARKER.search(jpeg, end)
        if code == SOS:
            end = found.start() if found else len(jpeg)
        yield Segment(code, start, min(end, len(jpeg)))
        if code == EOI:
            return


def size(jpeg: bytes) -> tuple[int, int]:
    """Width and height in pixels as the first frame declares them, undecoded. Raises MarkerNotAllowed for none."""
    for segment in segments(jpeg):
        if segment.code in FRAMES and segment.end - segment.start >= 9:
            height, width = (int.from_bytes(jpeg[at : at + 2], "big") for at in (segment.start + 5, segment.start + 7))
            return width, height
    raise MarkerNotAllowed("no picture in it")


def walk(jpeg: bytes) -> None:
    """Nothing, if the file is a picture alone; one pass, about a millisecond.

    Raises MarkerNotAllowed for any application data but a bare JFIF header, for a comment, for bytes between
    segments, before the first or after the last, and for a file that does not end.
    """
    reached, seen = 0, []
    for segment in segments(jpeg):
        if segment.start != reached:
            raise MarkerNotAllowed(f"bytes between segments at {reached}")
        if segment.code not in _ALLOWED:
            raise MarkerNotAllowed(f"segment {segment.code:02X} at {reached}")
        if segment.code == APP0 and not _PLAIN_JFIF.fullmatch(jpeg, segment.start, segment.end):
            raise MarkerNotAllowed(f"a JFIF header with more than a header at {reached}")
        reached = segment.end
        seen.append(segment.code)
    if reached != len(jpeg):
        raise MarkerNotAllowed(f"bytes after the end at {reached}")
    if seen[:1] != [SOI] or seen[-1:] != [EOI] or seen.count(SOI) != 1:
        raise MarkerNotAllowed("not one picture from start to end")
    if SOS not in seen or FRAMES.isdisjoint(seen):
        raise MarkerNotAllowed("no picture in it")

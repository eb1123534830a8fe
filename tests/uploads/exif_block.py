"""Writes EXIF blocks as cameras do: maker, owner, maker note, place, and a thumbnail at the end."""

import struct
from collections.abc import Mapping

from tests.uploads.scenes import CANARY, a_hidden_picture, saved

WHEN = "2026:05:14 08:30:15"

Fraction = tuple[int, int]
Entry = str | bytes | int | list[Fraction]
"""What a tag holds: text, an opaque block, a number or a row of fractions."""

POSITION: Mapping[int, Entry] = {
    1: "N",
    2: [(59, 1), (20, 1), (1500, 100)],
    3: "E",
    4: [(18, 1), (5, 1), (3000, 100)],
}
"""59.3375 N, 18.091667 E."""


def exif(
    *,
    capture: Mapping[int, Entry] | None = None,
    gps: Mapping[int, Entry] | None = None,
    orientation: int | None = None,
    order: str = "<",
) -> bytes:
    """A TIFF block with the camera's secrets in it; its thumbnail shows another picture than the file does.

    `capture` and `gps` are the entries of those directories by tag number.
    """
    private: dict[int, Entry] = {0x010F: CANARY.decode(), 0x8298: CANARY.decode()}
    if orientation:
        private[0x0112] = orientation
    capture = {0x9003: WHEN} if capture is None else capture
    capture = {**capture, 0x927C: b"MakerNote\0" + CANARY, 0xA431: CANARY.decode()}
    main_at = 8
    pointers: dict[int, Entry] = {0x8769: 0, 0x8825: 0}
    capture_at = main_at + len(_directory({**private, **pointers}, main_at, order))
    gps_at = capture_at + len(_directory(capture, capture_at, order))
    thumbnail_at = gps_at + len(_directory(gps or {}, gps_at, order))
    main = _directory({**private, 0x8769: capture_at, 0x8825: gps_at}, main_at, order, after=thumbnail_at)
    tail_at = thumbnail_at + len(_directory({0x0201: 0, 0x0202: 0}, thumbnail_at, order))
    thumbnail = saved(a_hidden_picture(16, 16), "JPEG", comment=CANARY)
    return b"".join(
        (
            (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, main_at),
            main,
            _directory(capture, capture_at, order),
            _directory(gps or {}, gps_at, order),
            _directory({0x0201: tail_at, 0x0202: len(thumbnail)}, thumbnail_at, order),
            thumbnail,
        )
    )


def _directory(entries: Mapping[int, Entry], at: int, order: str, after: int = 0) -> bytes:
    """One image file directory that will stand at `at`, its longer values behind it. Source: TIFF 6.0, section 2."""
    values_at = at + 2 + 12 * len(entries) + 4
    rows, values = b"", b""
    for tag, entry in sorted(entries.items()):
        kind, count, held = _stored(entry, order)
        if len(held) > 4:
            place = struct.pack(order + "I", values_at + len(values))
            values += held
        else:
            place = held.ljust(4, b"\0")
        rows += struct.pack(order + "HHI", tag, kind, count) + place
    return struct.pack(order + "H", len(entries)) + rows + struct.pack(order + "I", after) + values


def _stored(entry: Entry, order: str) -> tuple[int, int, bytes]:
    """Type, count and bytes of a value."""
    if isinstance(entry, str):
        return 2, len(entry) + 1, entry.encode() + b"\0"
    if isinstance(entry, bytes):
        return 7, len(entry), entry
    if isinstance(entry, int):
        return (3, 1, struct.pack(order + "H", entry)) if entry < 9 else (4, 1, struct.pack(order + "I", entry))
    return 5, len(entry), b"".join(struct.pack(order + "II", *fraction) for fraction in entry)


XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><creator>' + CANARY + b"</creator></x:xmpmeta>"

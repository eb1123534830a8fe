"""Damages files as chance and malice do: in their bits, in their length, and in the order of their pieces."""

import re
import struct
from collections.abc import Callable
from itertools import pairwise
from random import Random


def mutated(raw: bytes, other: bytes, chance: Random) -> bytes:
    """The file after one to four damages; `other` is where strange pieces are taken from."""
    for _ in range(chance.randint(1, 4)):
        raw = chance.choice(DAMAGES)(raw, other, chance)
    return raw


def _flipped(raw: bytes, _other: bytes, chance: Random) -> bytes:
    """A few bits are the other way round."""
    damaged = bytearray(raw)
    for _ in range(chance.randint(1, 12) if raw else 0):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def _head_flipped(raw: bytes, other: bytes, chance: Random) -> bytes:
    """The same where it matters most, among the first bytes."""
    return _flipped(raw[:600], other, chance) + raw[600:]


def _cut(raw: bytes, _other: bytes, chance: Random) -> bytes:
    """The rest did not arrive."""
    return raw[: chance.randint(0, len(raw))]


def _hole(raw: bytes, other: bytes, chance: Random) -> bytes:
    """A stretch is missing, or is one of another file."""
    start = chance.randint(0, len(raw))
    taken = chance.randint(0, len(other))
    return raw[:start] + other[taken : taken + chance.choice((0, 8, 400))] + raw[start + chance.choice((0, 8, 400)) :]


def _number(raw: bytes, _other: bytes, chance: Random) -> bytes:
    """Four bytes are a number that somebody may have forgotten."""
    at = chance.randint(0, len(raw))
    odd = (0, 1, 7, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
    return raw[:at] + struct.pack(chance.choice(("<I", ">I")), chance.choice(odd)) + raw[at + 4 :]


def _rearranged(raw: bytes, other: bytes, chance: Random) -> bytes:
    """A piece is left out, there twice, elsewhere, of another file, or of another length than it says."""
    pieces = pieces_of(raw)
    at, to = chance.randrange(len(pieces)), chance.randrange(len(pieces))
    action = chance.randrange(5)
    if action == 0:
        del pieces[at]
    elif action == 1:
        pieces.insert(to, pieces[at])
    elif action == 2:
        pieces[at], pieces[to] = pieces[to], pieces[at]
    elif action == 3:
        strange = pieces_of(other)
        pieces.insert(to, strange[chance.randrange(len(strange))])
    else:
        pieces[at] = _number(pieces[at][:8], b"", chance) + pieces[at][8:]
    return b"".join(pieces)


DAMAGES: tuple[Callable[[bytes, bytes, Random], bytes], ...] = (
    _flipped,
    _head_flipped,
    _cut,
    _hole,
    _number,
    _rearranged,
    _rearranged,
)


def pieces_of(raw: bytes) -> list[bytes]:
    """The segments, chunks or boxes of a file, as far as they can be told; the whole, if not at all."""
    if raw.startswith(b"\xff\xd8"):
        starts = [found.start() for found in re.finditer(rb"\xff[\xc0-\xcf\xd8-\xfe]", raw)]
    elif raw.startswith(b"\x89PNG"):
        starts = _row(raw, 8, ">I", 12)
    elif raw.startswith(b"RIFF"):
        starts = _row(raw, 12, "<4xI", 8)
    else:
        starts = sorted({*_row(raw, 0, ">I", 0), *(found.start() - 4 for found in re.finditer(_INNER_BOXES, raw))})
    starts = [0, *(at for at in starts if 0 < at < len(raw)), len(raw)]
    return [raw[start:end] for start, end in pairwise(starts)]


_INNER_BOXES = rb"pitm|iloc|iinf|infe|iref|dimg|auxl|cdsc|iprp|ipco|ipma|hvcC|av1C|ispe|colr|irot|auxC|idat"


def _row(raw: bytes, at: int, length: str, more: int) -> list[int]:
    """Where pieces begin that each say how long they are, `more` bytes not counted."""
    starts: list[int] = []
    while at + 8 <= len(raw) and len(starts) < 500:
        starts.append(at)
        at += max(struct.unpack_from(length, raw, at)[0] + more, 8)
    return starts

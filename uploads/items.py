"""Reads a HEIC or AVIF item by item, as its tables tell of them, and what an AV1 item says of its size."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from uploads import limits


class PiecesNotReadable(Exception):
    """The file ends before one of its pieces does, or has more of them than any camera writes."""


class Property(NamedTuple):
    """Something that is said of items: which of the file's properties it is, its kind, and what it says."""

    place: int
    kind: bytes
    content: bytes
    needed: bool
    """Whether the item means nothing without it."""


class Items:
    """The items of a HEIC or AVIF by their numbers, as its tables tell of them; no item is read before it is asked for.

    Raises PiecesNotReadable, and on damage whatever it likes.
    Source: ISO/IEC 14496-12, 8.11; ISO/IEC 23008-12, 6 and 9.
    """

    def __init__(self, raw: bytes) -> None:
        self._raw = memoryview(raw)
        outside = dict(_boxes(self._raw))
        self._inside = dict(_boxes(outside[b"meta"][4:]))
        first = _Table(self._inside[b"pitm"])
        self.primary = first.number(4 if first.version else 2)
        """The number of the picture that is shown."""
        self.kinds = dict(self._read_kinds())
        """"hvc1" or "av01" for a coded picture, "grid" for one made of tiles, "Exif"…"""
        self.references = list(self._read_references())
        """Kind, the item that refers, the items that it refers to."""
        self._tiles = {source: targets for kind, source, targets in self.references if kind == b"dimg"}
        self._places = dict(self._read_places())
        properties = list(_boxes(self._inside[b"iprp"]))
        self._held = [(name, bytes(held)) for kind, row in properties if kind == b"ipco" for name, held in _boxes(row)]
        self._holders = {number: held for kind, row in properties if kind == b"ipma" for number, held in _holders(row)}

    def made_of(self, number: int) -> list[int]:
        """The item and, if it is a grid, its tiles, each as often as it is used."""
        return [number, *self._tiles.get(number, ())]

    def properties(self, number: int) -> list[Property]:
        """What is said of an item, in the order in which it is to be heeded."""
        marks = [mark for mark in self._holders.get(number, ()) if 0 < mark[0] <= len(self._held)]
        return [Property(place, *self._held[place - 1], needed) for place, needed in marks]

    def length(self, number: int) -> int:
        """How many bytes an item has."""
        return sum(length for _, length in self._places[number])

    def data(self, number: int) -> bytes:
        """What an item holds. Raises PiecesNotReadable where the file ends before it does."""
        pieces = self._places[number]
        if self.length(number) > len(self._raw) or any(len(piece) < length for piece, length in pieces):
            raise PiecesNotReadable
        return b"".join(piece for piece, _ in pieces)

    def _read_kinds(self) -> Iterator[tuple[int, bytes]]:
        table = _Table(self._inside[b"iinf"])
        table.number(4 if table.version else 2)
        for _, content in _boxes(table.rest):
            entry = _Table(content)
            number = entry.number(2 if entry.version == 2 else 4)
            yield number, bytes(entry.rest[2:6])

    def _read_references(self) -> Iterator[tuple[bytes, int, list[int]]]:
        table = _Table(self._inside.get(b"iref", memoryview(bytes(4))))
        width = 4 if table.version else 2
        for kind, content in _boxes(table.rest):
            row = _Table(memoryview(bytes(4) + content))
            yield kind, row.number(width), [row.number(width) for _ in row.times(2)]

    def _read_places(self) -> Iterator[tuple[int, list[tuple[memoryview, int]]]]:
        table = _Table(self._inside[b"iloc"])
        sizes, width = table.number(2), 4 if table.version == 2 else 2
        for _ in table.times(width):
            number = table.number(width)
            aside = table.version > 0 and table.number(2) & 15 == 1
            table.number(2)
            start, source = table.number(sizes >> 4 & 15), self._inside[b"idat"] if aside else self._raw
            pieces = []
            for _ in table.times(2):
                table.number(sizes & 15 if table.version else 0)
                at, length = start + table.number(sizes >> 12), table.number(sizes >> 8 & 15)
                pieces.append((source[at : at + length], length))
            yield number, pieces


class _Table:
    """Reads a box of numbers, one after another; beyond its end there are zeros."""

    def __init__(self, content: memoryview) -> None:
        if len(content) > limits.ITEM_TABLE_BYTES:
            raise PiecesNotReadable
        self.version, self.flags, self.rest = content[0], content[3], content[4:]

    def number(self, size: int) -> int:
        """The next number, of so many bytes."""
        value, self.rest = int.from_bytes(self.rest[:size], "big"), self.rest[size:]
        return value

    def times(self, size: int) -> range:
        """As often as the next number says, but no oftener than there are bytes left."""
        return range(min(self.number(size), len(self.rest)))


def _holders(row: memoryview) -> Iterator[tuple[int, list[tuple[int, bool]]]]:
    """Each item with the places of its properties; the highest bit says that it means nothing without one."""
    table = _Table(row)
    size = 2 if table.flags & 1 else 1
    highest = 0x80 << 8 * (size - 1)
    for _ in table.times(4):
        number = table.number(4 if table.version else 2)
        marks = [table.number(size) for _ in table.times(1)]
        yield number, [(mark % highest, mark >= highest) for mark in marks]


def _boxes(row: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """Kind and content of each box, of the last one as far as it goes. Raises PiecesNotReadable."""
    for _ in range(limits.FILE_PARTS):
        if len(row) < 8:
            return
        length, kind, head = int.from_bytes(row[:4], "big"), bytes(row[4:8]), 8
        if length == 1:
            length, head = int.from_bytes(row[8:16], "big"), 16
        end = max(length, head) if length else len(row)
        yield kind, row[head:end]
        row = row[end:]
    raise PiecesNotReadable


def av1_pixels(coded: bytes) -> int:
    """The most pixels that decoding an AV1 item can come to, by what it says before any is coded.

    Where pictures may be of another size than is declared, that is the largest which the field has room for.
    Raises PiecesNotReadable, and IndexError where it is cut off. Source: AV1 specification, 5.3 to 5.5.
    """
    largest, pictures, at = 0, 0, 0
    for _ in range(limits.FILE_PARTS):
        if at >= len(coded):
            return largest * pictures
        kind, head = coded[at] >> 3 & 15, 2 if coded[at] & 4 else 1
        length, at = _leb128(coded, at + head) if coded[at] & 2 else (len(coded) - at - head, at + head)
        if kind == _SEQUENCE:
            largest = max(largest, _largest_picture(coded[at : at + min(length, 128)]))
        pictures += kind in _PICTURES
        at += length
    raise PiecesNotReadable


_SEQUENCE, _PICTURES = 1, frozenset({3, 6})


def _leb128(coded: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits in each byte, lowest first, and where it ends."""
    value = 0
    for place in range(8):
        value |= (coded[at + place] & 0x7F) << 7 * place
        if coded[at + place] < 0x80:
            return value, at + place + 1
    raise PiecesNotReadable


def _largest_picture(header: bytes) -> int:
    """Width times height from a sequence header."""
    bits = iter(f"{int.from_bytes(header, 'big'):0{8 * len(header)}b}")

    def number(size: int) -> int:
        return int("".join(islice(bits, size)), 2)

    number(4)
    one_size_only = number(1)
    if one_size_only:
        number(5)
    else:
        if number(1):  # clocks, which only films have
            raise PiecesNotReadable
        delays = number(1)
        for _ in range(number(5) + 1):
            number(12)
            if number(5) > 7:
                number(1)
            if delays and number(1):
                number(4)
    width_bits, height_bits = number(4) + 1, number(4) + 1
    declared = (number(width_bits) + 1) * (number(height_bits) + 1)
    return declared if one_size_only else 1 << width_bits + height_bits

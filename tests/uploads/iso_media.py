"""Builds HEIC and AVIF files box by box, with everything beside the picture that telephones put there.

Source: ISO/IEC 14496-12 (boxes), ISO/IEC 23008-12 (HEIF: items, their properties and references).
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO

import pillow_heif
from PIL import Image


@dataclass(frozen=True)
class Item:
    """A picture, or something else, within a file; its number is its place in the file, from 1."""

    kind: bytes
    data: bytes
    properties: tuple[bytes, ...] = ()
    hidden: bool = False

    def but(self, *more: bytes) -> "Item":
        """The same with more properties."""
        return replace(self, properties=(*self.properties, *more))

    def holding(self, data: bytes) -> "Item":
        """The same with other data."""
        return replace(self, data=data)

    def hidden_away(self) -> "Item":
        """The same, not to be shown for itself."""
        return replace(self, hidden=True)

    def claiming(self, width: int, height: int) -> "Item":
        """The same, said to be of another size than it is."""
        sized = (size_of(width, height) if held[4:8] == b"ispe" else held for held in self.properties)
        return replace(self, properties=tuple(sized))


@dataclass(frozen=True)
class Reference:
    """That one item stands in a relation to others: as a tile, a thumbnail, a depth map, a description."""

    kind: bytes
    source: int
    targets: tuple[int, ...]


def box(kind: bytes, *content: bytes) -> bytes:
    """One box with its length."""
    whole = b"".join(content)
    return struct.pack(">I4s", 8 + len(whole), kind) + whole


def full_box(kind: bytes, *content: bytes, version: int = 0, flags: int = 0) -> bytes:
    """A box with a version and flags."""
    return box(kind, struct.pack(">I", version << 24 | flags), *content)


def boxes(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each box in a row of boxes."""
    at = 0
    while at + 8 <= len(raw):
        length, kind = struct.unpack_from(">I4s", raw, at)
        yield kind, raw[at + 8 : at + length]
        at += length


def coded_heic(scene: Image.Image, *, quality: int = 95, chroma: int = 444) -> Item:
    """A picture coded as HEVC, with the properties that its decoder needs. Taken out of what libheif writes."""
    target = BytesIO()
    colours = {} if scene.mode == "L" else {"chroma": chroma}
    pillow_heif.from_pillow(scene).save(target, quality=quality, **colours)
    return _first_item(target.getvalue(), b"hvc1", {b"hvcC", b"ispe", b"pixi"})


def coded_avif(scene: Image.Image) -> Item:
    """A picture coded as AV1. Taken out of what libavif writes."""
    target = BytesIO()
    scene.save(target, "AVIF", quality=95, subsampling="4:0:0" if scene.mode == "L" else "4:4:4", speed=10)
    return _first_item(target.getvalue(), b"av01", {b"av1C", b"ispe", b"pixi"})


def _first_item(raw: bytes, kind: bytes, wanted: set[bytes]) -> Item:
    """The one picture of a plain file: what follows it is dropped, since each decoder knows where a picture ends."""
    found = dict(boxes(raw))
    meta = dict(boxes(found[b"meta"][4:]))
    (properties,) = (content for name, content in boxes(meta[b"iprp"]) if name == b"ipco")
    kept = tuple(box(name, content) for name, content in boxes(properties) if name in wanted)
    return Item(kind, found[b"mdat"], kept)


def auxiliary(urn: str) -> bytes:
    """The property that says what an auxiliary picture is."""
    return full_box(b"auxC", urn.encode() + b"\0")


DEPTH = auxiliary("urn:mpeg:hevc:2015:auxid:2")
ALPHA = auxiliary("urn:mpeg:hevc:2015:auxid:1")
ALPHA_AVIF = auxiliary("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha")
GAIN_MAP = auxiliary("urn:com:apple:photo:2020:aux:hdrgainmap")


def size_of(width: int, height: int) -> bytes:
    """The property that says how large an item claims to be."""
    return full_box(b"ispe", struct.pack(">II", width, height))


def turned(quarters: int) -> bytes:
    """The property that turns a picture by so many quarters, anti-clockwise."""
    return box(b"irot", bytes((quarters,)))


def mirrored(axis: int) -> bytes:
    """The property that mirrors a picture: 0 top to bottom, 1 left to right."""
    return box(b"imir", bytes((axis,)))


def profiled(profile: bytes) -> bytes:
    """The property that holds a colour profile."""
    return box(b"colr", b"prof", profile)


def grid(width: int, height: int, columns: int, rows: int) -> Item:
    """A picture put together from tiles, as Apple's telephones write every photo."""
    data = struct.pack(">BBBBII", 0, 1, rows - 1, columns - 1, width, height)
    return Item(b"grid", data, (size_of(width, height),))


def overlay(width: int, height: int, layers: int) -> Item:
    """A picture put together from others that lie above each other."""
    head = struct.pack(">BB4HII", 0, 1, 0, 0, 0, 65535, width, height)
    return Item(b"iovl", head + struct.pack(">ii", 0, 0) * layers, (size_of(width, height),))


def exif_item(block: bytes) -> Item:
    """An EXIF block as an item."""
    return Item(b"Exif", struct.pack(">I", 6) + b"Exif\0\0" + block)


def xmp_item(text: bytes) -> Item:
    """An XMP packet as an item."""
    return Item(b"mime", text)


def written(
    items: Sequence[Item],
    references: Sequence[Reference] = (),
    *,
    primary: int = 1,
    brand: bytes = b"heic",
    scattered: bool = False,
) -> bytes:
    """The file with these items, in which `primary` is the number of the one that is shown.

    If scattered, it is laid out as other programs do: short items in the table itself, the others in two halves.
    """
    places = _scattered_places if scattered else _places
    head = box(b"ftyp", brand, bytes(4), b"mif1", brand, b"miaf")
    length = len(_meta(items, references, primary, places(items, 0)))
    meta = _meta(items, references, primary, places(items, len(head) + length + 8))
    return head + meta + box(b"mdat", *(item.data for item in items))


def _meta(items: Sequence[Item], references: Sequence[Reference], primary: int, places: bytes) -> bytes:
    entries = b""
    for number, item in enumerate(items, 1):
        suffix = b"application/rdf+xml\0" if item.kind == b"mime" else b""
        content = struct.pack(">HH4s", number, 0, item.kind) + b"\0" + suffix
        entries += full_box(b"infe", content, version=2, flags=item.hidden)
    parts = [
        full_box(b"hdlr", bytes(4), b"pict", bytes(13)),
        full_box(b"pitm", struct.pack(">H", primary)),
        places,
        full_box(b"iinf", struct.pack(">H", len(items)), entries),
        _properties(items),
    ]
    if references:
        parts.append(full_box(b"iref", *map(_reference, references)))
    return full_box(b"meta", *parts)


def _places(items: Sequence[Item], at: int) -> bytes:
    """Where the data of each item is, which begin at `at` and follow each other."""
    rows = b""
    for number, item in enumerate(items, 1):
        rows += struct.pack(">HHHII", number, 0, 1, at, len(item.data))
        at += len(item.data)
    return full_box(b"iloc", b"\x44\0", struct.pack(">H", len(items)), rows)


def _scattered_places(items: Sequence[Item], at: int) -> bytes:
    """The same in the second version: grids in the table's own box, others in halves, counted from a base."""
    rows, table = b"", b""
    for number, item in enumerate(items, 1):
        half = len(item.data) // 2
        if item.kind == b"grid":
            rows += struct.pack(">HHHQHQQ", number, 1, 0, 0, 1, len(table), len(item.data))
            table += item.data
        else:
            rows += struct.pack(">HHHQHQQQQ", number, 0, 0, at, 2, 0, half, half, len(item.data) - half)
        at += len(item.data)
    places = full_box(b"iloc", b"\x88\x80", struct.pack(">H", len(items)), rows, version=1)
    return places + box(b"idat", table)


def _properties(items: Sequence[Item]) -> bytes:
    """Every property once, and which item has which; a property without which an item means nothing is marked."""
    every = list(dict.fromkeys(held for item in items for held in item.properties))
    rows = b""
    for number, item in enumerate(items, 1):
        marks = bytes(every.index(held) + 1 | (held[4:8] in _ESSENTIAL) << 7 for held in item.properties)
        rows += struct.pack(">HB", number, len(marks)) + marks
    return box(b"iprp", box(b"ipco", *every), full_box(b"ipma", struct.pack(">I", len(items)), rows))


_ESSENTIAL = frozenset({b"hvcC", b"av1C", b"irot", b"imir"})


def _reference(reference: Reference) -> bytes:
    numbers = struct.pack(f">HH{len(reference.targets)}H", reference.source, len(reference.targets), *reference.targets)
    return box(reference.kind, numbers)

"""Takes the picture that is shown out of a HEIC or AVIF, and writes a fresh file of it for the decoder.

Source: ISO/IEC 14496-12, 8.11 (items and their tables); ISO/IEC 23008-12, 6 (pictures), 9 (properties).
"""

import struct
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress

from uploads import limits
from uploads.items import Items, PiecesNotReadable, av1_pixels
from uploads.rejected import PhotoRejected, Reason


def fresh(raw: bytes, brand: bytes, coding: bytes) -> tuple[bytes, bytes, int]:
    """A fresh file of the picture that is shown, of its tiles and of what says where it is see-through; EXIF; pixels.

    So no decoder meets depth maps, thumbnails, further pictures, films, EXIF or XMP, nor a picture that is put together
    as no camera does it. Profile and orientation are properties of the picture and stay with it. The pixels are what
    decoding the pieces comes to. Raises PhotoRejected, and on damage whatever it likes.
    """
    items = Items(raw)
    pieces = items.made_of(items.primary)
    for alpha in _transparencies(items, frozenset(pieces)):
        pieces += items.made_of(alpha)
    uses = Counter(pieces)
    if {items.kinds[number] for number in uses} - {coding, b"grid"}:
        raise PhotoRejected(Reason.DAMAGED)
    if len(pieces) > limits.FILE_ITEMS or sum(map(items.length, uses)) > len(raw):
        raise PhotoRejected(Reason.DAMAGED)
    held = {number: items.data(number) for number in uses}
    pixels = sum(times * _coded_pixels(items, number, held[number]) for number, times in uses.items())
    return _file(items, held, brand), _exif(items), pixels


def _transparencies(items: Items, shown: frozenset[int]) -> Iterator[int]:
    """The pictures that say where one of those shown is see-through."""
    for kind, source, targets in items.references:
        if kind == b"auxl" and not shown.isdisjoint(targets):
            said = [held.content[4:60].partition(b"\0")[0] for held in items.properties(source) if held.kind == b"auxC"]
            if not _ALPHA.isdisjoint(said):
                yield source


_ALPHA = frozenset({b"urn:mpeg:hevc:2015:auxid:1", b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha"})


def _coded_pixels(items: Items, number: int, data: bytes) -> int:
    """The pixels of an item, times what they cost in memory; the tiles of a grid are counted for themselves."""
    if items.kinds[number] == b"grid":
        return 0
    said = {held.kind: held.content for held in items.properties(number)}
    declared = int.from_bytes(said[b"ispe"][4:8], "big") * int.from_bytes(said[b"ispe"][8:12], "big")
    if items.kinds[number] == b"av01":
        return max(declared, av1_pixels(data))
    # Full colour and more than eight bits each take twice the room; what tells transparency makes a fourth channel.
    full_colour, deep = said[b"hvcC"][16] & 3 == 3, said[b"hvcC"][17] & 7 > 0
    return declared << full_colour + deep + (b"auxC" in said)


def _exif(items: Items) -> bytes:
    """The EXIF block that describes the picture, else any; empty for none."""
    describing = [source for kind, source, targets in items.references if kind == b"cdsc" and items.primary in targets]
    for number in (*describing, *items.kinds):
        with suppress(KeyError, PiecesNotReadable):  # damage in metadata is never a reason to refuse
            if items.kinds[number] == b"Exif":
                held = items.data(number)
                # Four bytes say how far behind them the block begins; where that is wrong, it begins at once.
                block = held[4 + int.from_bytes(held[:4], "big") :]
                return block if block[:2] in (b"II", b"MM") else held[4:]
    return b""


def _file(items: Items, held: Mapping[int, bytes], brand: bytes) -> bytes:
    """A file of these items, with all numbers in four bytes, in which the first is shown."""
    head = _box(b"ftyp", brand, bytes(4), b"mif1", brand, b"miaf")
    fixed = [
        _box(b"hdlr", bytes(8), b"pict", bytes(13)),
        _box(b"pitm", struct.pack(">BxxxI", 1, items.primary)),
        _box(b"iinf", struct.pack(">BxxxI", 1, len(held)), *_entries(items, held)),
        _box(b"iref", struct.pack(">Bxxx", 1), *_references(items, held)),
        _properties(items, held),
    ]
    # The table of places has the same length wherever the places are.
    behind = len(head) + 12 + sum(map(len, fixed)) + len(_places(held, 0)) + 8
    meta = _box(b"meta", bytes(4), *fixed, _places(held, behind))
    return b"".join((head, meta, _box(b"mdat", *held.values())))


def _box(kind: bytes, *content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + sum(map(len, content)), kind) + b"".join(content)


def _entries(items: Items, numbers: Iterable[int]) -> Iterator[bytes]:
    """Number and kind of each item; all but the one that is shown are marked as hidden."""
    for number in numbers:
        hidden = number != items.primary
        yield _box(b"infe", struct.pack(">BxxBIH4sx", 3, hidden, number, 0, items.kinds[number]))


def _places(held: Mapping[int, bytes], at: int) -> bytes:
    rows = []
    for number, data in held.items():
        rows.append(struct.pack(">IHHHII", number, 0, 0, 1, at, len(data)))
        at += len(data)
    return _box(b"iloc", struct.pack(">BxxxHI", 2, 0x4400, len(rows)), *rows)


def _references(items: Items, kept: Collection[int]) -> Iterator[bytes]:
    """What is a tile of what, and which picture tells where another is see-through."""
    for kind, source, targets in items.references:
        within = [target for target in targets if target in kept]
        if kind in (b"dimg", b"auxl", b"prem") and source in kept and within:
            yield _box(kind, struct.pack(f">IH{len(within)}I", source, len(within), *within))


def _properties(items: Items, numbers: Collection[int]) -> bytes:
    """Each property once, and which item has which."""
    own = {number: [held for held in items.properties(number) if held.kind in _OF_THE_PICTURE] for number in numbers}
    said = {held.place: held for row in own.values() for held in row}
    order = {place: position for position, place in enumerate(said, 1)}
    rows = [
        struct.pack(f">IB{len(row)}H", number, len(row), *(order[held.place] | held.needed << 15 for held in row))
        for number, row in own.items()
    ]
    every = _box(b"ipco", *(_box(held.kind, held.content) for held in said.values()))
    return _box(b"iprp", every, _box(b"ipma", struct.pack(">BxxBI", 1, 1, len(rows)), *rows))


_OF_THE_PICTURE = frozenset({b"hvcC", b"av1C", b"ispe", b"pixi", b"colr", b"irot", b"imir", b"clap", b"auxC", b"lsel"})
"""Properties without which a picture looks different, or not at all."""

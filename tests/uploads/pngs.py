"""PNG as screenshots and editors write it: text of every kind, an EXIF block, more frames than one."""

import struct
import zlib

from PIL import Image

from tests.uploads.exif_block import POSITION, XMP, exif
from tests.uploads.scenes import CANARY, a_hidden_picture, a_scene, saved, srgb_profile

HEADER_BYTES = 8 + 25
"""The signature and the first chunk."""


def png(scene: Image.Image | None = None, *, exif_block: bytes | None = None, profile: bytes | None = None) -> bytes:
    """A screenshot or an edited photo, with text chunks of every kind and something after the end."""
    own = [
        chunk(b"iCCP", CANARY + b"\0\0" + zlib.compress(srgb_profile() if profile is None else profile)),
        *text_chunks(),
        chunk(b"eXIf", exif(gps=POSITION) if exif_block is None else exif_block),
        chunk(b"caBX", CANARY),
        chunk(b"tIME", b"\x07\xea\x05\x0e\x08\x1e\x0f"),
    ]
    return with_chunks(saved(scene or a_scene(), "PNG"), *own) + CANARY


def chunk(name: bytes, content: bytes) -> bytes:
    """One PNG chunk with its length and checksum."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def with_chunks(plain: bytes, *chunks: bytes) -> bytes:
    """A PNG with more chunks before the picture."""
    return plain[:HEADER_BYTES] + b"".join(chunks) + plain[HEADER_BYTES:]


def text_chunks() -> list[bytes]:
    """Text as it is, compressed (in the way that leaves it legible), and in many languages."""
    return [
        chunk(b"tEXt", b"Author\0" + CANARY),
        chunk(b"zTXt", b"Comment\0\0" + zlib.compress(CANARY, 0)),
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP),
    ]


def bare(width: int, height: int, *, depth: int, colour: int, rows: bytes, interlaced: bool = False) -> bytes:
    """A PNG of these bits and colours, its rows as they are before compression."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def animated(scene: Image.Image | None = None, *, still_is_a_frame: bool = True) -> bytes:
    """An APNG: programs that know of no animation show the still picture, the others go on to a frame that is hidden.

    Source: PNG specification, third edition, 11.3.6. The still picture may be the first frame or none at all.
    """
    still = scene or a_scene()
    plain = saved(still, "PNG")
    hidden = saved(a_hidden_picture(*still.size), "PNG")
    start = hidden.index(b"IDAT") + 4
    length = struct.unpack(">I", hidden[start - 8 : start - 4])[0]
    frames = [(0, still_is_a_frame), (1 if still_is_a_frame else 0, False)]
    control = [_frame_control(number, still.size) for number, _ in frames]
    moving = chunk(b"fdAT", struct.pack(">I", frames[1][0] + 1) + hidden[start : start + length])
    first = chunk(b"acTL", struct.pack(">II", 1 + still_is_a_frame, 0)) + (control[0] if still_is_a_frame else b"")
    end = plain.index(b"IEND") - 4
    return with_chunks(plain[:end], first) + control[1] + moving + plain[end:]


def _frame_control(number: int, size: tuple[int, int]) -> bytes:
    return chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, *size, 0, 0, 1, 10, 0, 0))


def each_secret(plain: bytes) -> dict[str, bytes]:
    """The same picture with one secret at a time, by the chunk in which it is hidden."""
    texts = {name.decode(): one for name, one in zip((b"tEXt", b"zTXt", b"iTXt"), text_chunks(), strict=True)}
    other = {"eXIf": chunk(b"eXIf", exif(gps=POSITION)), "caBX": chunk(b"caBX", CANARY)}
    return {name: with_chunks(plain, one) for name, one in (texts | other).items()}

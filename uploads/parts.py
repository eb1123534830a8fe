"""Takes a file apart before any decoder sees it: the picture on one side, EXIF and colour profile on the other.

A decoder that never meets XMP, MakerNotes or a trailer can neither stumble over damage in them nor be attacked through
them, and a broken text chunk is no reason to refuse a photo.
"""

import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from uploads import iso_media, limits, markers
from uploads.kinds import Kind
from uploads.rejected import PhotoRejected, Reason


class Parts(NamedTuple):
    """What a file was made of. `picture` is a file of the same kind that holds only what a decoder needs."""

    picture: bytes
    exif: bytes = b""
    icc: bytes = b""
    pixels: int = 0
    """What decoding its pieces comes to, where that can be more than the picture's own size; see `limits`."""


def take_apart(raw: bytes, kind: Kind) -> Parts:
    """The parts of a photo, in one pass over its structure and without decoding a pixel.

    A file that ends too early keeps its picture as far as it goes: the decoder is the judge of that.
    For HEIC and AVIF the profile stays empty; it is in the picture, and their decoders hand it out.
    Raises PhotoRejected for a structure built to be expensive, and for HEIC and AVIF whatever it likes on damage.
    """
    return _TAKERS[kind](raw)


def _jpeg(raw: bytes) -> Parts:
    """Without application data and comments, bar JFIF and Adobe, which say how colours are stored.

    Cut at the first end of image, which drops the second picture of an MPO and the film of a moving photo.
    """
    picture: list[bytes] = []
    exif, profile, pixels, passed = b"", [], 0, 0
    for count, (code, start, end) in enumerate(markers.segments(raw)):
        if code in markers.FRAMES:
            pixels = max(pixels, _cost_of_a_pass(raw[start:end]))
        passed += pixels * (code == markers.SOS)
        if count > limits.FILE_PARTS or passed > limits.JPEG_PASSED_PIXELS:
            raise PhotoRejected(Reason.DAMAGED)
        if code == markers.APP1 and raw.startswith(b"Exif\0\0", start + 4):
            exif = exif or raw[start + 10 : end]
        elif code == markers.APP2 and raw.startswith(b"ICC_PROFILE\0", start + 4):
            profile.append(raw[start + 16 : end])
        if code not in _NOT_PICTURE or _says_how_colours_are_stored(raw, start, end):
            picture.append(raw[start:end])
    # Each piece of a profile starts with its number and the count of pieces; they may come in any order.
    return Parts(b"".join(picture), exif, b"".join(piece[2:] for piece in sorted(profile)))


def _cost_of_a_pass(frame: bytes) -> int:
    """The pixels that this header declares, times what they cost."""
    height, width = int.from_bytes(frame[5:7], "big"), int.from_bytes(frame[7:9], "big")
    return width * height * (limits.ARITHMETIC_COST if frame[1] in markers.ARITHMETIC else 1)


_NOT_PICTURE = frozenset({*markers.APPLICATION, markers.COM})


def _says_how_colours_are_stored(raw: bytes, start: int, end: int) -> bool:
    """Whether this is a whole header of JFIF or Adobe, which tell YCbCr from RGB and CMYK from YCCK."""
    jfif = raw[start + 1] == markers.APP0 and raw.startswith(b"JFIF\0", start + 4) and end - start >= 18
    adobe = raw[start + 1] == markers.APP14 and raw.startswith(b"Adobe", start + 4) and end - start >= 16
    return jfif or adobe


def _png(raw: bytes) -> Parts:
    """Without text and private chunks; of an animation the still picture stays."""
    picture, exif, icc = [raw[:8]], b"", b""
    for name, chunk, content in _png_chunks(raw):
        if name in _PNG_PICTURE:
            picture.append(chunk)
        elif name == b"eXIf":
            exif = content
        elif name == b"iCCP":
            icc = _unpack_profile(content)
    return Parts(b"".join(picture), exif, icc)


_PNG_PICTURE = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})


def _png_chunks(raw: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Name, whole chunk and content of each chunk up to IEND. Source: PNG specification, section 5.3."""
    at = 8
    for _ in range(limits.FILE_PARTS):
        end = at + 12 + int.from_bytes(raw[at : at + 4], "big")
        name = raw[at + 4 : at + 8]
        yield name, raw[at:end], raw[at + 8 : end - 4]
        if name == b"IEND" or end >= len(raw):
            return
        at = end
    raise PhotoRejected(Reason.DAMAGED)


def _unpack_profile(content: bytes) -> bytes:
    """The profile in an iCCP chunk: a name, NUL, the method, then zlib; nothing where that is damaged or huge."""
    unpacker = zlib.decompressobj()
    try:
        profile = unpacker.decompress(content.partition(b"\0")[2][1:], limits.ICC_BYTES)
    except zlib.error:
        return b""
    return profile if unpacker.eof else b""


def _webp(raw: bytes) -> Parts:
    """As it is, since libwebp passes over what it does not know; EXIF and profile are read beside it."""
    exif, icc, at = b"", b"", 12
    for _ in range(limits.FILE_PARTS):
        name, size = raw[at : at + 4], int.from_bytes(raw[at + 4 : at + 8], "little")
        content = slice(at + 8, at + 8 + size)
        if name == b"EXIF":
            exif = raw[content]
        elif name == b"ICCP":
            icc = raw[content]
        elif not name:
            break
        at = content.stop + size % 2
    return Parts(raw, exif, icc)


def _iso_media(raw: bytes, brand: bytes, coding: bytes) -> Parts:
    """Only the picture that is shown, in a fresh file."""
    picture, exif, pixels = iso_media.fresh(raw, brand, coding)
    return Parts(picture, exif, pixels=pixels)


_TAKERS: dict[Kind, Callable[[bytes], Parts]] = {
    Kind.JPEG: _jpeg,
    Kind.PNG: _png,
    Kind.WEBP: _webp,
    Kind.HEIF: partial(_iso_media, brand=b"heic", coding=b"hvc1"),
    Kind.AVIF: partial(_iso_media, brand=b"avif", coding=b"av01"),
}

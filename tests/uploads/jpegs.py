"""JPEG as telephones write it: what stands before the picture, within it and behind its end."""

import struct

from PIL import Image

from tests.uploads.exif_block import POSITION, XMP, exif
from tests.uploads.scenes import CANARY, a_hidden_picture, a_scene, saved, srgb_profile


def jpeg(scene: Image.Image | None = None, *, exif_block: bytes | None = None, profile: bytes | None = None) -> bytes:
    """A photo straight from a telephone, with everything at once."""
    plain = plain_jpeg(scene or a_scene())
    block = exif(gps=POSITION) if exif_block is None else exif_block
    own = private_segments(block, srgb_profile() if profile is None else profile)
    return plain[:2] + b"".join(own) + plain[2:] + trailers()


def plain_jpeg(scene: Image.Image, comment: bytes = b"") -> bytes:
    """A picture alone, if without a comment."""
    return saved(scene, "JPEG", quality=95, subsampling=0, comment=comment)


def segment(code: int, content: bytes) -> bytes:
    """One JPEG segment with its marker and length."""
    return struct.pack(">BBH", 0xFF, code, len(content) + 2) + content


def within(plain: bytes, *segments: bytes) -> bytes:
    """A JPEG with more segments before the picture."""
    return plain[:2] + b"".join(segments) + plain[2:]


def private_segments(exif_block: bytes, profile: bytes) -> list[bytes]:
    """What telephones and editors put before the picture in a JPEG."""
    pieces = [profile[at : at + 2000] for at in range(0, len(profile), 2000)]
    return [
        segment(0xE1, b"Exif\0\0" + exif_block),
        *xmp_segments(),
        *(segment(0xE2, b"ICC_PROFILE\0" + bytes((n, len(pieces))) + piece) for n, piece in enumerate(pieces, 1)),
        segment(0xE2, b"MPF\0" + _two_pictures(0, 0) + CANARY),
        content_credentials(),
        iptc(),
        segment(0xEF, CANARY),
        segment(0xFE, CANARY),
    ]


def xmp_segments() -> list[bytes]:
    """A packet of XMP, and one of those that are too long for a segment."""
    return [
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP),
        segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + b"0" * 32 + struct.pack(">II", len(XMP), 0) + XMP),
    ]


def iptc() -> bytes:
    """The caption as editors of newspapers write it. Source: IPTC IIM, in a Photoshop resource."""
    caption = b"\x1c\x02\x78" + struct.pack(">H", len(CANARY)) + CANARY
    padded = caption + bytes(len(caption) % 2)
    return segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(caption)) + padded)


def content_credentials() -> bytes:
    """Who made the picture with what, signed. Source: C2PA 2.1, 9; ISO/IEC 19566-5 (JUMBF)."""
    described = struct.pack(">I4s", 25 + len(CANARY), b"jumd") + b"c2pa" + bytes(12) + b"\3" + CANARY
    whole = struct.pack(">I4s", 8 + len(described), b"jumb") + described
    return segment(0xEB, b"JP\0\1\0\0\0\1" + whole)


def thumbnail_segment() -> bytes:
    """A small picture in an extension of JFIF, which need not show what the large one shows."""
    return segment(0xE0, b"JFXX\0\x10" + plain_jpeg(a_hidden_picture(16, 16), comment=CANARY))


def _two_pictures(first_bytes: int, distance: int) -> bytes:
    """The index of a file that holds two pictures. Source: CIPA DC-007, 5.2."""
    entries = struct.pack("<IIIHH", 0x030000, first_bytes, 0, 0, 0) + struct.pack("<IIIHH", 0, 0, distance, 0, 0)
    return (
        struct.pack("<2sHIH", b"II", 42, 8, 3)
        + struct.pack("<HHI4s", 0xB000, 7, 4, b"0100")
        + struct.pack("<HHII", 0xB001, 4, 1, 2)
        + struct.pack("<HHII", 0xB002, 7, len(entries), 50)
        + struct.pack("<I", 0)
        + entries
    )


def two_pictures(scene: Image.Image | None = None) -> bytes:
    """An MPO: the second picture stands behind the end of the first, with EXIF of its own."""
    plain = plain_jpeg(scene or a_scene())
    second = within(plain_jpeg(a_hidden_picture()), segment(0xE1, b"Exif\0\0" + exif(gps=POSITION)))
    index_bytes = 4 + 4 + len(_two_pictures(0, 0))
    first_bytes = len(plain) + index_bytes
    # Distances count from the index's own byte order, which stands behind SOI, marker, length and "MPF".
    index = segment(0xE2, b"MPF\0" + _two_pictures(first_bytes, first_bytes - 10))
    return within(plain, index) + second


def moving_picture(scene: Image.Image | None = None) -> bytes:
    """A motion photo: XMP says how long the film is that stands behind the picture."""
    says = b'<x:xmpmeta xmlns:x="adobe:ns:meta/" GCamera:MotionPhoto="1">' + CANARY + b"</x:xmpmeta>"
    return within(plain_jpeg(scene or a_scene()), segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + says)) + film()


def film() -> bytes:
    """An MP4 of which every part that could tell something does."""
    told = struct.pack(">I4s", 8 + len(CANARY), b"\xa9xyz") + CANARY
    inner = struct.pack(">I4s", 8 + len(told), b"udta") + told
    return b"".join(
        (
            struct.pack(">I4s", 24, b"ftyp") + b"mp42\0\0\0\0mp42isom",
            struct.pack(">I4s", 8 + len(inner), b"moov") + inner,
            struct.pack(">I4s", 8 + len(CANARY), b"mdat") + CANARY,
        )
    )


def samsung_trailer(*more: bytes) -> bytes:
    """What Samsung's telephones put behind everything: blocks, a list of them, and how long that list is.

    Source: ExifTool, Samsung.pm, "SEFT".
    """
    blocks = [struct.pack("<HHI", 0, 0x0A01, 16) + b"Image_UTC_Data: " + CANARY, *more]
    listed, distance = b"", sum(map(len, blocks))
    for block in blocks:
        listed += struct.pack("<HHII", 0, 0x0A01, distance, len(block))
        distance -= len(block)
    head = b"SEFH" + struct.pack("<II", 106, len(blocks)) + listed
    return b"".join(blocks) + head + struct.pack("<I", len(head)) + b"SEFT"


def trailers() -> bytes:
    """What may stand behind the end of a picture: a second one, the film of a moving photo, Samsung's own."""
    return plain_jpeg(a_hidden_picture(), comment=CANARY) + film() + samsung_trailer()


def each_secret(plain: bytes) -> dict[str, bytes]:
    """The same picture with one secret at a time, by the place where it is hidden."""
    return {
        "EXIF": within(plain, segment(0xE1, b"Exif\0\0" + exif(gps=POSITION))),
        "XMP": within(plain, *xmp_segments()),
        "IPTC": within(plain, iptc()),
        "MPF": within(plain, segment(0xE2, b"MPF\0" + _two_pictures(0, 0) + CANARY)),
        "C2PA": within(plain, content_credentials()),
        "comment": within(plain, segment(0xFE, CANARY)),
        "thumbnail": within(plain, thumbnail_segment()),
        "second picture": plain + within(plain_jpeg(a_hidden_picture()), segment(0xE1, b"Exif\0\0" + exif())),
        "film": plain + film(),
        "Samsung": plain + samsung_trailer(),
    }

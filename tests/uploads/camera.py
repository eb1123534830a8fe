"""Takes pictures as a camera would: with its name, its place and its owner in every corner of the file.

Everything private that is written contains CANARY, so that a test can look for one thing.
"""

import struct
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import numpy as np
import pillow_heif
from PIL import Image, ImageCms

CANARY = b"KANARIE-4711-Anna"
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


def a_scene(width: int = 96, height: int = 64) -> Image.Image:
    """A picture whose four quarters differ, so that no turn or mirror of it looks like another."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2] = (200, 30, 30)
    pixels[: height // 2, width // 2 :] = (30, 160, 60)
    pixels[height // 2 :, : width // 2] = (40, 60, 200)
    pixels[height // 2 :, width // 2 :] = (150, 150, 150)
    return Image.fromarray(pixels)


def exif(
    *,
    capture: Mapping[int, Entry] | None = None,
    gps: Mapping[int, Entry] | None = None,
    orientation: int | None = None,
    order: str = "<",
) -> bytes:
    """A TIFF block as cameras write it, with maker, owner, maker note and, in the second directory, a thumbnail.

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
    thumbnail = _plain_jpeg(a_scene(16, 16), comment=CANARY)
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


def segment(code: int, content: bytes) -> bytes:
    """One JPEG segment with its marker and length."""
    return struct.pack(">BBH", 0xFF, code, len(content) + 2) + content


def private_segments(exif_block: bytes, profile: bytes) -> list[bytes]:
    """What telephones and editors put before the picture in a JPEG."""
    photoshop = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(CANARY)) + CANARY
    pieces = [profile[at : at + 2000] for at in range(0, len(profile), 2000)]
    return [
        segment(0xE1, b"Exif\0\0" + exif_block),
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP),
        segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + b"0" * 32 + struct.pack(">II", len(XMP), 0) + XMP),
        *(segment(0xE2, b"ICC_PROFILE\0" + bytes((n, len(pieces))) + piece) for n, piece in enumerate(pieces, 1)),
        segment(0xE2, b"MPF\0" + _two_pictures() + CANARY),
        segment(0xEB, b"JP\0\x01\0\0\0\x01\0\0\0\x40jumbc2pa" + CANARY),
        segment(0xED, photoshop),
        segment(0xEF, CANARY),
        segment(0xFE, CANARY),
    ]


def _two_pictures() -> bytes:
    """The index of a file that holds two pictures. Source: CIPA DC-007, 5.2."""
    entries = struct.pack("<IIIHH", 0x030000, 0, 0, 0, 0) + struct.pack("<IIIHH", 0, 0, 0, 0, 0)
    return (
        struct.pack("<2sHIH", b"II", 42, 8, 3)
        + struct.pack("<HHI4s", 0xB000, 7, 4, b"0100")
        + struct.pack("<HHII", 0xB001, 4, 1, 2)
        + struct.pack("<HHII", 0xB002, 7, len(entries), 50)
        + struct.pack("<I", 0)
        + entries
    )


def trailers() -> bytes:
    """What stands behind the end of a picture: a second one, the film of a moving photo, Samsung's own."""
    film = struct.pack(">I4s", 24 + len(CANARY), b"ftyp") + b"mp42\0\0\0\0mp42isom" + CANARY
    return _plain_jpeg(a_scene(32, 32), comment=CANARY) + film + b"SEFH" + CANARY + b"SEFT"


def jpeg(scene: Image.Image | None = None, *, exif_block: bytes | None = None, profile: bytes | None = None) -> bytes:
    """A photo straight from a telephone."""
    plain = _plain_jpeg(scene or a_scene())
    block = exif(gps=POSITION) if exif_block is None else exif_block
    own = private_segments(block, srgb_profile() if profile is None else profile)
    return plain[:2] + b"".join(own) + plain[2:] + trailers()


def png(scene: Image.Image | None = None, *, exif_block: bytes | None = None, profile: bytes | None = None) -> bytes:
    """A screenshot or an edited photo, with text chunks of every kind and something after the end."""
    plain = _saved(scene or a_scene(), "PNG")
    own = [
        (b"iCCP", CANARY + b"\0\0" + zlib.compress(srgb_profile() if profile is None else profile)),
        (b"tEXt", b"Author\0" + CANARY),
        (b"zTXt", b"Comment\0\0" + zlib.compress(CANARY)),
        (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP),
        (b"eXIf", exif(gps=POSITION) if exif_block is None else exif_block),
        (b"caBX", CANARY),
        (b"tIME", b"\x07\xea\x05\x0e\x08\x1e\x0f"),
    ]
    after_header = 8 + 25
    return plain[:after_header] + b"".join(chunk(*one) for one in own) + plain[after_header:] + CANARY


def chunk(name: bytes, content: bytes) -> bytes:
    """One PNG chunk with its length and checksum."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def webp(scene: Image.Image | None = None, *, exif_block: bytes | None = None, profile: bytes | None = None) -> bytes:
    """A WebP as browsers make them, with all that it can carry."""
    block = exif(gps=POSITION) if exif_block is None else exif_block
    icc = srgb_profile() if profile is None else profile
    return _saved(scene or a_scene(), "WEBP", exif=block, xmp=XMP, icc_profile=icc, quality=90) + CANARY


def avif(scene: Image.Image | None = None, *, exif_block: bytes | None = None, profile: bytes | None = None) -> bytes:
    """An AVIF with EXIF, XMP and profile."""
    block = exif(gps=POSITION) if exif_block is None else exif_block
    icc = srgb_profile() if profile is None else profile
    return _saved(scene or a_scene(), "AVIF", exif=block, xmp=XMP, icc_profile=icc, quality=90, speed=10)


def heic(scene: Image.Image | None = None, *, exif_block: bytes | None = None, profile: bytes | None = None) -> bytes:
    """A HEIC as telephones make them, with EXIF, XMP and profile."""
    image = (scene or a_scene()).copy()
    image.info["icc_profile"] = srgb_profile() if profile is None else profile
    target = BytesIO()
    pillow_heif.from_pillow(image).save(
        target, exif=b"Exif\0\0" + (exif(gps=POSITION) if exif_block is None else exif_block), xmp=XMP, quality=90
    )
    return target.getvalue()


Camera = Callable[..., bytes]
EVERY_KIND: Mapping[str, Camera] = {"jpeg": jpeg, "png": png, "webp": webp, "avif": avif, "heic": heic}


def srgb_profile() -> bytes:
    """The ordinary colour profile."""
    profile: bytes = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile


def swapped_profile() -> bytes:
    """A profile in which the first channel means green and the second red: easy to see whether it was heeded."""
    return srgb_profile().replace(b"rXYZ", b"----").replace(b"gXYZ", b"rXYZ").replace(b"----", b"gXYZ")


def _plain_jpeg(scene: Image.Image, comment: bytes = b"") -> bytes:
    return _saved(scene, "JPEG", quality=95, subsampling=0, comment=comment)


def _saved(scene: Image.Image, kind: str, **options: Any) -> bytes:
    target = BytesIO()
    scene.save(target, kind, **options)
    return target.getvalue()

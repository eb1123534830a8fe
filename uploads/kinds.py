"""What kind of photo some bytes are, told by the bytes and by nothing that the sender says of them."""

from enum import StrEnum


class Kind(StrEnum):
    """The formats that are decoded. TIFF, GIF, BMP, SVG and PDF are left out on purpose."""

    JPEG = "jpeg"
    """Also MPO, a JPEG with more pictures after it; the first is taken."""
    PNG = "png"
    WEBP = "webp"
    HEIF = "heif"
    AVIF = "avif"


_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_LONGEST_FTYP = 256


def sniff(raw: bytes) -> Kind | None:
    """The kind that the first bytes announce, or None."""
    if raw.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if raw.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if raw.startswith(b"RIFF") and raw[8:12] == b"WEBP":
        return Kind.WEBP
    brands = _brands(raw)
    if brands & _AVIF_BRANDS:
        return Kind.AVIF
    if brands & _HEIF_BRANDS:
        return Kind.HEIF
    return None


def _brands(raw: bytes) -> frozenset[bytes]:
    """Major and compatible brands of an ISO base media file, none for anything else.

    Source: ISO/IEC 14496-12, 4.3 (file type box).
    """
    if raw[4:8] != b"ftyp":
        return frozenset()
    end = min(int.from_bytes(raw[:4], "big"), _LONGEST_FTYP, len(raw))
    return frozenset({raw[8:12], *(raw[at : at + 4] for at in range(16, end, 4))})

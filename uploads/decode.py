"""Opens a photo with the one decoder of its kind and turns it into upright sRGB pixels of the size that is kept."""

from collections.abc import Iterator
from io import BytesIO
from typing import Final

import pillow_heif
from PIL import Image, ImageChops, ImageCms, ImageFile
from PIL.AvifImagePlugin import AvifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from uploads import exif, limits, markers
from uploads.kinds import Kind, sniff
from uploads.parts import Parts, take_apart
from uploads.rejected import PhotoRejected, Reason

# Depth maps show a face as well as a picture does, and an embedded thumbnail need not show what the picture shows.
pillow_heif.options.THUMBNAILS = False
pillow_heif.options.DEPTH_IMAGES = False
pillow_heif.options.AUX_IMAGES = False

_DECODERS: Final[dict[Kind, type[ImageFile.ImageFile]]] = {
    Kind.JPEG: JpegImageFile,
    Kind.PNG: PngImageFile,
    Kind.WEBP: WebPImageFile,
    Kind.AVIF: AvifImageFile,
}
_OF_TELEPHONES = frozenset({Kind.JPEG, Kind.HEIF})
_OF_ITEMS = frozenset({Kind.HEIF, Kind.AVIF})
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What turns a picture upright, by its EXIF orientation (CIPA DC-008, 4.6.5)."""


def pixels_of(raw: bytes, long_side_px: int) -> Image.Image:
    """The picture, upright, in sRGB ("RGB", or "RGBA" where parts are see-through), no edge longer than asked.

    Smaller pictures keep their size. Raises PhotoRejected, and whatever a decoder raises on damage.
    """
    kind = _known(raw)
    parts = take_apart(raw, kind)
    image = _decoded(parts, kind, long_side_px)
    if kind is Kind.JPEG and _ends_in_grey(image) and _was_filled_up(parts, image, long_side_px):
        raise PhotoRejected(Reason.DAMAGED)
    # libheif and libavif find profile and orientation themselves; the others got a file without any.
    profile = parts.icc or image.info.get("icc_profile") or b""
    orientation = exif.orientation(image.info.get("exif") or b"" if kind in _OF_ITEMS else parts.exif)
    shrunk = _shrunk(_in_plain_colours(image), long_side_px)
    return _upright(_in_srgb(shrunk, profile), orientation)


def is_heavy(raw: bytes) -> bool:
    """Whether decoding takes more memory than two photos at a time may have. Reads the header; raises as above."""
    kind = _known(raw)
    parts = take_apart(raw, kind)
    image = _opened(parts, kind)
    pixels = max(image.size[0] * image.size[1], parts.pixels)
    return pixels > (limits.HEAVY_PIXELS if kind in _OF_TELEPHONES else limits.HEAVY_PIXELS_OTHER)


def embedded_exif(raw: bytes) -> bytes:
    """The EXIF block as the camera wrote it, empty if there is none. Raises as `pixels_of` does."""
    return take_apart(raw, _known(raw)).exif


def _known(raw: bytes) -> Kind:
    kind = sniff(raw)
    if kind is None:
        raise PhotoRejected(Reason.NOT_A_PHOTO)
    return kind


def _opened(parts: Parts, kind: Kind) -> ImageFile.ImageFile | pillow_heif.HeifImage:
    """The header read, the pixels not yet. The decoder is called by its class, so that no other one is asked."""
    of_telephones = kind in _OF_TELEPHONES
    if parts.pixels > (limits.CODED_PIXELS if of_telephones else limits.CODED_PIXELS_OTHER):
        raise PhotoRejected(Reason.TOO_MANY_PIXELS)
    source = BytesIO(parts.picture)
    image = pillow_heif.open_heif(source, remove_stride=False)[0] if kind is Kind.HEIF else _DECODERS[kind](source)
    most = limits.DECLARED_PIXELS if of_telephones else limits.DECLARED_PIXELS_OTHER
    if image.size[0] * image.size[1] > most:
        raise PhotoRejected(Reason.TOO_MANY_PIXELS)
    return image


def _decoded(parts: Parts, kind: Kind, long_side_px: int) -> Image.Image:
    image = _opened(parts, kind)
    if isinstance(image, pillow_heif.HeifImage):
        return _in_strips(image, max(1, max(image.size) // (2 * long_side_px)))
    if kind is Kind.JPEG:
        # A box of the picture's own shape: a square one would never let the decoder skip work.
        image.draft(None, _fitted(image.size, long_side_px))
    image.load()
    return image


def _in_strips(source: pillow_heif.HeifImage, factor: int) -> Image.Image:
    """A HEIC's picture at a whole fraction of its size. Whole, it would be in memory twice: 200 MB for a large one."""
    pixels, stride, (width, height) = memoryview(source.data), source.stride, source.size
    whole = Image.new(source.mode, (-(-width // factor), -(-height // factor)))
    rows = 64 * factor
    for top in range(0, height, rows):
        size = (width, min(rows, height - top))
        strip = pixels[top * stride : (top + size[1]) * stride]
        part = Image.frombytes(source.mode, size, strip, "raw", source.mode, stride)
        whole.paste(part.reduce(factor) if factor > 1 else part, (0, top // factor))
    whole.info = {"icc_profile": source.info.get("icc_profile")}
    return whole


def _ends_in_grey(image: Image.Image) -> bool:
    """Whether the lowest row is all of the grey with which libjpeg fills up a picture when it runs out of data."""
    return {127, 128}.issuperset(image.crop((0, image.height - 1, *image.size)).tobytes())


def _was_filled_up(parts: Parts, image: Image.Image, long_side_px: int) -> bool:
    """Whether the file has less than the picture, of which Pillow says nothing; costs the decoding once more.

    Then more data makes another picture; what follows a whole one is passed over. Not so in arithmetic coding, which
    no camera writes and in which it cannot be told.
    """
    if not markers.ARITHMETIC.isdisjoint(code for code, _, _ in markers.segments(parts.picture)):
        return False
    more = Parts(b"".join(_lengthened(parts.picture)))
    return ImageChops.difference(image, _decoded(more, Kind.JPEG, long_side_px)).getbbox() is not None


def _lengthened(jpeg: bytes) -> Iterator[bytes]:
    """The segments of a JPEG, with something that could be pixels at the end of each scan."""
    for code, start, end in markers.segments(jpeg):
        yield jpeg[start:end]
        if code == markers.SOS:
            yield bytes(range(1, 251)) * 4


def _fitted(size: tuple[int, int], long_side_px: int) -> tuple[int, int]:
    """The size in the same shape with the longer edge at most `long_side_px`.

    Rounded down, because a JPEG is decoded at half scale only when both edges are at least twice the box.
    """
    longest = max(*size, long_side_px)
    return max(1, size[0] * long_side_px // longest), max(1, size[1] * long_side_px // longest)


def _in_plain_colours(image: Image.Image) -> Image.Image:
    """The image in a mode that can be shrunk and colour-managed: no palettes, no 16-bit levels."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda level: level / 256).convert("L")
    if image.mode in ("L", "RGB", "CMYK") and "transparency" not in image.info:
        return image
    return _in_mode(image, "RGBA" if image.has_transparency_data else "RGB")


def _in_mode(image: Image.Image, mode: str) -> Image.Image:
    """The image itself if that is its mode: `convert` would make a copy of up to 64 MB."""
    return image if image.mode == mode else image.convert(mode)


def _shrunk(image: Image.Image, long_side_px: int) -> Image.Image:
    size = _fitted(image.size, long_side_px)
    return image if size == image.size else image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """The colours that the profile means; a missing, broken or unfitting profile changes nothing."""
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if not profile or len(profile) > limits.ICC_BYTES:
        return _in_mode(image, mode)
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        managed = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except Exception:  # damage in metadata is never a reason to refuse, whatever it raises
        return _in_mode(image, mode)
    return managed or _in_mode(image, mode)


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    turn = _UPRIGHT.get(orientation)
    return image if turn is None else image.transpose(turn)

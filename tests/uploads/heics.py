"""HEIC and AVIF as telephones and browsers write them: plain, and with other pictures beside the one that is shown."""

from collections.abc import Callable
from io import BytesIO

import pillow_heif
from PIL import Image

from tests.uploads import iso_media
from tests.uploads.exif_block import POSITION, XMP, exif
from tests.uploads.iso_media import Item, Reference, grid, written
from tests.uploads.scenes import CANARY, a_hidden_picture, a_scene, saved, srgb_profile


def heic(scene: Image.Image | None = None, *, exif_block: bytes | None = None, profile: bytes | None = None) -> bytes:
    """A HEIC with EXIF, XMP and profile, as libheif writes it."""
    image = (scene or a_scene()).copy()
    image.info["icc_profile"] = srgb_profile() if profile is None else profile
    target = BytesIO()
    pillow_heif.from_pillow(image).save(
        target, exif=b"Exif\0\0" + (exif(gps=POSITION) if exif_block is None else exif_block), xmp=XMP, quality=90
    )
    return target.getvalue()


def avif(scene: Image.Image | None = None, *, exif_block: bytes | None = None, profile: bytes | None = None) -> bytes:
    """An AVIF with EXIF, XMP and profile, as libavif writes it."""
    block = exif(gps=POSITION) if exif_block is None else exif_block
    icc = srgb_profile() if profile is None else profile
    return saved(scene or a_scene(), "AVIF", exif=block, xmp=XMP, icc_profile=icc, quality=90, speed=10)


def moving_avif(scene: Image.Image | None = None) -> bytes:
    """A sequence, of which the second picture is another."""
    still = scene or a_scene()
    hidden = [a_hidden_picture(*still.size)]
    return saved(still, "AVIF", save_all=True, append_images=hidden, exif=exif(gps=POSITION), quality=90, speed=10)


def coded(brand: bytes) -> Callable[[Image.Image], Item]:
    """What codes a picture for a file of that brand."""
    return iso_media.coded_avif if brand == b"avif" else iso_media.coded_heic


def with_others(scene: Image.Image | None = None, *, brand: bytes = b"heic") -> dict[str, bytes]:
    """The same picture with one other beside it at a time, by what the other is."""
    still = scene or a_scene()
    shown, hidden, small = map(coded(brand), (still, a_hidden_picture(*still.size), a_hidden_picture()))
    secrets = [iso_media.exif_item(exif(gps=POSITION)), iso_media.xmp_item(XMP)]
    about = [Reference(b"cdsc", 3, (1,)), Reference(b"cdsc", 4, (1,))]

    def beside(other: Item, *references: Reference) -> bytes:
        return written([shown, other, *secrets], [*about, *references], brand=brand)

    return {
        "depth": beside(hidden.but(iso_media.DEPTH), Reference(b"auxl", 2, (1,))),
        "gain map": beside(hidden.but(iso_media.GAIN_MAP), Reference(b"auxl", 2, (1,))),
        "hidden thumbnail": beside(small.hidden_away(), Reference(b"thmb", 2, (1,))),
        "thumbnail": beside(small, Reference(b"thmb", 2, (1,))),
        "later picture": beside(hidden),
        "earlier picture": written([hidden, shown], primary=2, brand=brand),
        "film behind": beside(hidden) + iso_media.box(b"mpvd", CANARY),
    }


def tiled(scene: Image.Image | None = None, *, scattered: bool = False) -> bytes:
    """A HEIC put together from tiles that stick out over its edge, as Apple's telephones write it, with a depth map."""
    still = scene or a_scene(120, 100)
    columns, rows = -(-still.width // 64), -(-still.height // 64)
    corners = [(64 * across, 64 * down) for down in range(rows) for across in range(columns)]
    tiles = [iso_media.coded_heic(still.crop((left, top, left + 64, top + 64))) for left, top in corners]
    depth = iso_media.coded_heic(a_hidden_picture(64, 64)).but(iso_media.DEPTH)
    numbers = tuple(range(2, 2 + len(tiles)))
    references = [Reference(b"dimg", 1, numbers), Reference(b"auxl", numbers[-1] + 1, (1,))]
    items = [grid(*still.size, columns, rows), *(tile.hidden_away() for tile in tiles), depth]
    return written(items, references, scattered=scattered)


def see_through(scene: Image.Image, mask: Image.Image, *, brand: bytes = b"heic") -> bytes:
    """A picture with an auxiliary one that says where it is see-through."""
    picture, alpha = map(coded(brand), (scene, mask))
    marked = alpha.but(iso_media.ALPHA_AVIF if brand == b"avif" else iso_media.ALPHA)
    return written([picture, marked], [Reference(b"auxl", 2, (1,))], brand=brand)

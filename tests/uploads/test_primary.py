"""Files that hold more pictures than one: what is kept is the one that is shown, and nothing of the others."""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageSequence

from tests.uploads import heics, iso_media, jpegs, pngs, webps
from tests.uploads.looking import pixels, remains
from tests.uploads.scenes import CANARY, HIDDEN_COLOUR, a_hidden_picture, a_scene, a_slope, saved
from uploads import PhotoRejected, sanitise
from uploads.kinds import Kind
from uploads.parts import take_apart

SCENE = a_slope()
LADEN: Mapping[str, Callable[[], bytes]] = {
    "everything a telephone writes": lambda: jpegs.jpeg(SCENE),
    "two pictures": lambda: jpegs.two_pictures(SCENE),
    "moving picture": lambda: jpegs.moving_picture(SCENE),
    "thumbnail in JFXX": lambda: jpegs.within(jpegs.plain_jpeg(SCENE), jpegs.thumbnail_segment()),
    "APNG": lambda: pngs.animated(SCENE),
    "APNG whose still is no frame": lambda: pngs.animated(SCENE, still_is_a_frame=False),
    "animated WebP": lambda: webps.animated(SCENE),
    "AVIF sequence": lambda: heics.moving_avif(SCENE),
    "tiled HEIC": lambda: heics.tiled(SCENE),
}
OTHERS = {brand: heics.with_others(SCENE, brand=brand) for brand in (b"heic", b"avif")}
ALL: dict[str, bytes] = {
    **{name: made() for name, made in LADEN.items()},
    **{f"{brand.decode()}: {name}": raw for brand, made in OTHERS.items() for name, raw in made.items()},
}
every = pytest.mark.parametrize("name", ALL)

CLOSE = 12
"""Levels of 255 by which coding twice may change a pixel of a picture without edges."""


@every
def test_the_picture_that_is_shown_is_kept(name: str) -> None:
    """Every pixel is that of the shown picture, but for what coding changes; none has the hidden one's colour."""
    photo = sanitise(ALL[name])

    assert (SCENE.width, SCENE.height) == (photo.width_px, photo.height_px)
    assert np.abs(pixels(photo.jpeg) - np.asarray(SCENE).astype(np.int16)).max() <= CLOSE
    assert not shows_what_is_hidden(photo.jpeg)
    assert set() == remains(photo.jpeg)


def test_what_is_hidden_would_be_seen() -> None:
    """Control: kept in the place of the shown one, the hidden picture is noticed."""
    kept = sanitise(jpegs.plain_jpeg(a_hidden_picture(96, 64))).jpeg

    assert shows_what_is_hidden(kept)
    assert np.abs(pixels(kept) - np.asarray(SCENE).astype(np.int16)).max() > CLOSE


def shows_what_is_hidden(picture: bytes) -> bool:
    """Whether a pixel has the colour that only the other pictures have."""
    return bool((np.abs(pixels(picture) - np.array(HIDDEN_COLOUR)).max(axis=2) <= CLOSE).any())


@pytest.mark.parametrize("name", ["two pictures", "APNG", "animated WebP", "AVIF sequence"])
def test_another_picture_is_there_to_be_seen(name: str) -> None:
    """Control: a program that goes on to the next picture finds the hidden one."""
    with Image.open(BytesIO(ALL[name])) as image:
        frames = [saved(frame.convert("RGB"), "PNG") for frame in ImageSequence.Iterator(image)]

    assert [False, True] == [shows_what_is_hidden(frame) for frame in frames]


@pytest.mark.parametrize("kind", OTHERS[b"heic"])
def test_another_picture_is_in_the_heic(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: libheif, asked for everything, finds a second picture, a depth map, a thumbnail."""
    for option in ("THUMBNAILS", "DEPTH_IMAGES", "AUX_IMAGES"):
        monkeypatch.setattr(pillow_heif.options, option, True)
    heif: Any = pillow_heif.open_heif(BytesIO(OTHERS[b"heic"][kind]))
    said = heif[heif.primary_index].info

    assert len(heif) - 1 + len(said["thumbnails"]) + len(said["depth_images"]) + len(said["aux"]) >= 1


@pytest.mark.parametrize(("brand", "kind"), [(b"heic", Kind.HEIF), (b"avif", Kind.AVIF)])
def test_no_decoder_meets_another_picture(brand: bytes, kind: Kind) -> None:
    """What goes to libheif and libavif is a fresh file with the shown picture in it and nothing else."""
    given = {name: take_apart(raw, kind).picture for name, raw in OTHERS[brand].items()}

    assert 1 == len({len(picture) for picture in given.values()})
    assert not any(CANARY in picture or b"urn:" in picture or b"thmb" in picture for picture in given.values())


@pytest.mark.parametrize("name", ["two pictures", "moving picture", "APNG", "APNG whose still is no frame"])
def test_no_decoder_meets_what_follows(name: str) -> None:
    """What stands behind a JPEG, and what moves in a PNG, is cut off before."""
    kind = Kind.PNG if "APNG" in name else Kind.JPEG
    picture = take_apart(ALL[name], kind).picture

    assert len(picture) < len(ALL[name])
    assert not {marker for marker in (b"fdAT", b"acTL", b"ftyp", b"MPF\0", CANARY) if marker in picture}


@pytest.mark.parametrize("brand", [b"heic", b"avif"])
def test_see_through_parts_are_white(brand: bytes) -> None:
    """The one auxiliary picture that belongs to the picture: where it is dark, nothing is shown."""
    mask = Image.new("L", (96, 64), 255)
    mask.paste(0, (48, 0, 96, 64))
    photo = sanitise(heics.see_through(a_scene(), mask, brand=brand))

    seen = pixels(photo.jpeg)
    assert seen[:, 60:].min() > 245
    assert seen[:, :40].max() < 215


@pytest.mark.parametrize("brand", [b"heic", b"avif"])
def test_where_the_shown_picture_is_broken_no_other_takes_its_place(brand: bytes) -> None:
    """The next picture in the file may be one that the sender never saw."""
    item = heics.coded(brand)(SCENE)
    broken = item.holding(item.data[:20])
    raw = iso_media.written([broken, heics.coded(brand)(a_hidden_picture(96, 64))], brand=brand)

    with pytest.raises(PhotoRejected):
        sanitise(raw)

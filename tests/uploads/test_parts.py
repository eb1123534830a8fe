"""A file is taken apart before a decoder sees it: what it gets is the picture alone."""

import struct

import pytest

from tests.uploads import camera, heics, iso_media
from tests.uploads.iso_media import Item, Reference
from tests.uploads.scenes import CANARY, a_scene
from uploads import PhotoRejected, items, sanitise
from uploads.kinds import Kind, sniff
from uploads.parts import take_apart


@pytest.mark.parametrize(("kind", "camera_of_kind"), [(Kind.HEIF, camera.heic), (Kind.AVIF, camera.avif)])
def test_what_a_decoder_gets_is_the_picture_alone(kind: Kind, camera_of_kind: camera.Camera) -> None:
    """EXIF and XMP are out of the file, and the file has the picture still."""
    whole = camera_of_kind()
    parts = take_apart(whole, kind)

    assert CANARY in whole
    assert CANARY not in parts.picture
    assert CANARY in parts.exif
    assert sanitise(whole) == sanitise(parts.picture)


@pytest.mark.parametrize("kind", [Kind.HEIF, Kind.AVIF])
def test_taking_apart_twice_changes_nothing(kind: Kind) -> None:
    """The file that is written has numbers of four bytes throughout; it is read as well as one that has two."""
    whole = camera.heic() if kind is Kind.HEIF else camera.avif()
    once = take_apart(whole, kind).picture

    assert kind is sniff(once)
    assert once == take_apart(once, kind).picture


def test_a_file_is_laid_out_in_more_ways_than_one() -> None:
    """Where a grid lies in the table of items and a tile in two pieces, the picture is the same."""
    plain, scattered = heics.tiled(), heics.tiled(scattered=True)

    assert plain != scattered
    assert take_apart(plain, Kind.HEIF).picture == take_apart(scattered, Kind.HEIF).picture
    assert sanitise(plain) == sanitise(scattered)


def test_two_profiles_of_one_picture_stay() -> None:
    """An nclx and an ICC profile may stand side by side, and each is of use to somebody."""
    profiles = iso_media.box(b"colr", b"nclx", bytes(7)), iso_media.profiled(camera.srgb_profile())
    item = iso_media.coded_heic(a_scene()).but(*profiles)

    assert 2 == take_apart(iso_media.written([item]), Kind.HEIF).picture.count(b"colr")


@pytest.mark.parametrize(
    "lead", [b"\0\0\0\6Exif\0\0", b"\0\0\0\0", b"\0\0\0\6", b"\0\0\0\0Exif\0\0", b"\xff\xff\xff\xff"]
)
def test_an_exif_item_begins_in_many_ways(lead: bytes) -> None:
    """Cameras count differently where in the item the block begins."""
    block = camera.exif()
    raw = iso_media.written([iso_media.coded_heic(a_scene()), Item(b"Exif", lead + block)])

    assert block == take_apart(raw, Kind.HEIF).exif.removeprefix(b"Exif\0\0")


def test_the_exif_block_is_that_of_the_picture() -> None:
    """In a burst each picture has one of its own."""
    items = [iso_media.exif_item(camera.exif(orientation=n)) for n in (1, 2)]
    describes = [Reference(b"cdsc", 3, (1,))]
    raw = iso_media.written([iso_media.coded_heic(a_scene()), *items], describes)

    assert camera.exif(orientation=2) == take_apart(raw, Kind.HEIF).exif


@pytest.mark.parametrize("kind", ["heic", "avif"])
def test_exif_that_is_cut_off_costs_nothing_else(kind: str) -> None:
    """Only the picture has to be whole: here the block claims to go on after the end of the file."""
    coded = heics.coded(kind.encode())(a_scene())
    raw = iso_media.written([coded, iso_media.exif_item(camera.exif())], brand=kind.encode())[:-200]

    assert b"" == take_apart(raw, Kind(kind.replace("c", "f"))).exif
    assert 96 == sanitise(raw).width_px


def test_a_picture_that_is_cut_off_is_not_read() -> None:
    """Control: of the picture nothing may be missing."""
    raw = iso_media.written([iso_media.exif_item(camera.exif()), iso_media.coded_heic(a_scene())], primary=2)

    assert 96 == sanitise(raw).width_px
    with pytest.raises(items.PiecesNotReadable):
        take_apart(raw[:-1], Kind.HEIF)


@pytest.mark.parametrize("how", ["iden", "iovl"])
def test_a_picture_made_of_others_in_another_way_is_refused(how: str) -> None:
    """Overlays and copies are in the standard and in no camera; an overlay can cost a thousand decodings."""
    coded = iso_media.coded_heic(a_scene())
    whole = iso_media.overlay(96, 64, 1) if how == "iovl" else Item(b"iden", b"", (iso_media.size_of(96, 64),))
    raw = iso_media.written([whole, coded], [Reference(b"dimg", 1, (2,))])

    with pytest.raises(PhotoRejected):
        sanitise(raw)


@pytest.mark.parametrize(
    ("header", "most"),
    [
        # still, reduced: level, 7 + 1 bits for the width, 6 + 1 for the height, 96 × 64
        ("000 1 1 00000 0111 0110 01011111 0111111", 96 * 64),
        # not reduced: no clocks, no delays, one operating point of level 2; then up to 256 × 128 may be coded
        ("000 1 0 0 0 00000 000000000000 00010 0111 0110 01011111 0111111", 256 * 128),
        # with delays, and a level that has a tier
        ("000 0 0 0 1 00000 000000000000 01000 1 1 0101 0111 0110 01011111 0111111", 256 * 128),
    ],
)
def test_the_largest_picture_of_av1_is_told_by_its_header(header: str, most: int) -> None:
    """What is coded may be larger than the file says, and is counted before anything is decoded."""
    unit = sequence_header(header)

    assert 0 == items.av1_pixels(unit)
    assert most == items.av1_pixels(unit + FRAME)
    assert 3 * most == items.av1_pixels(b"\x12\0" + unit + FRAME * 3)
    assert most == items.av1_pixels(unit + b"\x30" + bytes(500)), "a last unit without a length"


@pytest.mark.parametrize("cut", [b"\x0a", b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff", b"\x0a\1\xff", b"\x0a\0"])
def test_av1_that_is_cut_off_is_not_counted(cut: bytes) -> None:
    """Nor is it decoded then."""
    with pytest.raises((items.PiecesNotReadable, IndexError, ValueError)):
        items.av1_pixels(cut)


FRAME = b"\x32\x05" + bytes(5)


def sequence_header(bits: str) -> bytes:
    """The unit with these fields, each written as its bits."""
    row = bits.replace(" ", "")
    row = row.ljust(-(-len(row) // 8) * 8, "0")
    return b"\x0a" + bytes((len(row) // 8,)) + int(row, 2).to_bytes(len(row) // 8, "big")


def test_av1_of_our_encoder_is_counted_right() -> None:
    """Control: a real picture counts as what it is."""
    item = iso_media.coded_avif(a_scene(200, 100))

    assert 200 * 100 == items.av1_pixels(item.data)
    assert struct.pack(">II", 200, 100) in item.properties[0]

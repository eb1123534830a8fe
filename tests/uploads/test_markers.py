"""The last guard: whatever goes wrong before it, a JPEG that holds more than a picture does not pass."""

from io import BytesIO

import pytest
from PIL import Image

from tests.uploads import camera
from tests.uploads.camera import segment
from uploads import PhotoRejected, Reason, gate, markers, sanitise

CLEAN = sanitise(camera.jpeg()).jpeg
_PICTURE = CLEAN.index(b"\xff\xdb")


def test_a_clean_photo_passes() -> None:
    """Control: the guard lets through what the kernel makes."""
    markers.walk(CLEAN)


@pytest.mark.parametrize(
    "faulty",
    [
        pytest.param(CLEAN[:2] + segment(0xE1, b"Exif\0\0") + CLEAN[2:], id="EXIF"),
        pytest.param(CLEAN[:_PICTURE] + segment(0xE1, camera.XMP) + CLEAN[_PICTURE:], id="XMP"),
        pytest.param(CLEAN[:_PICTURE] + segment(0xE2, b"ICC_PROFILE\0\x01\x01") + CLEAN[_PICTURE:], id="profile"),
        pytest.param(CLEAN[:_PICTURE] + segment(0xEB, b"JP") + CLEAN[_PICTURE:], id="C2PA"),
        pytest.param(CLEAN[:_PICTURE] + segment(0xED, b"8BIM") + CLEAN[_PICTURE:], id="IPTC"),
        pytest.param(CLEAN[:_PICTURE] + segment(0xEE, b"Adobe") + CLEAN[_PICTURE:], id="Adobe"),
        pytest.param(CLEAN[:_PICTURE] + segment(0xFE, b"Anna") + CLEAN[_PICTURE:], id="comment"),
        pytest.param(CLEAN[:-2] + segment(0xFE, b"Anna") + CLEAN[-2:], id="comment after the picture"),
        pytest.param(CLEAN[:_PICTURE] + segment(0xE0, b"JFXX\0\x10") + CLEAN[_PICTURE:], id="thumbnail in JFXX"),
        pytest.param(
            CLEAN[:2] + segment(0xE0, CLEAN[6:18] + b"\x01\x01Ann") + CLEAN[20:], id="thumbnail in the JFIF header"
        ),
        pytest.param(CLEAN[:_PICTURE] + b"Anna" + CLEAN[_PICTURE:], id="bytes between segments"),
        pytest.param(b"Anna" + CLEAN, id="bytes before"),
        pytest.param(CLEAN + b"\0", id="a byte after"),
        pytest.param(CLEAN + CLEAN, id="a second picture"),
        pytest.param(CLEAN[:-2], id="no end"),
        pytest.param(CLEAN[:-1], id="half an end"),
        pytest.param(CLEAN[:_PICTURE] + CLEAN[-2:], id="no picture"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_anything_but_a_picture_is_stopped(faulty: bytes) -> None:
    """Each place in which a JPEG can carry something is looked at."""
    with pytest.raises(markers.MarkerNotAllowed):
        markers.walk(faulty)


def test_the_gate_fails_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should the encoder ever write more than a picture, the photo is refused rather than kept."""

    def careless(image: Image.Image, target: BytesIO, *_: object, **__: object) -> None:
        target.write(CLEAN[:2] + segment(0xFE, b"Anna") + CLEAN[2:])

    monkeypatch.setattr(Image.Image, "save", careless)

    with pytest.raises(PhotoRejected) as refusal:
        gate.release(Image.new("RGB", (8, 8)))
    assert refusal.value.reason is Reason.NOT_CLEAN


def test_what_an_image_carries_along_stays_behind() -> None:
    """Comment, EXIF and profile travel in Pillow's images; the gate copies the pixels alone."""
    laden = Image.new("RGB", (32, 32), "red")
    laden.info = {"comment": b"Anna", "exif": b"Exif\0\0", "icc_profile": b"Anna", "dpi": (300, 300)}

    assert b"Anna" not in gate.release(laden).jpeg


def test_the_size_is_read_without_decoding() -> None:
    """The audit compares every picture with its row in little time."""
    assert (96, 64) == markers.size(CLEAN)
    with pytest.raises(markers.MarkerNotAllowed):
        markers.size(CLEAN[:_PICTURE])

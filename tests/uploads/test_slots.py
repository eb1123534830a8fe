"""Decode slots: as many photos at a time as there are cores, one when it is heavy, and nobody waits for ever."""

import threading
import time
from io import BytesIO

import pytest
from PIL import Image

from tests.uploads import camera
from uploads import Busy, DecodeSlots

PHOTO = camera.jpeg()


def a_photo(kind: str, width: int, height: int) -> bytes:
    """A photo of that many pixels."""
    target = BytesIO()
    Image.new("L", (width, height)).save(target, kind)
    return target.getvalue()


HEAVY = a_photo("JPEG", 4001, 4000)


def test_as_many_photos_as_slots_are_decoded_at_a_time() -> None:
    """The third of two is asked to come back, and is let in when one has left."""
    slots = DecodeSlots(2, wait_s=0.01)
    with slots.held([PHOTO]):
        with slots.held([PHOTO, PHOTO]), pytest.raises(Busy), slots.held([PHOTO]):
            pass
        with slots.held([PHOTO]):
            pass


@pytest.mark.parametrize("heavy", [HEAVY, a_photo("PNG", 3001, 2000)], ids=["jpeg", "png"])
def test_a_heavy_photo_is_decoded_alone(heavy: bytes) -> None:
    """Two large ones at once would need more memory than was promised."""
    slots = DecodeSlots(2, wait_s=0.01)
    with slots.held([PHOTO, heavy]), pytest.raises(Busy), slots.held([PHOTO]):
        pass
    with slots.held([PHOTO]), pytest.raises(Busy), slots.held([heavy]):
        pass


@pytest.mark.parametrize("ordinary", [a_photo("JPEG", 4000, 4000), a_photo("PNG", 3000, 2000)], ids=["jpeg", "png"])
def test_an_ordinary_photo_is_not_decoded_alone(ordinary: bytes) -> None:
    """Control: what telephones usually send is let in two at a time."""
    slots = DecodeSlots(2, wait_s=0.01)
    with slots.held([PHOTO]), slots.held([ordinary]):
        pass


def test_a_report_without_photos_waits_for_nothing() -> None:
    """What was only heard is received however many photos are being decoded."""
    slots = DecodeSlots(1, wait_s=0.01)
    with slots.held([PHOTO]), slots.held([]):
        pass


def test_a_slot_is_given_back_when_a_photo_is_refused() -> None:
    """A broken photo takes no slot with it, and what is no photo is not heavy."""
    slots = DecodeSlots(1, wait_s=0.01)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), slots.held([b"no photo"]):
            raise ZeroDivisionError


def test_whoever_waits_is_let_in_as_soon_as_a_slot_is_free() -> None:
    """Waiting ends with the photo before, not with the time that was set."""
    slots = DecodeSlots(1, wait_s=30)
    inside = threading.Event()

    def first() -> None:
        with slots.held([PHOTO]):
            inside.set()
            time.sleep(0.05)

    other = threading.Thread(target=first)
    other.start()
    inside.wait()
    began = time.monotonic()
    with slots.held([HEAVY]):
        waited = time.monotonic() - began
    other.join()

    assert waited < 5

"""A bounded number of photos is decoded at a time, so that memory and waiting have a limit."""

import ctypes
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final

from uploads import decode, limits
from uploads.rejected import PhotoRejected
from uploads.sanitise import refusing

_M_ARENA_MAX: Final = -8
with suppress(OSError, AttributeError, TypeError):  # only glibc has arenas
    # Else glibc keeps what each thread gave back for that thread, and HEIC is decoded by new threads for every photo:
    # twenty of 12 megapixels, two at a time, would hold 430 MB instead of 210.
    ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


class Busy(Exception):
    """No slot came free in time. The answer is 503 with Retry-After; the phone keeps the report."""


def cores() -> int:
    """The processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class DecodeSlots:
    """As many slots as there are cores, shared by the threads of one process."""

    def __init__(self, count: int | None = None, wait_s: float = limits.SLOT_WAIT_S) -> None:
        self._count = self._free = count or cores()
        self._wait_s = wait_s
        self._changed = threading.Condition()

    @contextmanager
    def held(self, photos: Sequence[bytes]) -> Iterator[None]:
        """Holds one slot while the photos of a report are sanitised, or all of them if one is heavy; none for none.

        Raises Busy after waiting `wait_s` seconds.
        """
        needed = self._needed(photos)
        with self._changed:
            if not self._changed.wait_for(lambda: self._free >= needed, self._wait_s):
                raise Busy
            self._free -= needed
        try:
            yield
        finally:
            with self._changed:
                self._free += needed
                self._changed.notify_all()

    def _needed(self, photos: Sequence[bytes]) -> int:
        if any(_is_heavy(photo) for photo in photos):
            return self._count
        return 1 if photos else 0


def _is_heavy(photo: bytes) -> bool:
    """Whether a photo must be alone in memory. What is going to be refused anyway need not be."""
    try:
        with refusing():
            return decode.is_heavy(photo)
    except PhotoRejected:
        return False

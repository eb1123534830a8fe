"""What the kernel says to some bytes, and what it costs to say it."""

import time

from tests.uploads.looking import remains
from uploads import PhotoRejected, Reason, sanitise


def reason_for(raw: bytes) -> Reason | None:
    """Why the bytes are refused, None if they are not, and then what is kept is clean.

    Any other exception than PhotoRejected fails the test.
    """
    try:
        photo = sanitise(raw)
    except PhotoRejected as refusal:
        return refusal.reason
    assert set() == remains(photo.jpeg)
    return None


def cpu_s(raw: bytes) -> float:
    """What the verdict costs, over all threads."""
    began = time.process_time()
    reason_for(raw)
    return time.process_time() - began

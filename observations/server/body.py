"""The bodies of requests: in memory and never in a file, and all together within one bound."""

import io
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from observations import limits
from observations.web.requests import Refused

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PIECE_BYTES: Final = 64 * 1024
"""Bytes that came one by one lie together in pieces of this size: each piece has its price too."""


PACE_OVER_S: Final = 10
"""A pace is told by what came in so many seconds."""


class Room:
    """The memory that bodies may take, from their first byte until their request has been answered.

    Counted is what has arrived, not what was announced. When it is used up, the slowest sender loses what it has and is
    asked to come back; so whoever sends at an ordinary pace gets through, however many hold out at a crawl.
    """

    def __init__(self, most_bytes: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._most = most_bytes
        self._taken = 0
        self._arriving: set[Body] = set()
        self._lock = threading.Lock()

    @property
    def taken(self) -> int:
        """Bytes in use."""
        return self._taken

    def enter(self, body: "Body") -> None:
        """Count it among those that are still arriving."""
        with self._lock:
            self._arriving.add(body)

    def leave(self, body: "Body") -> None:
        """It has arrived, or is given up."""
        with self._lock:
            self._arriving.discard(body)

    def take(self, body: "Body", count: int) -> bool:
        """Whether `count` bytes more may be kept for `body`. Only the thread that receives asks."""
        while not self._took(count):
            slowest = self._slowest(body)
            slowest.refuse(Refused.NO_ROOM)
            if slowest is body:
                return False
        return True

    def give_back(self, count: int) -> None:
        """Bytes that are no longer in use."""
        with self._lock:
            self._taken -= count

    def _took(self, count: int) -> bool:
        with self._lock:
            if self._taken + count > self._most:
                return False
            self._taken += count
            return True

    def _slowest(self, asking: "Body") -> "Body":
        with self._lock:
            slow = [body for body in self._arriving if body.taken and body.age_s > limits.GRACE_S]
        return min(slow, key=lambda body: body.bytes_per_s, default=asking)


class Body:
    """What has been received of one body; waitress appends to it, the application reads it, once."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._began = room.clock()
        self._pieces: deque[bytearray] = deque()
        self._length = 0
        self._lately: deque[tuple[int, int]] = deque(maxlen=PACE_OVER_S)
        """Seconds in which something came, and how many bytes."""
        self._lock = threading.Lock()  # another thread may close what this one appends to
        self._closed = False
        self.taken = 0
        """Bytes counted in the room."""
        self.refused: Refused | None = None
        """Why nothing of it is kept; what still arrives is thrown away."""
        room.enter(self)

    def __len__(self) -> int:
        """Bytes kept."""
        return self._length

    def __bool__(self) -> bool:
        """It is there, also when it is empty."""
        return True

    @property
    def age_s(self) -> float:
        """Seconds since its first byte could have come."""
        return self._room.clock() - self._began

    @property
    def bytes_per_s(self) -> float:
        """The pace at which it has come of late: who began fast and then holds still is slow."""
        since = self._room.clock() - PACE_OVER_S
        return sum(count for second, count in self._lately if second > since) / PACE_OVER_S

    def append(self, data: bytes) -> None:
        """Keep what has come, or refuse the whole if it has become too much."""
        if self.refused:
            return
        length = self._length + len(data)
        if length > limits.BODY_BYTES:
            self.refuse(Refused.TOO_LARGE)
            return
        more = max(0, length - limits.SMALL_BODY_BYTES) - self.taken
        if more > 0 and not self._room.take(self, more):
            return
        with self._lock:
            if not self._closed:
                self.taken += max(0, more)
                self._length = length
                self._keep(data)
                return
        self._room.give_back(max(0, more))

    def arrived(self) -> None:
        """It is whole, and no longer anybody's to slow down."""
        self._room.leave(self)

    def refuse(self, why: Refused) -> None:
        """Forget what came of it and keep nothing more."""
        self.refused = why
        self.close()

    def close(self) -> None:
        """Give its memory back; safe to repeat."""
        self._room.leave(self)
        with self._lock:
            self._closed = True
            given, self.taken, self._length = self.taken, 0, 0
            self._pieces.clear()
        self._room.give_back(given)

    def _keep(self, data: bytes) -> None:
        if not self._pieces or len(self._pieces[-1]) >= PIECE_BYTES:
            self._pieces.append(bytearray())
        self._pieces[-1] += data
        second, before = int(self._room.clock()), 0
        if self._lately and self._lately[-1][0] == second:
            before = self._lately.pop()[1]
        self._lately.append((second, before + len(data)))

    def getfile(self) -> io.BufferedReader:
        """What the application reads. What has been read is not kept a second time."""
        return io.BufferedReader(_Reader(self), PIECE_BYTES)

    def taken_out(self, most: int) -> bytes:
        """The next bytes, `most` at a time; empty at the end."""
        with self._lock:
            if not self._pieces:
                return b""
            first = self._pieces[0]
            if len(first) <= most:
                return bytes(self._pieces.popleft())
            part = bytes(first[:most])
            del first[:most]
            return part


class _Reader(io.RawIOBase):
    def __init__(self, body: Body) -> None:
        self._body = body

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer).cast("B")
        data = self._body.taken_out(len(view))
        view[: len(data)] = data
        return len(data)

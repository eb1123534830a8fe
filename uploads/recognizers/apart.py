"""Looks through photos in a process of its own: what crashes or hangs there takes no report with it.

The detectors are native code that holds the interpreter's lock for a third of a second; beside the server's threads
each photo would make every request wait.
"""

import multiprocessing
import os
import threading
import time
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from typing import Final

from uploads import limits
from uploads.recognizers import Suggestion, look

_PHOTOS_EACH: Final = 40
"""So many photos, then a fresh process: the detector never gives a picture's 3 MB back."""
_NICENESS: Final = 10
_QUEUE_S: Final = 4.0
"""A request must not stand in a long queue: whoever waits longer is told that nothing has looked."""


class NotLooked(Exception):
    """The process died over the photo or did not answer in time; nothing is known of the photo."""


class Apart:
    """One process, started when it is first needed, one photo at a time. Safe to use from several threads."""

    def __init__(self, wait_s: float = limits.SCREENING_WAIT_S) -> None:
        self._wait_s = wait_s
        self._lock = threading.Lock()
        self._process: ProcessPoolExecutor | None = None

    def look(self, jpeg: bytes) -> list[Suggestion]:
        """As `recognizers.look`. Raises NotLooked too, also when others are being looked at for too long."""
        if not self._lock.acquire(timeout=_QUEUE_S):
            raise NotLooked("busy")
        try:
            if self._process is None:
                self._process = _started()
            return self._process.submit(look, jpeg).result(self._wait_s)
        except (BrokenExecutor, TimeoutError) as error:
            self._end()
            raise NotLooked(type(error).__name__) from error
        finally:
            self._lock.release()

    def close(self) -> None:
        """End the process; a later look starts another."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            for each in list((process._processes or {}).values()):
                each.kill()  # one that hangs does not end when it is asked
            process.shutdown(wait=False, cancel_futures=True)


def _started() -> ProcessPoolExecutor:
    """Spawned, not forked: a fork would inherit the server's locks and connections."""
    return ProcessPoolExecutor(
        1,
        multiprocessing.get_context("spawn"),
        initializer=_behave,
        initargs=(os.getpid(),),
        max_tasks_per_child=_PHOTOS_EACH,
    )


def _behave(server: int) -> None:
    """Give way to the server, and end when it has ended, be it before this process has begun."""
    os.nice(_NICENESS)
    threading.Thread(target=_end_with, args=(server,), daemon=True).start()


def _end_with(parent: int) -> None:
    """A server that was killed asks nobody to end; its child then gets another parent."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)

"""Looks at a running process from outside: what it has open or mapped, deleted files too, and what it has written."""

import re
import stat
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from tests.uploads.camera import CANARY

PROC = Path("/proc")
EVERY_S = 0.002


def family(pid: int) -> Iterator[int]:
    """The process and those that it has started."""
    yield pid
    for thread in (PROC / str(pid) / "task").glob("*/children"):
        try:
            for child in thread.read_text().split():
                yield from family(int(child))
        except OSError:
            continue  # that thread is over


def open_files_with_the_canary(pid: int) -> set[str]:
    """Files that the process, or one that it has started, holds open or mapped and that hold the camera's secret."""
    return {name for each in family(pid) for look in (_open_in, mapped_in) for name in look(each)}


def _open_in(pid: int) -> Iterator[str]:
    for handle in (PROC / str(pid) / "fd").glob("*"):
        try:
            if stat.S_ISREG(handle.stat().st_mode) and CANARY in handle.read_bytes():
                yield str(handle.readlink())
        except OSError:
            continue  # closed meanwhile


def mapped_in(pid: int) -> Iterator[str]:
    """Mapped files with the secret, shared ones and nameless ones; what is mapped for itself alone is memory."""
    try:
        regions = (PROC / str(pid) / "maps").read_text().splitlines()
        with (PROC / str(pid) / "mem").open("rb", buffering=0) as memory:
            for start, end, shared, name in (found.groups() for line in regions if (found := _FILE.match(line))):
                if shared == "s" or name.endswith("(deleted)") or name.startswith("/memfd:"):
                    memory.seek(int(start, 16))
                    if CANARY in memory.read(int(end, 16) - int(start, 16)):
                        yield name
    except OSError:
        return  # it is gone, or has just unmapped one


_FILE = re.compile(r"([0-9a-f]+)-([0-9a-f]+) r..([sp]) [0-9a-f]+ \S+ [1-9]\d*\s+(/.*)")


COMMON = tuple(map(Path, ("/tmp", "/var/tmp", "/dev/shm", tempfile.gettempdir())))


def left_since(moment: float, *places: Path) -> list[Path]:
    """Files in these folders that are no older. What lies in folders of theirs belongs to somebody else."""
    return [path for place in {*places} if place.is_dir() for path in place.iterdir() if _is_new(path, moment)]


def _is_new(path: Path, moment: float) -> bool:
    try:
        return path.is_file() and path.stat().st_mtime >= moment
    except OSError:
        return False  # gone already


def files_with_the_canary(*places: Path) -> set[str]:
    """Files in these folders, or these files, that hold it."""
    paths = [path for place in places for path in ([place] if place.is_file() else place.rglob("*"))]
    return {str(path) for path in paths if path.is_file() and CANARY in path.read_bytes()}


class Watch:
    """Looks at a process again and again, as long as the block lasts."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.seen: set[str] = set()
        self.looks = 0

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.is_set():
            self.seen |= open_files_with_the_canary(self._pid)
            self.looks += 1
            self._over.wait(EVERY_S)

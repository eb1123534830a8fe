"""Photos in a folder of this machine, private to the service, durable when `put` returns."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from uploads.stores import NAME, PhotoMissing, StoreUnavailable, new_name, valid

_TEMPORARY: Final = ".part"
_PRIVATE_FILE: Final = 0o600
_PRIVATE_FOLDER: Final = 0o700


class FolderStore:
    """One file for each photo, spread over 256 subfolders by the first two digits of its name."""

    def __init__(self, root: str | Path) -> None:
        self._root = Path(root).expanduser().absolute()
        self._lasting: set[str] = set()
        """Subfolders that are known to survive a power cut."""
        with _trouble():
            for folder in reversed((self._root, *self._root.parents)):
                if not folder.is_dir():
                    folder.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)
                    _sync_folder(folder.parent)
        with suppress(OSError):  # whoever made it may have been cut off just then; above it, not all may be readable
            _sync_folder(self._root.parent)

    def put(self, name: str, data: bytes) -> None:
        """Temporary file in its final folder → fsync → rename → fsync of the folder."""
        final = self._path(name)
        with _trouble():
            self._make(final.parent)
            temporary = _written(final, data)
            try:
                temporary.rename(final)
                _sync_folder(final.parent)
            except OSError:
                _discard(temporary, final)
                raise

    def get(self, name: str) -> bytes:
        """The bytes under a name."""
        with _trouble():
            try:
                return self._path(name).read_bytes()
            except FileNotFoundError:
                raise PhotoMissing(name) from None

    def delete(self, name: str) -> None:
        """Removes the file and makes that durable."""
        path = self._path(name)
        with _trouble(), suppress(FileNotFoundError):
            path.unlink()
            _sync_folder(path.parent)

    def names(self, prefix: str = "") -> Iterator[tuple[str, datetime]]:
        """Reads one subfolder at a time, so that a million photos need no memory; with two digits only that one."""
        for path, modified in self._files(prefix[:2]):
            if path.name.startswith(prefix) and NAME.fullmatch(path.name):
                yield path.name, modified

    def sweep_temporary(self, older_than: datetime) -> int:
        """Removes the temporary files of writers that died."""
        swept = 0
        for path, modified in self._files():
            if path.suffix == _TEMPORARY and modified < older_than:
                with _trouble():
                    path.unlink(missing_ok=True)
                swept += 1
        return swept

    def strangers(self, older_than: datetime) -> Iterator[str]:
        """Paths within the folder: other names, photos in the wrong subfolder, files in deeper folders."""
        for folder, _, names in os.walk(self._root, onerror=_raise):
            for path in (Path(folder, name) for name in sorted(names)):
                if NAME.fullmatch(path.name) and path == self._path(path.name):
                    continue
                with suppress(FileNotFoundError):  # one that was half-written is whole now
                    modified = datetime.fromtimestamp(path.lstat().st_mtime, UTC)
                    if path.suffix != _TEMPORARY or modified < older_than:
                        yield path.relative_to(self._root).as_posix()

    def probe(self) -> None:
        """Writes as much as a small photo needs, so that a full disk is noticed."""
        with _trouble():
            _written(self._root / new_name(), bytes(4096)).unlink()

    def _path(self, name: str) -> Path:
        return self._root / valid(name)[:2] / name

    def _make(self, folder: Path) -> None:
        """A subfolder is itself an entry that must survive a power cut, whoever made it, and however long ago."""
        if folder.name in self._lasting and folder.is_dir():
            return
        folder.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)
        _sync_folder(self._root)
        self._lasting.add(folder.name)

    def _files(self, start: str = "") -> Iterator[tuple[Path, datetime]]:
        """The files in the root and in the subfolders whose names begin with `start`."""
        with _trouble():
            inside = (entry for entry in os.scandir(self._root) if entry.name.startswith(start) and entry.is_dir())
            folders = [self._root, *map(Path, inside)]
        for folder in folders:
            with _trouble():
                entries = [entry for entry in os.scandir(folder) if entry.is_file()]
            for entry in entries:
                try:
                    modified = entry.stat().st_mtime
                except FileNotFoundError:
                    continue
                yield Path(entry), datetime.fromtimestamp(modified, UTC)


def _raise(error: OSError) -> None:
    raise StoreUnavailable(error.strerror) from error


def _written(final: Path, data: bytes) -> Path:
    """A new temporary file beside `final` that holds the data, on disk; none if that fails."""
    temporary = final.with_name(f"{final.name}.{secrets.token_hex(4)}{_TEMPORARY}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
    except OSError:
        _discard(temporary)
        raise
    return temporary


def _discard(*paths: Path) -> None:
    """Removes what an error left, as far as the trouble that caused it allows; the sweep gets the rest."""
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Makes the names in a folder durable, which the fsync of a file does not."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _trouble() -> Iterator[None]:
    """Whatever the file system refuses is StoreUnavailable to the caller."""
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(error.strerror) from error

"""What a backup holds, with a SHA-256 of every file, so that a flipped byte is found before it is restored.

`manifest.sha256` proves `manifest.json`, which proves the database, the instance's files and `photos.sha256`, which
proves each photo. The two lists are in the form of sha256sum, whose `--check` needs no program of ours.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

MANIFEST: Final = "manifest.json"
SEAL: Final = "manifest.sha256"
PHOTOS: Final = "photos"
PHOTO_LIST: Final = "photos.sha256"
_LISTED: Final = re.compile(r"([0-9a-f]{64})  photos/([0-9a-f]{2})/(\2[0-9a-f]{30})\n")

Progress = Callable[[int], None]
"""Called with the number of photos that were done since the last call."""


class BackupUnusable(Exception):
    """The folder holds no whole backup, or one of another kind; the text says what is wrong with which file."""


class Manifest(BaseModel):
    """What stands in manifest.json."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1]
    made_at: datetime
    database: Literal["sqlite", "postgresql"]
    revision: str
    """The migration that the database had taken."""
    photos: int
    files: dict[str, str]
    """SHA-256 by path, of all files but the photos and the manifest's own."""
    erased: list[str]
    """Photos that were destroyed while the backup was made, after the database's copy was: left out on purpose."""
    lost: list[str]
    """Photos that the database names and the store no longer had, or had damaged: an alarm."""
    covered: int = 0
    """How many of the erased ones are still there under another name, with boxes on them: the backup lacks those."""


def photo_path(name: str) -> str:
    """Where a backup has the photo of that name."""
    return f"{PHOTOS}/{name[:2]}/{name}"


def write(folder: Path, manifest: Manifest) -> None:
    """Put the manifest and its seal into the folder, durably."""
    text = manifest.model_dump_json(indent=2).encode() + b"\n"
    put(folder / MANIFEST, text)
    put(folder / SEAL, _seal(text))


def verify(folder: Path, progress: Progress) -> Manifest:
    """The manifest, after every file of the backup has been found to be as it was written. Changes nothing.

    Reads everything once. Raises BackupUnusable.
    """
    manifest = _sealed(folder)
    for path, digest in manifest.files.items():
        _check(folder, path, digest)
    count = 0
    for name, digest in photos(folder):
        _check(folder, photo_path(name), digest)
        count += 1
        progress(1)
    if count != manifest.photos:
        raise BackupUnusable(f"{PHOTO_LIST} lists {count} photos, the manifest says {manifest.photos}")
    return manifest


def photos(folder: Path) -> Iterator[tuple[str, str]]:
    """Name and SHA-256 of each photo in the backup, one line at a time. Raises BackupUnusable."""
    with (folder / PHOTO_LIST).open(encoding="ascii", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            found = _LISTED.fullmatch(line)
            if not found:
                raise BackupUnusable(f"{PHOTO_LIST}: line {number} cannot be read")
            yield found[3], found[1]


def count_photos(folder: Path) -> int:
    """How many photos a backup says it has; 0 when it cannot be read. For showing progress."""
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_bytes()).photos
    except (OSError, ValidationError):
        return 0


def digest_of(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal, in constant memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def put(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read (mode 0600), and wait until it is on disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sealed(folder: Path) -> Manifest:
    try:
        text = (folder / MANIFEST).read_bytes()
        seal = (folder / SEAL).read_bytes()
    except OSError as error:
        raise BackupUnusable(f"{folder}: there is no whole backup here ({error.strerror})") from error
    if seal != _seal(text):
        raise BackupUnusable(f"{MANIFEST} is not as it was written")
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        raise BackupUnusable(f"{MANIFEST} is of a form that this version cannot read") from error


def _seal(text: bytes) -> bytes:
    return f"{hashlib.sha256(text).hexdigest()}  {MANIFEST}\n".encode()


def _check(folder: Path, path: str, digest: str) -> None:
    try:
        found = digest_of(folder / path)
    except OSError as error:
        raise BackupUnusable(f"{path}: {error.strerror}") from error
    if found != digest:
        raise BackupUnusable(f"{path} is not as it was written")

"""An original photo is never on a disk: not in a temporary file, not for a moment, not half of it."""

import io
import os
import stat
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, Request

from config import Settings
from observations.access import Role
from tests.conftest import ClientFor
from tests.uploads import camera

BOUNDARY = "between-the-parts"
PADDING = 60_000


def a_large_photo() -> bytes:
    """Three megabytes, most of them comments with the camera's secret in them."""
    plain = camera.jpeg()
    comments = b"".join(camera.segment(0xFE, camera.CANARY * (PADDING // len(camera.CANARY))) for _ in range(50))
    return plain[:2] + comments + plain[2:]


def a_body() -> bytes:
    """A report with that photo, as a browser sends it."""
    fields = {
        "id": str(uuid.uuid4()),
        "category": "KLO",
        "observed_at": "2026-09-15T09:00:00Z",
        "latitude": "59.3371",
        "longitude": "18.0835",
    }
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="photos"; filename="image.jpg"\r\n\r\n'
    return b"".join((*parts, head.encode(), a_large_photo(), f"\r\n--{BOUNDARY}--\r\n".encode()))


class Watched(io.BytesIO):
    """A body that looks about, at every piece that is read of it."""

    def __init__(self, body: bytes, look: Callable[[], set[str]]) -> None:
        super().__init__(body)
        self._look = look
        self.seen: set[str] = set()

    def read(self, size: int | None = -1, /) -> bytes:
        """The next piece, after a look."""
        self.seen |= self._look()
        return super().read(size)

    def readinto(self, buffer: object, /) -> int:
        """The next piece, after a look."""
        self.seen |= self._look()
        return super().readinto(buffer)  # type: ignore[arg-type]  # any buffer


def open_files_with_the_secret() -> set[str]:
    """Open files of this process that hold the camera's secret, deleted ones too."""
    found = set()
    for entry in Path("/proc/self/fd").iterdir():
        try:
            if stat.S_ISREG(entry.stat().st_mode) and camera.CANARY in entry.read_bytes():
                found.add(str(entry.readlink()))
        except OSError:
            continue  # the folder's own handle is gone by now
    return found


def files_with_the_secret(folder: Path) -> set[str]:
    """Files below the folder that hold it: database, its log, photo store, temporary files."""
    return {str(path) for path in folder.rglob("*") if path.is_file() and camera.CANARY in path.read_bytes()}


@pytest.fixture
def watched() -> Watched:
    """A report's body that watches the process while it is read."""
    return Watched(a_body(), open_files_with_the_secret)


def post(app: Flask, client: ClientFor, body: Watched) -> int:
    """Send the report; returns the status."""
    return (
        client(Role.REPORTER)
        .post(
            "/api/v1/observations",
            input_stream=body,
            content_type=f"multipart/form-data; boundary={BOUNDARY}",
            content_length=len(body.getvalue()),
        )
        .status_code
    )


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="only Linux shows a process its open files")  # noqa: PTH112
def test_an_upload_is_in_memory_only(
    app: Flask, client: ClientFor, watched: Watched, settings: Settings, tmp_path: Path
) -> None:
    """While it arrives and after it has arrived, the original is in no file."""
    assert 201 == post(app, client, watched)
    assert set() == watched.seen
    assert settings.instance.is_relative_to(tmp_path)
    assert set() == files_with_the_secret(tmp_path)


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="only Linux shows a process its open files")  # noqa: PTH112
def test_the_framework_alone_would_have_written_it(app: Flask, client: ClientFor, watched: Watched) -> None:
    """The control: Flask's own request class puts the photo in a deleted temporary file, and the watch sees it."""
    app.request_class = type("StockRequest", (Request,), {})
    assert 201 == post(app, client, watched)
    assert any("deleted" in name for name in watched.seen), watched.seen


def test_the_search_of_the_folder_finds_a_planted_original(tmp_path: Path) -> None:
    """The control of the search after the upload."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "left.jpg").write_bytes(a_large_photo())

    assert {str(tmp_path / "deep" / "left.jpg")} == files_with_the_secret(tmp_path)

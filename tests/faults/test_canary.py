"""What a camera writes beside the picture is nowhere: not while it arrives, not afterwards, not in a backup.

A real server, watched from outside while reports come in slowly; and three servers that are not careful, which the
same look catches.
"""

import mmap
import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from observations.access import Role
from tests.faults.eyes import COMMON, Watch, files_with_the_canary, left_since, mapped_in, open_files_with_the_canary
from tests.faults.sending import CONTENT_TYPE, PATH, a_report
from tests.journeys.serving import Service, an_instance, serving
from tests.uploads import camera, jpegs, pngs
from tests.uploads.camera import CANARY
from tests.uploads.scenes import a_noise, saved

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only Linux shows what a process has open")

SEGMENT_BYTES = 60_000

STOCK_FLASK = """
import flask
import observations.web.requests as requests
requests.InMemoryRequest = flask.Request
"""
STOCK_WAITRESS = """
import os
import observations.server
import waitress

class Stock:
    def __init__(self, app, settings, **where):
        self.run = lambda: waitress.serve(app, **where)
        self.stop = lambda: os._exit(0)

observations.server.WebServer = Stock
"""
NAIVE_CLEANING = """
import hashlib, io
import uploads
from PIL import Image
from uploads.gate import SanitisedPhoto

def shrunk(raw):
    image = Image.open(io.BytesIO(raw))
    again = io.BytesIO()
    kept = {name: image.info[name] for name in ("exif", "comment", "icc_profile") if name in image.info}
    image.convert("RGB").save(again, "JPEG", **kept)
    data = again.getvalue()
    return SanitisedPhoto(data, image.width, image.height, hashlib.sha256(data).hexdigest(), 0)

uploads.sanitise = shrunk
"""
START = """
if __name__ == "__main__":
    from observations.cli import main
    main()
"""


def a_large_photo() -> bytes:
    """Three megabytes of JPEG, most of them comments with the camera's secret: more than any server keeps in memory."""
    plain = camera.jpeg()
    comment = camera.segment(0xFE, CANARY * (SEGMENT_BYTES // len(CANARY)))
    return plain[:2] + comment * 50 + plain[2:]


SCENE = a_noise(900, 700)
"""Half a megabyte and more in every format, so that each secret would be spooled by itself."""
KINDS: Mapping[str, Callable[[], bytes]] = {
    **camera.EVERY_KIND,
    "two pictures": jpegs.two_pictures,
    "moving picture": jpegs.moving_picture,
    "animated PNG": lambda: pngs.with_chunks(pngs.animated(), *pngs.text_chunks()),
}


def photos_with_a_secret() -> Iterator[tuple[str, bytes]]:
    """Everything at once in each format, and then one secret at a time, by where it is hidden."""
    for name, take in KINDS.items():
        yield name, take()
    large = {"JPEG": jpegs.each_secret(saved(SCENE, "JPEG", quality=95)), "PNG": pngs.each_secret(saved(SCENE, "PNG"))}
    for kind, photos in large.items():
        for place, photo in photos.items():
            assert len(photo) > 500 * 1024
            yield f"{kind}: {place}", photo


@dataclass(frozen=True)
class Seen:
    """Where the secret was seen, while the report was half there, while it was worked on, and once it was answered."""

    answer: int
    half_way: set[str]
    meanwhile: set[str]
    afterwards: set[str]


def send_slowly(service: Service, token: str, photo: bytes, temporary: Path) -> Seen:
    """A report with that photo and a large one, stopping in the middle of the large one for a look around."""
    large = a_large_photo()
    body = a_report(photo, large)
    half = len(body) - len(large) // 3
    address = urlsplit(service.address)
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: {CONTENT_TYPE}\r\nContent-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    places = (service.settings.instance, temporary)
    with socket.create_connection((str(address.hostname), address.port or 80), timeout=60) as sender:
        sender.sendall(head.encode() + body[:half])
        time.sleep(0.2)
        half_way = open_files_with_the_canary(service.pid) | files_with_the_canary(*places)
        with Watch(service.pid) as watch:
            sender.sendall(body[half:])
            answer = int(sender.makefile("rb").readline().split()[1])
        assert watch.looks > 1
    return Seen(answer, half_way, watch.seen, files_with_the_canary(*places))


def test_the_secret_is_nowhere_at_any_time(tmp_path: Path) -> None:
    """One report for every secret, then a backup of them all: store, database, its log, temporary files, log."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    began, count = time.time(), 0
    with serving(an_instance(tmp_path / "instance"), TMPDIR=str(temporary)) as service:
        token = service.token(Role.REPORTER)
        for name, photo in photos_with_a_secret():
            count += 1
            assert CANARY in photo, name
            seen = send_slowly(service, token, photo, temporary)
            assert Seen(201, set(), set(), set()) == seen, name
        service.command("backup", str(tmp_path / "backup"))
    assert set() == files_with_the_canary(tmp_path, *left_since(began, *COMMON))
    assert 2 * count == sum(path.is_file() for path in (tmp_path / "backup" / "photos").rglob("*"))
    assert count >= len(KINDS) + 15


@pytest.mark.parametrize(
    ("careless", "where"),
    [(STOCK_FLASK, "meanwhile"), (STOCK_WAITRESS, "half_way"), (NAIVE_CLEANING, "afterwards")],
    ids=["stock Flask", "stock waitress", "naive cleaning"],
)
def test_a_careless_server_is_caught(tmp_path: Path, careless: str, where: str) -> None:
    """Control: uploads that the framework or the server puts into files, and a photo saved anew with its EXIF."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    script = tmp_path / "careless.py"
    script.write_text(careless + START)
    with serving(an_instance(tmp_path / "instance"), program=[str(script)], TMPDIR=str(temporary)) as service:
        seen = send_slowly(service, service.token(Role.REPORTER), camera.jpeg(), temporary)

    assert 201 == seen.answer
    assert getattr(seen, where), seen


def test_the_look_at_files_finds_what_is_there(tmp_path: Path) -> None:
    """Control of the look itself: a file in a folder, and an open one that is deleted."""
    (tmp_path / "deep").mkdir()
    kept = tmp_path / "deep" / "kept.jpg"
    kept.write_bytes(camera.jpeg())
    deleted = tmp_path / "deleted.jpg"
    with deleted.open("w+b") as file:
        file.write(camera.jpeg())
        file.flush()
        deleted.unlink()
        assert {f"{deleted} (deleted)"} == open_files_with_the_canary(os.getpid())
    assert {str(kept)} == files_with_the_canary(tmp_path)


def test_the_look_at_memory_finds_what_is_mapped() -> None:
    """Control of the look itself: a file that was never in a folder, closed, and mapped still."""
    handle = os.memfd_create("an-upload")
    os.write(handle, camera.jpeg())
    with mmap.mmap(handle, 0):
        os.close(handle)
        assert {"/memfd:an-upload (deleted)"} == set(mapped_in(os.getpid()))
    assert set() == set(mapped_in(os.getpid()))


def test_the_look_at_common_places_finds_what_is_left_there(tmp_path: Path) -> None:
    """Control of the look itself: what was there before is not looked at, what is new is."""
    old, new = tmp_path / "old.jpg", tmp_path / "new.jpg"
    for path in (old, new):
        path.write_bytes(camera.jpeg())
    os.utime(old, (1, 1))

    assert {str(new)} == files_with_the_canary(*left_since(time.time() - 60, tmp_path))

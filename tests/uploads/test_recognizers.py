"""What every recognizer of personal data in pictures keeps to; and that faces are found, apart from the server too."""

import subprocess
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from bench import screening
from tests.contracts import ROOT
from tests.uploads.faces import a_photo_of_a_face, a_photo_of_a_wall
from uploads import Box, PhotoRejected, recognizers, sanitise
from uploads.recognizers import Kind, Pixels, Recognizer
from uploads.recognizers.apart import Apart, NotLooked

SHAPES = ((1, 1), (1, 2000), (2000, 1), (17, 33), (720, 1280), (1280, 1280))
"""Height and width of pictures at the edges of what can come."""

pytestmark = pytest.mark.skipif(not recognizers.installed(), reason="no recognizer is installed on this machine")


@pytest.mark.parametrize("recognizer", recognizers.installed(), ids=lambda each: each.kind)
def test_a_recognizer_keeps_its_contract(recognizer: Recognizer) -> None:
    """Whatever the picture's shape: boxes within it, none in an even wall, and no warning."""
    assert [] == list(broken_rules(recognizer))


def test_a_recognizer_that_sees_things_breaks_the_contract() -> None:
    """Control: one that finds something in an even wall, and one that stumbles over a narrow picture."""

    class Seer:
        kind = Kind.FACE

        def find(self, pixels: Pixels) -> Sequence[Box]:
            return [Box(0, 0, 1, 1)] if pixels.shape[0] > 1 else [Box(0, 0, pixels.shape[0] - 1, 1)]

    rules = list(broken_rules(Seer()))
    assert "(720, 1280): finds something in nothing" in rules
    assert "(1, 2000): ValueError" in rules


@pytest.mark.parametrize("height_px", [40, 60, 160, 500])
@pytest.mark.parametrize("middle", [(0.3, 0.5), (0.7, 0.55)])
def test_a_face_is_found_and_its_box_covers_it(height_px: int, middle: tuple[float, float]) -> None:
    """Hair and chin included, near and far."""
    photo = sanitise(a_photo_of_a_face(height_px, middle))
    found = recognizers.look(photo.jpeg)

    half_across, half_down = 0.37 * height_px / photo.width_px, 0.5 * height_px / photo.height_px
    face = Box(
        max(middle[0] - half_across, 0),
        max(middle[1] - half_down, 0),
        min(middle[0] + half_across, 1),
        min(middle[1] + half_down, 1),
    )
    assert [Kind.FACE] == [each.kind for each in found]
    assert face.share_within(found[0].box) > 0.95


def test_a_face_in_a_large_photo_is_found_at_the_same_place() -> None:
    """The recognizer looks at a smaller copy; its boxes hold for the whole."""
    large = sanitise(a_photo_of_a_face(300, (0.4, 0.5), (2000, 1500)))
    (found,) = recognizers.look(large.jpeg)

    assert 0.4 == pytest.approx((found.box.left + found.box.right) / 2, abs=0.02)
    assert 0.5 == pytest.approx((found.box.top + found.box.bottom) / 2, abs=0.04)


def test_a_damaged_photo_is_rejected_not_looked_at() -> None:
    """As everywhere in the kernel."""
    with pytest.raises(PhotoRejected):
        recognizers.look(sanitise(a_photo_of_a_wall()).jpeg[:300])


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    """A process that looks."""
    looker = Apart()
    yield looker
    looker.close()


def test_a_process_of_its_own_finds_the_same(apart: Apart) -> None:
    """What is handed over and back is whole."""
    photo = sanitise(a_photo_of_a_face())

    assert recognizers.look(photo.jpeg) == apart.look(photo.jpeg)
    assert [] == apart.look(sanitise(a_photo_of_a_wall()).jpeg)


def test_a_damaged_photo_is_rejected_from_there_too(apart: Apart) -> None:
    """The reason comes across."""
    with pytest.raises(PhotoRejected):
        apart.look(b"\xff\xd8\xff\xd9")


def test_a_crash_there_is_survived(apart: Apart) -> None:
    """Native code that dies takes nothing with it, and the next photo is looked at by a fresh process."""
    photo = sanitise(a_photo_of_a_face()).jpeg
    apart.look(photo)
    assert apart._process is not None
    for child in apart._process._processes.values():
        child.kill()

    with pytest.raises(NotLooked):
        apart.look(photo)
    assert 1 == len(apart.look(photo))


def test_what_hangs_there_is_given_up() -> None:
    """Nobody waits for ever for one photo."""
    impatient = Apart(wait_s=0.001)
    with pytest.raises(NotLooked):
        impatient.look(sanitise(a_photo_of_a_wall()).jpeg)
    assert impatient._process is None


@pytest.mark.parametrize("at_once", [False, True], ids=["once it works", "while it starts"])
def test_a_server_that_is_killed_leaves_no_process_behind(tmp_path: Path, at_once: bool) -> None:
    """Nobody can ask it to end, so it notices by itself, also when its server was gone before it had begun."""
    script = tmp_path / "server.py"
    script.write_text(
        "import os, signal, sys\n"
        "from uploads.recognizers import apart\n"
        "if __name__ == '__main__':\n"
        "    process = apart._started()\n"
        "    look = process.submit(len, b'')\n"
        "    if 'at once' not in sys.argv:\n"
        "        look.result()\n"
        "    print(next(iter(process._processes)), flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    said = tmp_path / "said"
    with said.open("w") as output:  # a file, since a process that is left behind would keep a pipe open
        run = subprocess.run(
            [sys.executable, str(script), "at once" if at_once else "later"],
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            env={"PYTHONPATH": str(ROOT)},
        )
    child = Path("/proc") / said.read_text().split()[0]

    assert -9 == run.returncode, said.read_text()
    until = time.monotonic() + 20
    while child.exists() and time.monotonic() < until:
        time.sleep(0.1)
    assert not child.exists()


def broken_rules(recognizer: Recognizer) -> Iterator[str]:
    """Where a recognizer does otherwise than its contract says."""
    for shape in SHAPES:
        wall = np.full((*shape, 3), 120, np.uint8)
        try:
            with warnings.catch_warnings(action="error"):
                found = recognizer.find(wall)
        except Exception as error:
            yield f"{shape}: {type(error).__name__}"
            continue
        if found:
            yield f"{shape}: finds something in nothing"


@pytest.mark.skipif(screening.corpus() is None, reason="the corpus of photos is not there")
def test_faces_in_real_photos_are_found_and_cars_are_not_taken_for_faces() -> None:
    """All but a few of those that one sees at a glance; the figures are printed."""
    folder = screening.corpus()
    assert folder is not None
    found = screening.measure(folder)
    print(found)

    assert found.clear >= 31
    assert found.hard >= 6
    assert found.street <= 1
    assert found.elsewhere <= 25


def test_nobody_stands_in_a_long_queue_for_a_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """While one photo hangs, the others are told that nothing has looked."""
    monkeypatch.setattr("uploads.recognizers.apart._QUEUE_S", 0.05)
    looker = Apart()
    with looker._lock, pytest.raises(NotLooked):
        looker.look(sanitise(a_photo_of_a_wall()).jpeg)

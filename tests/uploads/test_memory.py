"""How much memory photos take while they are cleaned, measured from outside: two at a time, and one large one."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.contracts import ROOT
from tests.uploads import iso_media, pngs
from tests.uploads.iso_media import Item, Reference, grid, written
from tests.uploads.scenes import a_noise, saved
from tests.uploads.test_costs import progressive

pytestmark = pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="only Linux tells a peak of memory")

MOST_MB, MOST_MB_ALONE = 300, 450
"""Over idle: for two photos of up to 16 megapixels at a time, and for one that is larger."""


Measure = Callable[..., dict[str, Any]]


@pytest.fixture
def measured(tmp_path: Path) -> Measure:
    """Asks a process that does nothing but clean some photos, two at a time, what it took."""

    def measure(photos: Sequence[bytes], *, slots: str = "slots") -> dict[str, Any]:
        paths = [tmp_path / str(number) for number in range(len(photos))]
        for path, photo in zip(paths, photos, strict=True):
            path.write_bytes(photo)
        command = [sys.executable, "-m", "tests.uploads.peak", slots, *map(str, paths)]
        said: dict[str, Any] = json.loads(subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout)
        return said

    return measure


@pytest.fixture(scope="module")
def tile() -> Item:
    """A piece of a picture, coded as telephones code it: colours at half the detail."""
    return iso_media.coded_heic(a_noise(512, 384).resize((1024, 768)), quality=60, chroma=420)


def tiled(tile: Item, columns: int, rows: int, width: int, height: int) -> bytes:
    """A HEIC put together from the same tile again and again."""
    numbers = (2,) * columns * rows
    return written([grid(width, height, columns, rows), tile.hidden_away()], [Reference(b"dimg", 1, numbers)])


def test_two_photos_of_twelve_megapixels_fit_beside_each_other(tile: Item, measured: Measure) -> None:
    """Whatever telephones write, whichever two come at once, and however many came before."""
    noise = a_noise(4000, 3000)
    photos = [
        saved(noise, "JPEG", quality=90),
        tiled(tile, 4, 4, 4000, 3000),
        progressive(4000, 3000, 15),
        tiled(tile, 4, 4, 4000, 3000),
        saved(Image.new("RGBA", (3000, 2000), (9, 99, 200, 90)), "PNG"),
        saved(Image.new("RGBA", (3000, 2000), (9, 99, 200, 90)), "WEBP", method=0),
        saved(noise.resize((2000, 1500)), "AVIF", speed=10),
    ]
    said = measured(photos * 2)

    assert 2 * len(photos) == sum(" x " in verdict for verdict in said["verdicts"]), said["verdicts"]
    assert said["peak_mb"] <= MOST_MB


LARGE: Mapping[str, Callable[[Item], bytes]] = {
    "a progressive JPEG of 49 megapixels": lambda _tile: progressive(8000, 6200, 12),
    "a HEIC of 48 megapixels": lambda tile: tiled(tile, 8, 8, 8000, 6000),
    "a PNG of 16 megapixels in 16 bits": lambda _tile: pngs.bare(
        4000, 3999, depth=16, colour=6, rows=(b"\0" + b"\x80" * 32_000) * 3999
    ),
    "a WebP of 16 megapixels with transparency": lambda _tile: saved(
        Image.new("RGBA", (4000, 3999), (1, 2, 3, 4)), "WEBP", quality=50, method=0
    ),
    "an AVIF of 16 megapixels": lambda _tile: saved(Image.new("RGB", (4000, 3999), "teal"), "AVIF", speed=10),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_photo_fits_alone(name: str, tile: Item, measured: Measure) -> None:
    """Sent twice at once, the second waits until the first has left."""
    said = measured([LARGE[name](tile)] * 2)

    assert 2 == sum(" x " in verdict for verdict in said["verdicts"]), said["verdicts"]
    assert said["peak_mb"] <= MOST_MB_ALONE


def test_two_large_photos_at_once_would_be_noticed(tile: Item, measured: Measure) -> None:
    """Control: without slots, two of them take more than was promised for one."""
    large = LARGE["a progressive JPEG of 49 megapixels"](tile)

    assert measured([large] * 2, slots="none")["peak_mb"] > MOST_MB_ALONE

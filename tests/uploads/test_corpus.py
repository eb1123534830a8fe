"""Real originals of some two hundred cameras and telephones, cleaned and looked at with a tool that knows them all."""

import json
import os
import shutil
import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.uploads.looking import remains
from uploads import PhotoRejected, SanitisedPhoto, facts, sanitise

_CORPUS = Path(os.environ.get("CORPUS_DIR") or Path(__file__).parents[2].parent / "shared" / "corpus") / "photos"
_WITHOUT_A_WHOLE_PICTURE = {
    "test__fixtures__32d08f4a5eb10332506ebedbb9bc7257.jpg": "cut off one byte before its end",
    "t__images__QuickTime.heic": "a header of 623 bytes without any picture",
}
_OF_THE_PICTURE_ALONE = {"File", "JFIF", "ExifTool", "Composite", "System"}
"""Groups that exiftool computes from the picture and the file system; "Composite" sums up others."""

pytestmark = pytest.mark.skipif(not _CORPUS.is_dir(), reason=f"the corpus of photos is not there: {_CORPUS}")


def originals() -> list[Path]:
    """Every photo of the corpus."""
    return sorted(path for path in _CORPUS.glob("*/*") if path.suffix != ".txt")


@pytest.fixture(scope="module")
def cleaned() -> dict[Path, SanitisedPhoto | PhotoRejected]:
    """What became of each."""

    def verdict(path: Path) -> SanitisedPhoto | PhotoRejected:
        try:
            return sanitise(path.read_bytes())
        except PhotoRejected as refusal:
            return refusal

    with ThreadPoolExecutor(2) as threads:
        return dict(zip(originals(), threads.map(verdict, originals()), strict=True))


def test_every_original_that_is_whole_is_accepted(cleaned: dict[Path, SanitisedPhoto | PhotoRejected]) -> None:
    """No camera is turned away for what it writes beside the picture."""
    refused = {path.name for path, verdict in cleaned.items() if isinstance(verdict, PhotoRejected)}

    assert refused <= set(_WITHOUT_A_WHOLE_PICTURE)
    assert len(cleaned) > 200


def test_nothing_remains_in_any(cleaned: dict[Path, SanitisedPhoto | PhotoRejected]) -> None:
    """No segment, comment or trailer is left in a single one."""
    photos = {path.name: verdict for path, verdict in cleaned.items() if isinstance(verdict, SanitisedPhoto)}

    assert {} == {name: left for name, photo in photos.items() if (left := remains(photo.jpeg))}


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")
def test_exiftool_finds_the_picture_alone(cleaned: dict[Path, SanitisedPhoto | PhotoRejected], tmp_path: Path) -> None:
    """The tool that reads more maker notes than any other finds JFIF fields, and no field about a camera or a place."""
    for number, photo in enumerate(verdict for verdict in cleaned.values() if isinstance(verdict, SanitisedPhoto)):
        (tmp_path / f"{number}.jpg").write_bytes(photo.jpeg)

    groups = _groups_found(tmp_path)

    assert set(groups) <= _OF_THE_PICTURE_ALONE
    assert groups["JFIF"] > 800


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")
def test_exiftool_finds_much_in_the_originals(tmp_path: Path) -> None:
    """Control: the same look at some of the originals finds cameras, owners and places."""
    for path in originals()[:20]:
        shutil.copy(path, tmp_path)

    assert {"ExifIFD", "GPS", "MakerNotes"} & set(_groups_found(tmp_path))


def test_time_and_place_are_found_in_the_originals() -> None:
    """Most cameras say when, some say where; reading them stops at none."""
    found = [facts(path.read_bytes(), now=datetime.now(UTC)) for path in originals()]

    assert sum(one.taken_at is not None for one in found) > 120
    assert sum(one.latitude is not None for one in found) > 25


def _groups_found(folder: Path) -> Counter[str]:
    """How many fields of each group exiftool sees in a folder, in one run."""
    command = ["exiftool", "-a", "-G1", "-s", "-json", "-r", str(folder)]
    said = subprocess.run(command, capture_output=True, check=False).stdout
    return Counter(field.split(":")[0] for file in json.loads(said) for field in file if ":" in field)

"""What mat2, exiftool and this service leave in the same real photos, and how many each refuses."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.screening import corpus
from uploads import PhotoRejected, sanitise

OF_THE_PICTURE_ALONE = {"ExifTool", "System", "File", "JFIF", "Composite"}
"""Groups that exiftool computes from the picture and the file system."""
STRUCTURE = {"Adobe", "QuickTime", "Meta", "RIFF"}
"""Groups that mostly tell how a format stores a picture: the colours of a JPEG, the boxes of a HEIC."""
OF_A_PNG = {"ImageWidth", "ImageHeight", "BitDepth", "ColorType", "Compression", "Filter", "Interlace", "Palette"} | {
    "BackgroundColor"
}
BATCH = 40


@dataclass(frozen=True)
class Outcome:
    """How many photos a tool was given, refused, and left something in."""

    given: int
    refused: int
    other: int
    """Photos in which exiftool finds anything besides the picture, be it only how the format stores it."""
    metadata: int
    """Those of them in which it finds more than that."""


Cleaner = Callable[[list[Path], Path], None]
"""Cleans photos into an empty folder, each under its own name; one that is refused is not there afterwards."""


def report() -> Iterator[str]:
    """The table to print; one line that says why, where there is nothing to measure."""
    folder = corpus()
    if folder is None or not shutil.which("exiftool"):
        yield "cleaning, side by side: no corpus of photos, or no exiftool"
        return
    photos = sorted(path for path in folder.glob("*/*") if path.suffix not in {".txt", ".tsv"})
    yield f"{'cleaning, side by side':30}{'photos':>13}{'refused':>13}{'leftovers in':>13}{'metadata in':>13}"
    for tool, cleaner in (("mat2", _mat2), ("exiftool -all=", _exiftool), ("this service", _ours)):
        if tool == "mat2" and not shutil.which("mat2"):
            yield "mat2: not installed (Debian package mat2)"
            continue
        print(f"cleaning {len(photos)} photos with {tool}", file=sys.stderr, flush=True)
        made = compare(cleaner, photos)
        yield f"{tool:30}{made.given:>13}{made.refused:>13}{made.other:>13}{made.metadata:>13}"


def compare(cleaner: Cleaner, photos: list[Path]) -> Outcome:
    """Give a tool copies of the photos, and look at what comes out with exiftool."""
    with tempfile.TemporaryDirectory() as folder:
        sources, target = Path(folder) / "in", Path(folder) / "out"
        sources.mkdir()
        target.mkdir()
        # Numbered, since files of the same name lie in different folders.
        copies = [
            Path(shutil.copy(path, sources / f"{number:03}{path.suffix.lower()}")) for number, path in enumerate(photos)
        ]
        cleaner(copies, target)
        cleaned = [path for path in target.iterdir() if path.is_file()]
        fields = _fields(target)
        refused = len(photos) - len(cleaned)
        return Outcome(len(photos), refused, sum(map(_has_other_groups, fields)), sum(map(_has_metadata, fields)))


def _mat2(photos: list[Path], target: Path) -> None:
    for start in range(0, len(photos), BATCH):
        batch = photos[start : start + BATCH]
        subprocess.run(["mat2", *map(str, batch)], capture_output=True, check=False)
        for path in batch:
            cleaned = path.with_name(f"{path.stem}.cleaned{path.suffix}")
            if cleaned.exists():
                cleaned.rename(target / path.name)


def _exiftool(photos: list[Path], target: Path) -> None:
    command = ["exiftool", "-q", "-q", "-all=", "-o", f"{target}/", str(photos[0].parent)]
    subprocess.run(command, capture_output=True, check=False)


def _ours(photos: list[Path], target: Path) -> None:
    for path in photos:
        try:
            (target / f"{path.stem}.jpg").write_bytes(sanitise(path.read_bytes()).jpeg)
        except PhotoRejected:
            continue


def _fields(folder: Path) -> list[dict[str, Any]]:
    command = ["exiftool", "-a", "-G1", "-s", "-json", "-r", str(folder)]
    said = subprocess.run(command, capture_output=True, check=False).stdout
    found: list[dict[str, Any]] = json.loads(said or b"[]")
    return found


def _has_other_groups(fields: dict[str, Any]) -> bool:
    return not {name.partition(":")[0] for name in fields if ":" in name} <= OF_THE_PICTURE_ALONE


def _has_metadata(fields: dict[str, Any]) -> bool:
    for name in fields:
        group, _, tag = name.partition(":")
        known = group in OF_THE_PICTURE_ALONE | STRUCTURE or (group.startswith("PNG") and tag in OF_A_PNG)
        if tag and not known:
            return True
    return False

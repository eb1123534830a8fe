"""How many faces are found in real photos, how many boxes lie on something else, and what a photo costs.

The truth was made by eye before anything was detected: the middle of each face in fractions of the upright picture.
"Hard" ones are turned away, bent down, hidden or blurred. The photos are not ours and lie outside this project.
"""

import os
import resource
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from uploads import PhotoRejected, recognizers, sanitise

Places = tuple[tuple[float, float], ...]

_CLEAR: Mapping[str, Places] = {
    "jpg__exif-org__canon-ixus.jpg": ((0.42, 0.445), (0.492, 0.465), (0.552, 0.495)),
    "jpg__exif-org__kodak-dc210.jpg": ((0.49, 0.53), (0.70, 0.62), (0.045, 0.555)),
    "jpg__exif-org__sony-cybershot.jpg": ((0.20, 0.23),),
    "jpg__exif-org__sony-d700.jpg": ((0.175, 0.19), (0.38, 0.25)),
    "jpg__invalid__image00971.jpg": ((0.83, 0.32),),
    "jpg__xmp__no_exif.jpg": ((0.71, 0.08),),
    "jpg__tests__28-hex_value.jpg": ((0.312, 0.908),),
    "jpg__Konica_Minolta_DiMAGE_Z3.jpg": ((0.39, 0.28),),
    "jpg__invalid__image01137.jpg": ((0.38, 0.53),),
    "test__fixtures__Bush-dog.jpg": (
        (0.40, 0.11),
        (0.455, 0.14),
        (0.565, 0.04),
        (0.71, 0.09),
        (0.87, 0.08),
        (0.945, 0.14),
    ),
    "test__fixtures__iptc-mess.jpg": (
        (0.498, 0.263),
        (0.048, 0.473),
        (0.049, 0.523),
        (0.073, 0.527),
        (0.127, 0.519),
        (0.147, 0.528),
        (0.224, 0.519),
        (0.255, 0.519),
        (0.269, 0.545),
        (0.313, 0.545),
    ),
    "test__fixtures__issue-exifr-41-Error_Segment_Unreachable.jpg": ((0.49, 0.42),),
    "test__fixtures__issue-fast-exif-2.jpg": ((0.47, 0.34), (0.62, 0.20)),
}
_HARD: Mapping[str, Places] = {
    "jpg__exif-org__canon-ixus.jpg": ((0.03, 0.52),),
    "jpg__exif-org__kodak-dc210.jpg": ((0.26, 0.41),),
    "test__fixtures__Bush-dog.jpg": ((0.14, 0.13), (0.545, 0.24)),
    "test__fixtures__iptc-mess.jpg": ((0.20, 0.545), (0.312, 0.515), (0.111, 0.47), (0.238, 0.484)),
    "test__fixtures__iptc-staff-photographer-example.jpg": ((0.615, 0.34),),
    "test__fixtures__issue-exifr-47.jpeg": ((0.377, 0.557), (0.458, 0.548)),
}


@dataclass
class Found:
    """What was found in how many photos, in boxes and faces, and the CPU that it took."""

    photos: int = 0
    clear: int = 0
    hard: int = 0
    elsewhere_with_people: int = 0
    elsewhere: int = 0
    street: int = 0
    """Boxes on street photos, which show cars and no face."""
    cpu_s: float = 0.0


def corpus() -> Path | None:
    """The folder of photos; None where it is not there."""
    beside = Path(__file__).parents[2] / "shared" / "corpus"
    folder = Path(os.environ.get("CORPUS_DIR") or beside) / "photos"
    return folder if folder.is_dir() else None


def report() -> Iterator[str]:
    """The lines to print; one that says why, where there is nothing to measure."""
    folder = corpus()
    if folder is None or not recognizers.installed():
        yield "faces: no corpus of photos here, or no recognizer installed"
        return
    found = measure(folder)
    totals = [sum(map(len, truth.values())) for truth in (_CLEAR, _HARD)]
    yield f"faces in {found.photos} photos: clear {found.clear} of {totals[0]}, hard {found.hard} of {totals[1]}"
    yield (
        f"boxes on nothing listed: {found.street} on street photos, {found.elsewhere_with_people} beside people, "
        f"{found.elsewhere} on other photos (statues and drawn faces among them)"
    )
    yield f"CPU for each photo: {found.cpu_s / found.photos:.2f} s"


def measure(folder: Path) -> Found:
    """Look through every photo that can be read, in this process."""
    found = Found()
    for path in sorted(path for path in folder.glob("*/*") if path.suffix != ".txt"):
        try:
            jpeg = sanitise(path.read_bytes()).jpeg
        except PhotoRejected:
            continue
        before = _cpu_s()
        boxes = [each.box for each in recognizers.look(jpeg)]
        found.cpu_s += _cpu_s() - before
        found.photos += 1
        clear, hard = _CLEAR.get(path.name, ()), _HARD.get(path.name, ())
        hits = {
            place: [box for box in boxes if box.left <= place[0] <= box.right and box.top <= place[1] <= box.bottom]
            for place in (*clear, *hard)
        }
        found.clear += sum(bool(hits[place]) for place in clear)
        found.hard += sum(bool(hits[place]) for place in hard)
        extra = len(set(boxes) - {box for each in hits.values() for box in each})
        if path.parent.name == "street":
            found.street += extra
        elif clear or hard:
            found.elsewhere_with_people += extra
        else:
            found.elsewhere += extra
    return found


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime

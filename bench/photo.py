"""A photo as a phone takes it, 12 megapixels, and what two small C programs need for the same work."""

import io
import resource
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pillow_heif
from PIL import Image

from observations.demo.pictures import picture
from observations.record.categories import Category
from uploads import facts, sanitise

SIZE = (4000, 3000)
ROUNDS = 5


def twelve_megapixels() -> bytes:
    """A drawn scene, enlarged: about as many bytes as a phone's photo of a wall."""
    drawn = Image.open(io.BytesIO(picture(Category.KLO, 1))).resize(SIZE, Image.Resampling.BICUBIC)
    memory = io.BytesIO()
    drawn.save(memory, "JPEG", quality=92)
    return memory.getvalue()


def phone_shrunk() -> bytes:
    """The same scene as the phone's page would send it, already small."""
    memory = io.BytesIO()
    Image.open(io.BytesIO(picture(Category.KLO, 1))).resize((2000, 1500)).save(memory, "JPEG", quality=82)
    return memory.getvalue()


def as_heic(photo: bytes) -> bytes:
    """The same picture as an iPhone would keep it."""
    memory = io.BytesIO()
    pillow_heif.from_pillow(Image.open(io.BytesIO(photo))).save(memory, quality=80)
    return memory.getvalue()


def cpu_against_djpeg_cjpeg(photo: bytes, folder: Path, sent: bytes | None = None) -> float | None:
    """CPU of cleaning the photo, as a multiple of `djpeg | cjpeg -quality 82`; None where these are not installed.

    All of it: taking apart, facts, decoding, the fresh picture, its proof and its likeness. `sent` is the same picture
    in another format, if that is what is cleaned.
    """
    if not (shutil.which("djpeg") and shutil.which("cjpeg")):
        return None
    source, again = folder / "in.jpg", folder / "out.jpg"
    source.write_bytes(photo)
    own, theirs = 0.0, 0.0
    for _ in range(ROUNDS):
        before = _cpu_s(resource.RUSAGE_SELF)
        facts(sent or photo, now=datetime.now(UTC))
        sanitise(sent or photo)
        own += _cpu_s(resource.RUSAGE_SELF) - before
        before = _cpu_s(resource.RUSAGE_CHILDREN)
        with subprocess.Popen(["djpeg", str(source)], stdout=subprocess.PIPE) as djpeg:
            subprocess.run(["cjpeg", "-quality", "82", "-outfile", str(again)], stdin=djpeg.stdout, check=True)
        theirs += _cpu_s(resource.RUSAGE_CHILDREN) - before
    return own / theirs


def _cpu_s(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime

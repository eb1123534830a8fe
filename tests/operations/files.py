"""Looks behind the store's back: where a photo's file lies, and how old it seems."""

import os
from datetime import timedelta
from pathlib import Path

from observations.clock import now
from observations.record.tables import Photo
from tests.intake.drafts import Intake

LONG_AGO = timedelta(hours=2)


def path_of(intake: Intake, name: str) -> Path:
    """Where the folder store has the file of that name."""
    return intake.folder / name[:2] / name


def file_of(intake: Intake, photo: Photo) -> Path:
    """Where the folder store has the photo."""
    return path_of(intake, photo.name)


def age(intake: Intake, name: str) -> None:
    """Make the file two hours old."""
    then = (now() - LONG_AGO).timestamp()
    os.utime(path_of(intake, name), (then, then))

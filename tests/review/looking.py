"""What the pages' tests look at: the report in the database, its journal, the page's words."""

import io
import re
from collections.abc import Callable
from html import unescape

from flask import Flask
from PIL import Image

import uploads
from observations import journal
from observations.database import Database
from observations.record import photos
from observations.record.tables import Observation
from observations.web.runtime import Runtime

Make = Callable[..., Observation]
"""Makes committed reports that wait for review."""


def now_is(database: Database, report: Observation) -> Observation:
    """The report as the database has it."""
    with database.reading() as session:
        return session.get_one(Observation, report.number)


def events(database: Database, report: Observation) -> list[str]:
    """What the journal has of it."""
    with database.reading() as session:
        return [event.what for event in journal.of(session, report.subject)]


def a_photo_in_the_store(app: Flask, database: Database, report: Observation) -> str:
    """A clean photo with its row, as the gate keeps it; returns the file's name."""
    runtime: Runtime = app.extensions["ogon"]
    raw = io.BytesIO()
    Image.new("RGB", (400, 300), "navy").save(raw, "JPEG")
    with database.writing() as session:
        kept = session.get_one(Observation, report.number)
        kept.photos.append(photos.store(runtime.store, uploads.sanitise(raw.getvalue()), len(kept.photos)))
        session.commit()
        return kept.photos[-1].name


def words(page: str) -> str:
    """The page's text, without tags, key caps and doubled spaces."""
    page = re.sub(r"<kbd.*?</kbd>", "", page)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())

"""What the tests of boxes on the page share: where a report's photo is, how a form names a box, what is shown."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from flask import Flask

from observations.database import Database
from observations.record import redaction
from observations.record.tables import Observation, Photo
from observations.web import Runtime
from tests.uploads.looking import colour_at
from uploads import Box
from uploads.recognizers import Kind, Suggestion

FACE = Suggestion(Kind.FACE, Box(0.1, 0.1, 0.3, 0.4))
OTHER = Suggestion(Kind.FACE, Box(0.6, 0.5, 0.8, 0.95))
BLACK, NAVY = (0, 0, 0), (0, 0, 128)
Pictured = Callable[..., Observation]


def photo_of(database: Database, report: Observation) -> Photo:
    """Its only photo, as the database has it."""
    with database.reading() as session:
        return session.get_one(Observation, report.number).photos[0]


def value(database: Database, report: Observation, box: Box) -> str:
    """The box as a form writes it."""
    return f"{photo_of(database, report).id}:{','.join(map(str, redaction.corners(box)))}"


def shown(app: Flask, database: Database, report: Observation, across: float, down: float) -> tuple[int, int, int]:
    """The colour of what is shown, at a place in fractions."""
    runtime: Runtime = app.extensions["ogon"]
    red, green, blue = colour_at(runtime.store.get(photo_of(database, report).name), across, down)
    return (red // 8 * 8, green // 8 * 8, blue // 8 * 8)


def look_finds(app: Flask, look: Callable[[bytes], Sequence[Suggestion]] | None) -> None:
    """From now on this is what looks through photos."""
    app.extensions["ogon"] = replace(app.extensions["ogon"], look=look)

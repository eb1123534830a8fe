"""Covers a part of a report's photo, and looks at what is shown then."""

from observations.record import redaction
from observations.record.tables import Photo
from tests.intake.drafts import NOW, Intake
from tests.uploads.looking import colour_at
from uploads import Box
from uploads.stores import PhotoStore

LEFT = Box(0, 0, 0.5, 1)
"""The left half, which is red above and blue below."""
BLACK = (0, 0, 0)


def order(intake: Intake, *boxes: Box) -> None:
    """Have the boxes ordered and committed."""
    with intake.database.writing() as session:
        redaction.order(session, session.get_one(Photo, intake.photo().id), boxes, by="device:7", at=NOW)
        session.commit()


def carry_out(intake: Intake, store: PhotoStore | None = None) -> None:
    """Burn in what is ordered."""
    redaction.carry_out(intake.database, store or intake.store, intake.photo().id, at=NOW)


def looks(intake: Intake, across: float, down: float) -> tuple[int, int, int]:
    """The colour of what is shown, at a place in fractions of the picture."""
    return colour_at(intake.store.get(intake.photo().name), across, down)

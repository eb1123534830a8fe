"""Photos for a simulated history: a few drawn scenes of each category, cleaned once, then one for every report."""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from observations.demo.pictures import picture
from observations.record import photos
from observations.record.categories import Category
from observations.record.tables import Observation, Photo
from observations.record.workflow import Review
from uploads import SanitisedPhoto, sanitise
from uploads.stores import PhotoStore

SCENES_EACH = 3
BATCH = 500


def add_photos(session: Session, store: PhotoStore, *, progress: Callable[[int], None] = lambda _done: None) -> int:
    """Give every report without a photo one, rejected ones excepted; returns how many. Commits batch by batch.

    Some 5 ms a photo, most of it for making the file durable. Files come before rows, as for real reports.
    """
    scenes = {category: [sanitise(picture(category, n)) for n in range(SCENES_EACH)] for category in Category}
    done = last = 0
    while batch := _without_photo(session, after=last):
        for observation in batch:
            _attach(session, store, observation, scenes[observation.category])
        last = batch[-1].number
        session.commit()
        done += len(batch)
        progress(done)
    return done


def _without_photo(session: Session, *, after: int) -> list[Observation]:
    query = (
        sa.select(Observation)
        .outerjoin(Photo, Photo.observation_number == Observation.number)
        .where(Observation.number > after, Observation.review != Review.REJECTED, Photo.id.is_(None))
        .order_by(Observation.number)
        .limit(BATCH)
    )
    return list(session.scalars(query))


def _attach(session: Session, store: PhotoStore, observation: Observation, scenes: list[SanitisedPhoto]) -> None:
    photo = photos.store(store, scenes[observation.number % len(scenes)], 0)
    photo.observation_number = observation.number
    photo.screened_at = observation.received_at  # it was drawn, and nobody is in it
    session.add(photo)

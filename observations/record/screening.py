"""Looks through photos for what may be personal, after their report was acknowledged.

What is still to do stands in the rows, so it survives a restart. Until a photo has been looked through, and a person
has answered what was suggested, only the coordinator opens it.
"""

import logging
import uuid
from collections.abc import Collection, Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from observations.database import Database
from observations.record import redaction
from observations.record.tables import Observation, Photo
from observations.record.workflow import Review
from uploads.recognizers import Look
from uploads.stores import PhotoMissing, PhotoStore, StoreUnavailable

log = logging.getLogger(__name__)


def unscreened(session: Session, *, limit: int, apart_from: Collection[uuid.UUID] = ()) -> list[uuid.UUID]:
    """Photos that nothing has looked through yet. One statement, by an index of just those."""
    waiting = sa.select(Photo.id).where(Photo.screened_at.is_(None), Photo.id.not_in(apart_from))
    return list(session.scalars(waiting.order_by(Photo.id).limit(limit)))


def screen(database: Database, store: PhotoStore, photo_id: uuid.UUID, look: Look, *, at: datetime) -> bool:
    """Look through one photo and let what is found wait for an answer; whether that came about.

    False, and one line in the log, when its file is lost or the look failed: the photo stays unscreened. Holds no lock
    while it looks. A photo that got boxes meanwhile is looked through as it is now. Raises StoreUnavailable.
    """
    for name in _names(database, photo_id):
        try:
            found = look(store.get(name))
        except StoreUnavailable:
            raise
        except PhotoMissing:
            return False  # destroyed meanwhile, or the sweep raises the alarm
        except Exception as error:  # native code, someone else's: whatever it raises, the photo stays closed
            log.error("photo %s could not be looked through: %s", photo_id, type(error).__name__)
            return False
        with database.writing() as session:
            photo = session.get(Photo, photo_id, with_for_update=True)
            if photo is not None and photo.screened_at is not None:
                return True  # somebody else was faster, and a person may have answered already
            if photo is not None and photo.name == name:
                redaction.suggest(photo, found)
                photo.screened_at = at
                session.commit()
                return True
    return False


def to_look_over(session: Session, *, limit: int) -> list[Observation]:
    """Accepted observations whose photos have unanswered suggestions, oldest first: accepted before they were found.

    One statement when there are none, as is usual; three otherwise. With area and photos.
    """
    suggested = sa.select(Photo.observation_number).where(Photo.suggestions.is_not(None))
    query = sa.select(Observation).where(Observation.number.in_(suggested), Observation.review == Review.ACCEPTED)
    loaded = query.options(selectinload(Observation.area), selectinload(Observation.photos))
    return list(session.scalars(loaded.order_by(Observation.number).limit(limit)))


def _names(database: Database, photo_id: uuid.UUID) -> Iterator[str]:
    """The names under which the photo is in the store, one after the other as it gets new ones."""
    before = None
    while True:
        with database.reading() as session:
            photo = session.get(Photo, photo_id)
        if photo is None or photo.name == before or photo.screened_at is not None:
            return
        before = photo.name
        yield photo.name

"""A photo's row and its file: the order in which they come and go, so that neither is ever promised and missing.

Files come before rows: a crash in between leaves a file without a row, which the sweep takes away. Rows go before
files, and with the row goes the sentence on its file, so that a crash in between leaves a file that nobody can open
and that the next one who carries sentences out destroys.
"""

import logging
import uuid
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from observations import jobs
from observations.database import Database
from observations.record.tables import Condemned, Observation, Photo, PhotoKind
from uploads import SanitisedPhoto
from uploads.stores import PhotoStore, StoreUnavailable, new_name

log = logging.getLogger(__name__)


def store(store_: PhotoStore, photo: SanitisedPhoto, position: int) -> Photo:
    """Make the clean photo durable in the store, then give the row that shall name it."""
    row = Photo(position=position, kind=PhotoKind.BEFORE)
    show(row, keep(store_, photo), photo)
    return row


def keep(store_: PhotoStore, photo: SanitisedPhoto) -> str:
    """Make the clean photo durable under a new random name; returns that."""
    name = new_name()
    store_.put(name, photo.jpeg)
    return name


def show(row: Photo, name: str, photo: SanitisedPhoto) -> None:
    """Let the row name a photo that is in the store."""
    row.name = name
    row.sha256, row.dhash, row.size_bytes = photo.sha256, photo.dhash, len(photo.jpeg)
    row.width_px, row.height_px = photo.width_px, photo.height_px


def forget(session: Session, observation: Observation, *, at: datetime) -> int:
    """Remove the photos' rows and condemn their files; says how many. The caller carries out once it has committed."""
    names = [photo.name for photo in observation.photos]
    observation.photos.clear()
    condemn(session, names, at=at)
    session.flush()
    return len(names)


def condemn(session: Session, names: Iterable[str], *, at: datetime) -> None:
    """Put the files on the list of those to be destroyed, in the transaction that takes their rows away."""
    session.add_all(Condemned(name=name, at=at) for name in names)


def any_condemned(session: Session) -> bool:
    """Whether a file is on the list. One statement."""
    return session.scalar(sa.select(Condemned.name).limit(1)) is not None


def destroy_condemned(database: Database, store_: PhotoStore) -> int:
    """Destroy every file on the list, also those that others put there; says how many.

    Raises StoreUnavailable, which leaves the rest on the list. Two statements for every 500 files.
    """
    destroyed = 0
    for names in jobs.steps(database, Condemned.name):
        for name in names:
            store_.delete(name)
        with database.writing() as session:
            session.execute(sa.delete(Condemned).where(Condemned.name.in_(names)))
            session.commit()
        destroyed += len(names)
    return destroyed


def destroy_now(database: Database, store_: PhotoStore) -> bool:
    """Destroy what a change has just condemned; says whether that could be done at once.

    What cannot be deleted now stays on the list, where nobody can open it, and is deleted in the background.
    """
    try:
        destroy_condemned(database, store_)
    except StoreUnavailable as error:
        log.error("a destroyed report's photo is left to the background: %s", error)
        return False
    return True


def by_id(session: Session, photo_id: uuid.UUID) -> Photo | None:
    """The photo of that id, with its observation. One statement."""
    query = sa.select(Photo).where(Photo.id == photo_id).options(joinedload(Photo.observation))
    return session.scalar(query)

"""A photo's row and its file: the order in which they come and go, so that neither is ever promised and missing."""

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from observations.record.tables import Observation, Photo
from uploads import SanitisedPhoto
from uploads.stores import PhotoStore, new_name


def store(store_: PhotoStore, photo: SanitisedPhoto, position: int) -> Photo:
    """Make the clean photo durable in the store, then give the row that shall name it.

    Files come before rows: a crash in between leaves a file without a row, which the sweep takes away.
    """
    name = new_name()
    store_.put(name, photo.jpeg)
    return Photo(
        position=position,
        name=name,
        sha256=photo.sha256,
        dhash=photo.dhash,
        width_px=photo.width_px,
        height_px=photo.height_px,
        size_bytes=len(photo.jpeg),
    )


def forget(session: Session, observation: Observation) -> list[str]:
    """Remove the photos' rows; returns the names of the files, to be destroyed once that is committed.

    Rows go before files: a crash in between leaves a file that nobody can open and that the sweep takes away.
    """
    names = [photo.name for photo in observation.photos]
    observation.photos.clear()
    session.flush()
    return names


def by_id(session: Session, photo_id: uuid.UUID) -> Photo | None:
    """The photo of that id, with its observation. One statement."""
    query = sa.select(Photo).where(Photo.id == photo_id).options(joinedload(Photo.observation))
    return session.scalar(query)

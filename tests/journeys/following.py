"""A report that is cleaned up: sent from a phone, looked through, and what the record has of it afterwards."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from playwright.sync_api import Page
from sqlalchemy.orm import Session, selectinload

from observations.clock import now
from observations.database import Database
from observations.record.tables import Observation, Photo
from tests.journeys.phoning import press_send, to_the_last_step, until
from tests.journeys.serving import Service


@contextmanager
def record(service: Service) -> Iterator[Session]:
    """The service's database, to read or to change."""
    database = Database(service.settings.database_url)
    with database.writing() as session:
        yield session
        session.commit()
    database.dispose()


def a_report(service: Service, page: Page) -> str:
    """Its id: sent from this phone, with a photo that has been looked through."""
    to_the_last_step(page, "Klotter")
    press_send(page)
    page.wait_for_url("**/kvitto/*")
    id = page.url.rpartition("/")[2]
    with record(service) as session:
        session.execute(
            sa.update(Photo)
            .where(Photo.observation_number.in_(sa.select(Observation.number).where(Observation.id == uuid.UUID(id))))
            .values(screened_at=now(), suggestions=None)
        )
    return id


def after_photos(service: Service, id: str) -> list[bytes]:
    """The files of the report's after-photos."""
    folder = Path(service.settings.photo_store.removeprefix("folder:"))
    with record(service) as session:
        query = sa.select(Observation).where(Observation.id == uuid.UUID(id)).options(selectinload(Observation.photos))
        names = [photo.name for photo in session.scalars(query).one().after_photos]
    return [(folder / name[:2] / name).read_bytes() for name in names]


def until_there_is_one(service: Service, id: str) -> bytes:
    """The file of the one after-photo, once it has come."""
    until(lambda: after_photos(service, id), "no after-photo came")
    (jpeg,) = after_photos(service, id)
    return jpeg

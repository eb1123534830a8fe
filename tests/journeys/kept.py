"""What the service has kept of the report whose receipt a phone shows."""

import uuid

import sqlalchemy as sa
from playwright.sync_api import Page

from observations.database import Database
from observations.record.tables import Observation
from tests.journeys.serving import Service


def the_one_reported(service: Service, page: Page) -> Observation:
    """The observation itself, apart from its photos."""
    database = Database(service.settings.database_url)
    with database.reading() as session:
        id = uuid.UUID(page.url.rpartition("/")[2])
        found = session.scalars(sa.select(Observation).where(Observation.id == id)).one()
    database.dispose()
    return found

"""What the pages' tests ask for by name."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from observations.access import Role
from observations.database import Database
from observations.record import redaction
from observations.record.tables import Observation
from observations.record.workflow import Review
from tests.builders import an_observation
from tests.conftest import ClientFor
from tests.intake.drafts import NOW
from tests.review.covering import Pictured
from tests.review.looking import Make, a_photo_in_the_store
from uploads.recognizers import Suggestion


@pytest.fixture
def report(database: Database) -> Make:
    """Makes committed reports that wait for review."""

    def make(**named: Any) -> Observation:
        with database.writing() as session:
            made = an_observation(session, **({"review": Review.RECEIVED} | named))
            session.commit()
            return made

    return make


@pytest.fixture
def browser(client: ClientFor) -> FlaskClient:
    """The coordinator's."""
    return client(Role.COORDINATOR)


@pytest.fixture
def pictured(app: Flask, database: Database, report: Make) -> Pictured:
    """Makes reports that wait, with one photo that was looked through; what was found in it is to be named."""

    def make(*found: Suggestion, screened: bool = True, **named: Any) -> Observation:
        made = report(**named)
        a_photo_in_the_store(app, database, made)
        with database.writing() as session:
            photo = session.get_one(Observation, made.number).photos[0]
            redaction.suggest(photo, found)
            photo.screened_at = NOW if screened else None
            session.commit()
        return made

    return make

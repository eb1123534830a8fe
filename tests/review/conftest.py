"""What the pages' tests ask for by name."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from observations.access import Role
from observations.database import Database
from observations.record.tables import Observation
from observations.record.workflow import Review
from tests.builders import an_observation
from tests.conftest import ClientFor
from tests.review.looking import Make


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

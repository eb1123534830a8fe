"""Going in and out by the front door, for the tests of sign-in."""

from datetime import datetime

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from observations.access import Role
from observations.accounts import actions
from observations.database import Database


def invitation(database: Database, at: datetime, *, role: Role = Role.REPORTER, shared: bool = False) -> str:
    """The secret of a fresh invitation."""
    with database.writing() as session:
        _, secret = actions.invite(session, role=role, team="Parken", shared=shared, by="test", at=at)
        session.commit()
    return secret


def open_invitation(browser: FlaskClient, secret: str) -> TestResponse:
    """What the page's module does with the secret that it finds after the #."""
    return browser.post("/in", data={"secret": secret})


def is_in(browser: FlaskClient, page: str = "/rapportera") -> bool:
    """Whether a page is shown, rather than the way to the welcome page."""
    answer = browser.get(page)
    assert answer.status_code == 200 or answer.location == "/valkommen"
    return answer.status_code == 200

"""An office in which people come in by passkey, for the tests of it."""

import dataclasses
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from observations import journal
from observations.access import Role
from observations.accounts.tables import Passkey
from observations.database import Database
from tests.accounts.authenticator import Authenticator
from tests.accounts.doors import invitation, open_invitation
from tests.conftest import ClientFor, MovableClock

REFUSED = "Den passkeyn kan inte användas här."


@dataclasses.dataclass
class Office:
    """Invites people, lets them in, and knows what is kept of it."""

    client: ClientFor
    database: Database
    clock: MovableClock

    def invited(self, role: Role = Role.COORDINATOR) -> FlaskClient:
        """A browser with an account."""
        browser = self.client()
        assert open_invitation(browser, invitation(self.database, self.clock(), role=role)).status_code == 303
        return browser

    def with_passkey(self, held: Authenticator, role: Role = Role.COORDINATOR, name: str = "") -> FlaskClient:
        """A browser whose account has a passkey."""
        browser = self.invited(role)
        assert add(browser, held, name=name).status_code == 303
        return browser

    def comes_in(self, held: Authenticator, **lies: Any) -> TestResponse:
        """What happens to somebody who uses the passkey on a fresh browser."""
        browser = self.client()
        return browser.post("/in/passkey", data={"answer": held.get(asked(browser), **lies)})

    def passkeys(self) -> list[Passkey]:
        """All that are kept, the oldest first."""
        with self.database.reading() as session:
            return list(session.scalars(sa.select(Passkey).order_by(Passkey.created_at)))

    def told(self) -> list[str]:
        """What the journal says of passkeys."""
        with self.database.reading() as session:
            events = session.scalars(sa.select(journal.Event).order_by(journal.Event.id))
            return [event.what for event in events if event.what.startswith("passkey.")]


def asked(browser: FlaskClient) -> dict[str, Any]:
    """What the service asks a browser that wants to come in."""
    options: dict[str, Any] = browser.post("/in/passkey/borja").get_json()
    return options


def asked_to_register(browser: FlaskClient) -> dict[str, Any]:
    """What the service asks a browser for a new passkey."""
    answer = browser.post("/min-inloggning/passkey/borja")
    assert answer.status_code == 200
    options: dict[str, Any] = answer.get_json()
    return options


def add(browser: FlaskClient, held: Authenticator, *, name: str = "", **lies: Any) -> TestResponse:
    """Add a passkey as the page does."""
    answer = held.create(asked_to_register(browser), **lies)
    return browser.post("/min-inloggning/passkey", data={"answer": answer, "name": name})


def assert_refused(answer: TestResponse) -> None:
    """Told in the one sentence, and no cookie given."""
    assert (410, True) == (answer.status_code, REFUSED in answer.text)
    assert "ogon=" not in answer.headers.get("Set-Cookie", "")

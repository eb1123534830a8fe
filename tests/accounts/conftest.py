"""What the tests of sign-in can ask for by name, beside what all tests can."""

from collections.abc import Iterator

import pytest

from observations.database import Database
from tests.accounts.passkey_office import Office
from tests.accounts.provider import IdentityProvider, serving
from tests.conftest import ClientFor, MovableClock


@pytest.fixture
def provider(clock: MovableClock) -> Iterator[IdentityProvider]:
    """An identity provider on loopback, whose clock is ours."""
    provider = IdentityProvider(clock)
    with serving(provider):
        yield provider


@pytest.fixture
def office(client: ClientFor, database: Database, clock: MovableClock) -> Office:
    """An office in which nobody has a passkey yet."""
    return Office(client, database, clock)

"""The log, to be read."""

from collections.abc import Iterator

import pytest

from tests import logbook
from tests.logbook import Entries


@pytest.fixture
def entries() -> Iterator[Entries]:
    """What the log of the process would hold, as text."""
    with logbook.kept() as entries:
        yield entries

"""What the tests of photos ask for by name."""

from pathlib import Path

import pytest

from observations.database import Database
from tests.intake.drafts import Intake, a_draft, a_photo


@pytest.fixture
def intake(database: Database, tmp_path: Path) -> Intake:
    """One report with one photo, in a real store."""
    intake = Intake(database, tmp_path / "photos")
    intake.receive(a_draft(photos=(a_photo(192, 128),)))
    return intake

"""What tests of the map share: a made-up town, the real quarter, and both imports."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from config import Settings
from observations.database import Database
from observations.places.imports import PlacesImported, import_places
from observations.places.sources import Box
from tests.conftest import MovableClock
from tests.contracts import ROOT
from tests.places.towns import a_town

QUARTER = "map/stockholm_ostermalm.osm.pbf"

Import = Callable[..., PlacesImported]
"""`importing(path)`, `importing(path, bbox=…)`: as the command does it."""


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """The extract of a made-up town."""
    return a_town(tmp_path / "almhamra.osm.pbf")


@pytest.fixture
def quarter() -> Path:
    """The extract of a real quarter; the test is skipped where the corpus is missing."""
    path = Path(os.environ.get("CORPUS_DIR", ROOT.parent / "shared" / "corpus")) / QUARTER
    if not path.is_file():
        pytest.skip(f"{path} is missing: set CORPUS_DIR to the folder that has {QUARTER}")
    return path


@pytest.fixture
def importing(settings: Settings, database: Database, clock: MovableClock) -> Import:
    """Imports an extract into the test's own instance."""

    def run(path: Path, *, bbox: Box | None = None) -> PlacesImported:
        return import_places(settings, database, path, bbox=bbox, by="command", at=clock(), say=lambda _text: None)

    return run


def told(answer: TestResponse) -> Any:
    """What a JSON answer says."""
    return answer.get_json()

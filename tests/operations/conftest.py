"""A service with reports in it, and a shell beside it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from config import Settings
from observations.cli import cli
from observations.database import Database
from tests.intake.drafts import Intake

Shell = Callable[..., Result]
"""`shell("check")` runs a command on the instance; `.stdout` and `.exit_code` say how it went."""


@pytest.fixture
def intake(database: Database, settings: Settings) -> Intake:
    """The gate of the instance: what goes through it lies where the commands look."""
    return Intake(database, Path(settings.photo_store.removeprefix("folder:")))


@pytest.fixture
def shell(settings: Settings) -> Shell:
    """A shell whose environment names the instance."""
    environment = {
        "OGON_INSTANCE": str(settings.instance),
        "OGON_DATABASE_URL": settings.database_url,
        "OGON_BASE_URL": settings.base_url,
    }
    runner = CliRunner(env=environment)

    def run(*arguments: str, **more: str) -> Result:
        return runner.invoke(cli, arguments, env=more or None, catch_exceptions=False)

    return run

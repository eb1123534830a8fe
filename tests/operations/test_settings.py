"""A setting that cannot work is told at the start, in a sentence without secrets."""

import pytest
from click.testing import CliRunner

import config
from observations.cli import cli


@pytest.mark.parametrize(
    "address",
    [
        "mysql://ogon:hemligt@db/ogon",
        "postgres://ogon:hemligt@db/ogon",
        "postgresql+asyncpg://ogon:hemligt@db/ogon",
        "sqlite://",
        "sqlite:///:memory:",
        "ogon.sqlite3",
    ],
)
def test_a_database_of_another_kind_is_refused_at_the_start(address: str) -> None:
    """MySQL was taken for PostgreSQL; a database in memory would be another one for every request."""
    done = CliRunner(env={"OGON_DATABASE_URL": address}).invoke(cli, ["check"])

    assert 1 == done.exit_code
    assert "OGON_DATABASE_URL: the database is sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME" in done.stderr
    assert "hemligt" not in done.output


@pytest.mark.parametrize(
    "address", ["", "sqlite:////srv/ogon.sqlite3", "postgresql://ogon@db/ogon", "postgresql+psycopg:///ogon?host=/run"]
)
def test_the_two_kinds_that_there_are_can_be_set(address: str) -> None:
    """Control: those that the tests run on."""
    assert config.load({"OGON_DATABASE_URL": address}).database_url.startswith(address or "sqlite:///")

"""An upgrade leaves the tables that the code expects, on both databases, and can be taken back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from observations.database import Database
from observations.migrations import alembic_config, migrate
from observations.migrations.models import metadata
from tests.conftest import FreshDatabase


@pytest.fixture
def empty(fresh_database: FreshDatabase, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    with fresh_database(tmp_path, empty=True) as url:
        database = Database(url)
        yield database
        database.dispose()


def test_migrations_give_just_what_the_models_say(empty: Database) -> None:
    """No upgrade ends in a table that the code then cannot read."""
    migrate(empty)

    assert [] == _differences(empty, metadata)


def test_the_index_of_an_expression_is_there(empty: Database) -> None:
    """The comparison passes over it, and a step that builds the table anew would lose it without a word."""
    migrate(empty)
    listed = {"sqlite": "SELECT sql FROM sqlite_master", "postgresql": "SELECT indexdef FROM pg_indexes"}
    with empty.engine.connect() as connection:
        texts = [text for text in connection.scalars(sa.text(listed[connection.dialect.name])) if text]

    assert 1 == sum("ix_observation_spot" in text and "cell >> 28" in text for text in texts)


def test_every_step_can_be_taken_back(empty: Database) -> None:
    """An operator who must go back to the version before is not left with half of the new one."""
    migrate(empty)
    migrate(empty, "base")

    with empty.engine.connect() as connection:
        assert ["alembic_version"] == sa.inspect(connection).get_table_names()


def test_the_steps_up_can_be_taken_again_after_going_back(empty: Database) -> None:
    """Nothing that a step back forgot stands in the way of the next upgrade."""
    for target in ("head", "base", "head"):
        migrate(empty, target)

    assert [] == _differences(empty, metadata)


def test_there_is_one_newest_step(empty: Database) -> None:
    """Two developers' steps that both follow the same one are put in order before they are used."""
    with empty.engine.connect() as connection:
        assert 1 == len(ScriptDirectory.from_config(alembic_config(connection)).get_heads())


def test_a_column_without_its_step_is_noticed(empty: Database) -> None:
    """Control: a model with a column that no step makes, and one with another type."""
    migrate(empty)
    planted = sa.MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.sorted_tables:
        table.to_metadata(planted)
    planted.tables["area"].append_column(sa.Column("planted", sa.Integer()))
    planted.tables["area"].c.name.type = sa.Text()

    assert {"add_column", "modify_type"} == {_kind(difference) for difference in _differences(empty, planted)}


def _differences(database: Database, models: sa.MetaData) -> list[Any]:
    with database.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), models))


def _kind(difference: Any) -> str:
    """Differences of one column come as a list of tuples, others as a tuple that begins with its kind."""
    first = difference[0]
    return str(first[0] if isinstance(first, tuple) else first)

"""What a test finds in its database was put there by that test: nothing is left from the one before."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from observations.database import Database
from observations.migrations.models import metadata
from tests.builders import an_address, an_area, an_observation
from tests.conftest import FreshDatabase
from tests.databases import PostgresServer


def test_rows_and_numbers_do_not_outlive_their_test(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    """The first report of every test has number 1, on both databases."""
    for turn in ("first", "second"):
        (tmp_path / turn).mkdir()
        with fresh_database(tmp_path / turn) as url:
            database = Database(url)
            with database.writing() as session:
                assert [] == [t.name for t in metadata.sorted_tables if session.scalar(_count(t))]
                area = an_area(session)
                an_address(session, area_id=area.id)
                assert 1 == an_observation(session, area_id=area.id).number
                session.commit()
            database.dispose()


def test_a_database_is_lent_again(postgresql: PostgresServer) -> None:
    """Making one anew for each test would take most of the time of a run."""
    with postgresql.fresh() as first:
        pass
    with postgresql.fresh() as second:
        pass

    assert first == second


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE planted (id integer)",
        "DROP TABLE photo",
        "ALTER TABLE area ADD COLUMN planted integer",
        "ALTER TABLE area ALTER COLUMN name TYPE text",
        "DROP INDEX ix_address_search",
        "ALTER TABLE area DROP CONSTRAINT uq_area_name",
        "UPDATE alembic_version SET version_num = 'planted'",
    ],
)
def test_a_database_that_was_rebuilt_is_not_lent_again(postgresql: PostgresServer, change: str) -> None:
    """Control: a test that changed tables, columns, indexes or constraints leaves none of it to the next."""
    with postgresql.fresh() as first:
        _run(first, change)
    with postgresql.fresh() as second:
        pass

    assert first != second


def test_a_connection_left_open_does_not_hold_up_the_next_test(postgresql: PostgresServer) -> None:
    """A test that failed in the middle of a transaction costs no other test its tables."""
    with postgresql.fresh() as url:
        left = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:")).connect()
        left.exec_driver_sql("LOCK TABLE area")
    with postgresql.fresh() as url:
        _run(url, "INSERT INTO meeting (held_on) VALUES ('2026-09-10')")

    left.invalidate()
    left.close()


def _run(url: str, statement: str) -> None:
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def _count(table: sa.Table) -> sa.Select[int]:
    return sa.select(sa.func.count()).select_from(table)

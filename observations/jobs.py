"""Work through a whole table in steps of bounded size, so that it needs little memory and holds no lock for long."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from observations.database import Database

STEP_ROWS = 500


def steps(database: Database, key: InstrumentedAttribute[Any], *where: sa.ColumnElement[bool]) -> Iterator[list[Any]]:
    """The keys of the rows that `where` holds for, in their order, a step at a time.

    One statement for each step, in a short session of its own: between two steps others may write, and so may the
    caller. Rows that come behind the place reached so far are not met.
    """
    query = sa.select(key).where(*where).order_by(key).limit(STEP_ROWS)
    with database.reading() as session:
        keys: Sequence[Any] = session.scalars(query).all()
    while keys:
        yield list(keys)
        with database.reading() as session:
            keys = session.scalars(query.where(key > keys[-1])).all()

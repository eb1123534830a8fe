"""Work beside the requests: through a whole table in steps of bounded size, and by one process at a time."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from observations.database import Base, Database, UtcDateTime

STEP_ROWS = 500


class Lease(Base):
    """Which process does a job, and until when it may go on without saying so again."""

    __tablename__ = "lease"

    job: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(sa.String(32))
    until: Mapped[datetime] = mapped_column(UtcDateTime)


def lease(database: Database, job: str, holder: str, *, at: datetime, for_: timedelta) -> bool:
    """Whether `holder` may do the job until `at + for_`: it held it already, or nobody does any more.

    One statement where it is held or free, two or three where somebody else has it and the very first time. What is
    done under a lease must be harmless when it is done twice: a process that was asleep may wake up after its time.
    """
    free = sa.or_(Lease.holder == holder, Lease.until <= at)
    mine = sa.update(Lease).where(Lease.job == job, free).values(holder=holder, until=at + for_).returning(Lease.job)
    with database.writing() as session:
        if session.execute(mine).first() is None:
            if session.get(Lease, job) is not None:
                return False
            session.add(Lease(job=job, holder=holder, until=at + for_))
        try:
            session.commit()
        except IntegrityError:  # two processes saw that nobody had it
            return False
    return True


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

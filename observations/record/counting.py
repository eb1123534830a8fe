"""Keeps the counts of `record.grid` and `record.occasions` true.

They change in the transaction that changes an observation, whatever way it is changed in, as long as that goes through
the session; what goes past it calls `count` itself. `differences` counts anew and compares.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, UOWTransaction
from sqlalchemy.sql.functions import GenericFunction

from observations.places.cells import DEPTH
from observations.record.categories import Category
from observations.record.grid import COUNTS, DEPTHS, GRID, NOWHERE, NUMBERS, PARTS, SOUTH, WEST, day, square_of
from observations.record.occasions import ANY, OCCASION
from observations.record.tables import Observation
from observations.record.workflow import Review

Key = tuple[Any, ...]
Rows = Iterator[tuple[Key, dict[str, int]]]
Change = tuple["Counted", int]

COLUMNS: Final = ("review", "area_id", "category", "cell", "latitude", "longitude", "observed_on")
"""What decides where an observation is counted."""
LATER: Final = "counted_later"
"""In what a session is told: that changes are only gathered."""
DAY_S: Final = 86_400
EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True)
class Counted:
    """An observation as far as the counts know it."""

    number: int
    review: Review
    area_id: int | None
    category: Category
    cell: int | None
    latitude: float | None
    longitude: float | None
    observed_on: date

    @classmethod
    def of(cls, row: Any) -> "Counted":
        """From an observation, or a row with its columns."""
        return cls(row.number, *(getattr(row, name) for name in COLUMNS))


class Kept:
    """One table of counts: whose rows an observation is in, and the statements that keep it."""

    def __init__(self, table: sa.Table, rows: Callable[[Counted], Rows], recounts: Callable[[], Iterable[Any]]) -> None:
        self.table, self._rows, self.recounts = table, rows, recounts
        self.key = tuple(table.primary_key.columns.keys())
        self.sums = tuple(column.key for column in table.columns if not column.primary_key)
        self._upsert = {"sqlite": self._adding(sqlite.insert), "postgresql": self._adding(postgresql.insert)}
        is_it = (table.c[name] == sa.bindparam(f"the_{name}") for name in self.key)
        self._emptied = sa.delete(table).where(table.c.n == 0, *is_it)

    def _adding(self, insert: Any) -> Any:
        statement = insert(self.table)
        sums = {name: self.table.c[name] + statement.excluded[name] for name in self.sums}
        return statement.on_conflict_do_update(index_elements=self.key, set_=sums)

    def count(self, connection: sa.Connection, changes: Iterable[Change]) -> None:
        """Add and take away. A row that counts nothing goes: that something was there once is not kept.

        In the order of the keys, so that two at once never wait for each other in a circle.
        """
        deltas: dict[Key, Counter[str]] = {}
        for counted, sign in changes:
            for key, values in self._rows(counted):
                deltas.setdefault(key, Counter()).update({name: sign * value for name, value in values.items()})
        changed = [(key, values) for key, values in sorted(deltas.items()) if any(values.values())]
        if changed:
            rows = [dict(zip(self.key, key, strict=True)) | {n: v[n] for n in self.sums} for key, v in changed]
            connection.execute(self._upsert[connection.dialect.name], rows)
        if smaller := [key for key, values in changed if values["n"] < 0]:
            connection.execute(self._emptied, [dict(zip(self._named, key, strict=True)) for key in smaller])

    @property
    def _named(self) -> tuple[str, ...]:
        return tuple(f"the_{name}" for name in self.key)


def count(session: Session, changes: list[Change]) -> None:
    """Put observations into all counts with 1, or take them away, as they were, with -1. Four statements at most."""
    for kept in KEPT:
        kept.count(session.connection(), changes)


def locked(session: Session, numbers: list[int]) -> list[Counted]:
    """Those observations as they are counted now; nobody changes them before this transaction ends. One statement."""
    columns = (Observation.number, *(getattr(Observation, name) for name in COLUMNS))
    query = sa.select(*columns).where(Observation.number.in_(numbers)).order_by(Observation.number).with_for_update()
    return [Counted.of(row) for row in session.execute(query)]


def fill(session: Session) -> bool:
    """Count everything if nothing is counted yet, as after an upgrade from a version without counts; says whether."""
    counted, there = (session.scalar(sa.select(sa.exists().select_from(table))) for table in (OCCASION, Observation))
    if counted or not there:
        return False
    rebuild(session)
    return True


def rebuild(session: Session) -> None:
    """Count everything anew. About 80 s for a million observations."""
    for kept in KEPT:
        session.execute(sa.delete(kept.table))
        for recount in kept.recounts():
            session.execute(sa.insert(kept.table).from_select([column.key for column in kept.table.columns], recount))


def differences(session: Session) -> int:
    """How many rows are not as a recount has them, those that are missing and those that are too many included."""
    different = 0
    for kept in KEPT:
        anew = sa.union_all(*kept.recounts()).subquery()
        there, true = sa.select(*kept.table.c), sa.select(*anew.c)
        for these, those in ((there, true), (true, there)):
            beyond = sa.except_(these, those).subquery()
            different += session.scalar(sa.select(sa.func.count()).select_from(beyond)) or 0
    return different


# ---- In the transaction that changes an observation


@event.listens_for(Session, "after_flush")
def _follow(session: Session, _context: UOWTransaction) -> None:
    changes: list[Change] = [(Counted.of(row), 1) for row in _observations(session.new)]
    for row in _observations(session.dirty):
        if any(sa.inspect(row).attrs[name].history.has_changes() for name in COLUMNS):
            changes += [(_before(row), -1), (Counted.of(row), 1)]
    changes += [(_before(row), -1) for row in _observations(session.deleted)]
    if not changes:
        return
    if LATER in session.info:
        session.info[LATER].extend(changes)
    else:
        count(session, changes)


@contextmanager
def at_the_end(session: Session) -> Iterator[None]:
    """What is changed in the block is counted at its end: others want the same rows, which are held from then on."""
    changes = session.info[LATER] = []
    try:
        yield
        session.flush()
    finally:
        del session.info[LATER]
    if changes:
        count(session, changes)


def _observations(rows: Iterable[object]) -> Iterator[Observation]:
    return (row for row in rows if isinstance(row, Observation))


def _before(row: Observation) -> Counted:
    """As the database had it."""
    histories = (sa.inspect(row).attrs[name].history for name in COLUMNS)
    return Counted(row.number, *((*was.deleted, *was.unchanged, None)[0] for was in histories))


# ---- The grid


def _grid_rows(counted: Counted) -> Rows:
    if counted.cell is None or counted.latitude is None or counted.longitude is None:
        return
    values = {
        "n": 1,
        "latitudes": int((counted.latitude + SOUTH) * PARTS),
        "longitudes": int((counted.longitude + WEST) * PARTS),
        COUNTS[counted.category]: 1,
        NUMBERS[counted.category]: counted.number,
    }
    for depth, spans in DEPTHS.items():
        square = square_of(counted.cell, depth)
        for span in spans:
            block = day(counted.observed_on) // span
            yield (depth, span, block, counted.review, square, counted.area_id or NOWHERE), values


def _grid_recounts() -> Iterator[sa.Select[Any]]:
    """The rows of each size of squares and spans, from the observations."""
    for depth, spans in DEPTHS.items():
        for span in spans:
            yield _grid_recount(depth, span)


def _grid_recount(depth: int, span: int) -> sa.Select[Any]:
    days = sa.cast(sa.extract("epoch", Observation.observed_on), sa.BigInteger) // DAY_S + day(EPOCH)
    keys = {
        "block": sa.cast(days // span, sa.Integer),
        "review": Observation.review,
        "square": Observation.cell.op(">>", return_type=sa.BigInteger())(sa.literal_column(str(2 * (DEPTH - depth)))),
        "area_id": sa.func.coalesce(Observation.area_id, NOWHERE),
    }
    sums: dict[str, Any] = {"n": sa.func.count()}
    for name, value in (("latitudes", Observation.latitude + SOUTH), ("longitudes", Observation.longitude + WEST)):
        sums[name] = sa.func.sum(_Whole(value * PARTS))
    for category in Category:
        of_it = Observation.category == category
        sums[COUNTS[category]] = sa.func.sum(sa.case((of_it, 1), else_=0))
        sums[NUMBERS[category]] = sa.func.sum(sa.case((of_it, Observation.number), else_=0))
    sums = {name: sa.cast(value, GRID.c[name].type) for name, value in sums.items()}
    both = (("depth", depth), ("span", span))
    fixed = {name: sa.cast(sa.literal_column(str(size)), sa.SmallInteger) for name, size in both}
    columns = [(fixed | keys | sums)[column.key].label(column.key) for column in GRID.columns]
    return sa.select(*columns).where(Observation.cell.is_not(None)).group_by(*keys.values())


class _Whole(GenericFunction[int]):
    """A number without its fraction, as Python's int() has it; never of a negative one."""

    type = sa.BigInteger()
    inherit_cache = True


@compiles(_Whole, "sqlite")
def _whole_in_sqlite(element: Any, compiler: Any, **named: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **named)} AS INTEGER)"


@compiles(_Whole, "postgresql")
def _whole_in_postgresql(element: Any, compiler: Any, **named: Any) -> str:
    return f"CAST(FLOOR({compiler.process(element.clauses, **named)}) AS BIGINT)"


# ---- Occasions


def _occasion_rows(counted: Counted) -> Rows:
    for scope in (counted.review.value, ANY):
        yield (scope, counted.observed_on, counted.area_id or NOWHERE, counted.category), {"n": 1}


def _occasion_recounts() -> Iterator[Any]:
    area_id = sa.func.coalesce(Observation.area_id, NOWHERE)
    for scope in (sa.cast(Observation.review, sa.String(40)), sa.cast(sa.literal_column(f"'{ANY}'"), sa.String(40))):
        keys = (scope, Observation.observed_on, area_id, Observation.category)
        values: list[Any] = [*keys, sa.func.count()]
        named = [value.label(column.key) for value, column in zip(values, OCCASION.columns, strict=True)]
        yield sa.select(*named).group_by(*keys)


KEPT: Final = (Kept(GRID, _grid_rows, _grid_recounts), Kept(OCCASION, _occasion_rows, _occasion_recounts))

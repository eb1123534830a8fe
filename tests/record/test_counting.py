"""The counts equal a recount, whatever was done to the observations and whatever went wrong on the way."""

import os
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from observations.database import Database
from observations.places.cells import cell
from observations.record import counting
from observations.record.actions import set_point, set_time
from observations.record.areas import place_again
from observations.record.categories import Category
from observations.record.grid import DEPTHS, GRID, cover, day
from observations.record.occasions import ANY, OCCASION
from observations.record.retention import dispose_observations
from observations.record.tables import Observation, PositionSource, TimeSource
from observations.record.workflow import Rejection, Review
from observations.review import actions as review
from tests.builders import NOON, an_area, an_observation
from uploads.stores import PhotoStore, open_store

FEW, MANY = 100, 10_000
AREAS = [("Väst", (18.07, 59.33, 18.09, 59.35)), ("Öst", (18.09, 59.33, 18.11, 59.35))]
BY = "device:desk"


class Crash(Exception):
    """What goes wrong in the middle of a change."""


@pytest.fixture
def chance() -> random.Random:
    """Another one each time; a failure says which."""
    seed = os.environ.get("COUNTING_SEED") or str(random.randrange(10**6))
    print(f"COUNTING_SEED={seed}")
    return random.Random(int(seed))


@pytest.fixture
def store(tmp_path: Path) -> PhotoStore:
    """Empty: nothing here has a photo."""
    return open_store(f"folder:{tmp_path / 'photos'}")


def test_the_counts_equal_a_recount(database: Database, store: PhotoStore, chance: random.Random) -> None:
    """After inserts, moves, edits, reviews, rejections, disposals, new areas, and changes that are cut off halfway."""
    changes = MANY if os.environ.get("FAULTS") else FEW
    with database.writing() as session:
        for position, (name, bounds) in enumerate(AREAS):
            an_area(session, name, bounds=bounds, position=position)
        session.commit()
    for _ in range(changes):
        something_happens(database, store, chance)
    with database.reading() as session:
        assert 0 == counting.differences(session)
        assert session.scalar(sa.select(sa.func.count()).select_from(GRID)), "control: something was counted"


def something_happens(database: Database, store: PhotoStore, chance: random.Random) -> None:
    """One change, or several in one transaction; now and then it is cut off before it is committed."""
    if chance.random() < 0.02:
        dispose_observations(database, store, before=NOON - timedelta(days=chance.randrange(1, 60)), at=NOON)
    if chance.random() < 0.02:
        place_again(database, by=BY, at=NOON)
    try:
        with database.writing() as session:
            for _ in range(chance.choice([1, 1, 1, 2, 3])):
                chance.choice(CHANGES)(session, chance)
                if chance.random() < 0.1:
                    session.flush()
            if chance.random() < 0.1:
                session.flush()
                raise Crash
            session.commit()
    except Crash:
        pass


def comes_in(session: Session, chance: random.Random) -> None:
    """A report, most often with a point and in an area."""
    at = NOON - timedelta(days=chance.randrange(800), hours=chance.randrange(24))
    made = an_observation(
        session,
        category=chance.choice(list(Category)),
        observed_at=at,
        received_at=at,
        review=chance.choice([Review.RECEIVED, Review.ACCEPTED, Review.NEEDS_PLACE]),
    )
    if chance.random() < 0.8:
        moves(session, chance, made)


def moves(session: Session, chance: random.Random, which: Observation | None = None) -> None:
    """Its point is put right."""
    if moved := which or one_of(session, chance):
        latitude, longitude = 59.33 + 0.02 * chance.random(), 18.06 + 0.06 * chance.random()
        set_point(session, moved, latitude=latitude, longitude=longitude, source=PositionSource.MAP)


def is_edited(session: Session, chance: random.Random) -> None:
    """Another category, another time."""
    if edited := one_of(session, chance):
        edited.category = chance.choice(list(Category))
        set_time(edited, edited.observed_at - timedelta(days=chance.randrange(3)), TimeSource.TYPED)


def is_reviewed(session: Session, chance: random.Random) -> None:
    """Accepted, opened again or rejected, as its state allows."""
    reviewed = one_of(session, chance)
    if reviewed is None:
        return
    if reviewed.review is Review.ACCEPTED:
        review.reopen(session, reviewed, by=BY, at=NOON)
    elif reviewed.review is not Review.REJECTED and chance.random() < 0.3:
        review.reject(session, reviewed, reason=Rejection.TEST, by=BY, at=NOON)
    elif reviewed.review is not Review.REJECTED and reviewed.latitude is not None:
        review.accept(session, reviewed, by=BY, at=NOON)


def is_deleted(session: Session, chance: random.Random) -> None:
    """By way of the session, as a later feature may."""
    if deleted := one_of(session, chance):
        session.delete(deleted)


CHANGES: list[Callable[[Session, random.Random], None]] = [comes_in, comes_in, comes_in, moves, is_edited, is_reviewed]
CHANGES += [is_reviewed, is_deleted]


def one_of(session: Session, chance: random.Random) -> Observation | None:
    """Any that is there."""
    numbers = session.scalars(sa.select(Observation.number).order_by(Observation.number)).all()
    return session.get_one(Observation, chance.choice(numbers)) if numbers else None


@pytest.mark.parametrize(
    "behind",
    [
        sa.update(Observation).values(category=Category.BRA),
        sa.update(Observation).values(area_id=None),
        sa.update(Observation).values(cell=cell(59.4, 18.2)),
        sa.delete(Observation),
        sa.update(OCCASION).values(n=2),
        sa.delete(GRID).where(GRID.c.depth == 19, GRID.c.span == 448),
    ],
    ids=["category", "area", "place", "deleted", "count", "row"],
)
def test_what_goes_past_the_counts_is_noticed(database: Database, behind: sa.UpdateBase) -> None:
    """Control: a change behind the session's back is what the comparison is for."""
    with database.writing() as session:
        an_area(session)
        an_observation(session, latitude=59.3371, longitude=18.0835, area_id=1)
        assert 0 == counting.differences(session)
        session.execute(behind.execution_options(synchronize_session=False))

        assert 0 < counting.differences(session)
        counting.rebuild(session)
        assert 0 == counting.differences(session)


def test_nothing_is_left_of_what_was_destroyed(database: Database) -> None:
    """Not even a count of none: that something once was at a place is not kept."""
    with database.writing() as session:
        made = an_observation(session, review=Review.RECEIVED)
        review.reject(session, made, reason=Rejection.PERSON, by=BY, at=NOON)
        session.commit()
        assert 0 == session.scalar(sa.select(sa.func.count()).select_from(GRID))
        assert {Review.REJECTED.value, ANY} == set(session.scalars(sa.select(OCCASION.c.scope)))


def test_counts_are_filled_in_after_an_upgrade(database: Database) -> None:
    """From a version that had none; when there are some, nothing is counted anew."""
    with database.writing() as session:
        an_observation(session)
        session.flush()
        assert not counting.fill(session)
        for kept in counting.KEPT:
            session.execute(sa.delete(kept.table))
        assert counting.fill(session)
        assert 0 == counting.differences(session)


@pytest.mark.parametrize("spans", set(DEPTHS.values()))
def test_a_period_is_covered_once(spans: tuple[int, ...], chance: random.Random) -> None:
    """Spans and edges together hold every day of it, and no day twice."""
    for _ in range(300):
        first = day(NOON.date()) - chance.randrange(4000)
        end = first + chance.randrange(2500)
        found = cover(first, end, spans)
        blocks = [(block * span, (block + 1) * span) for span, block in found.blocks]
        days = [each for low, high in (*blocks, *found.edges) for each in range(low, high)]

        assert list(range(first, end)) == sorted(days)
        assert len(found.blocks) <= 2500 // max(spans) + 14 * len(spans)
        assert sum(high - low for low, high in found.edges) < 2 * min(spans)

"""What was begun is answered once, in time, and for what it was begun."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from observations.accounts import ceremonies
from observations.accounts.ceremonies import CeremonyUnusable, Kind
from observations.database import Database
from observations.web import Busy
from tests.conftest import MovableClock


def begun(database: Database, clock: MovableClock, kind: Kind = Kind.PASSKEY) -> str:
    """The secret of a ceremony that waits for its answer."""
    with database.writing() as session:
        secret = ceremonies.begin(session, kind, at=clock(), details={"nonce": "n"})
        session.commit()
    return secret


def answered(database: Database, clock: MovableClock, secret: str, kind: Kind = Kind.PASSKEY) -> bool:
    """Whether the answer was let through."""
    with database.writing() as session:
        try:
            taken = ceremonies.take(session, kind, secret, at=clock())
        except CeremonyUnusable:
            return False
        session.commit()
        return {"nonce": "n"} == taken.details


def test_an_answer_counts_once(database: Database, clock: MovableClock) -> None:
    """Whoever repeats what was sent over the line gets nowhere."""
    secret = begun(database, clock)

    assert [True, False] == [answered(database, clock, secret) for _ in range(2)]


def test_of_sixteen_simultaneous_answers_one_counts(database: Database, clock: MovableClock) -> None:
    """Also when all come at the same moment."""
    secret = begun(database, clock)
    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(lambda _: answered(database, clock, secret), range(16)))

    assert 1 == sum(results)


def test_an_answer_that_comes_late_or_for_something_else_does_not_count(
    database: Database, clock: MovableClock
) -> None:
    """Five minutes, and a challenge to register is none to sign in."""
    late, other = begun(database, clock), begun(database, clock, Kind.REGISTER_PASSKEY)
    assert not answered(database, clock, other)
    clock.tick(minutes=5)

    assert not answered(database, clock, late)
    assert not answered(database, clock, "never begun")


def test_anybody_may_begin_but_not_fill_the_database(
    database: Database, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past the bound the next one is asked to come again; what is out of time makes room."""
    monkeypatch.setattr(ceremonies, "AT_ONCE", 3)
    for _ in range(3):
        begun(database, clock)
    with pytest.raises(Busy):
        begun(database, clock)
    clock.tick(minutes=5)

    assert answered(database, clock, begun(database, clock))

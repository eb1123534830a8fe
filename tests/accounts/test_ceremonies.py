"""What was asked is answered once, in time, and for what it was asked."""

import base64
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from observations.accounts import ceremonies
from observations.accounts.ceremonies import CeremonyUnusable, Kind
from observations.accounts.tables import Answered
from observations.database import Database
from tests.conftest import MovableClock

SECRET = b"s" * 32
SOMEBODY, ANOTHER = uuid.UUID(int=1), uuid.UUID(int=2)


def begun(clock: MovableClock, kind: Kind = Kind.PASSKEY, account_id: uuid.UUID | None = None) -> str:
    """A challenge that waits for its answer."""
    return ceremonies.begin(SECRET, kind, at=clock(), account_id=account_id)


def answered(
    database: Database,
    clock: MovableClock,
    challenge: str,
    kind: Kind = Kind.PASSKEY,
    account_id: uuid.UUID | None = None,
) -> bool:
    """Whether the answer was let through."""
    with database.writing() as session:
        try:
            ceremonies.take(session, SECRET, kind, challenge, at=clock(), account_id=account_id)
        except CeremonyUnusable:
            return False
        session.commit()
        return True


def test_an_answer_counts_once(database: Database, clock: MovableClock) -> None:
    """Whoever repeats what was sent over the line gets nowhere."""
    challenge = begun(clock)

    assert [True, False] == [answered(database, clock, challenge) for _ in range(2)]


def test_of_sixteen_simultaneous_answers_one_counts(database: Database, clock: MovableClock) -> None:
    """Also when all come at the same moment."""
    challenge = begun(clock)
    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(lambda _: answered(database, clock, challenge), range(16)))

    assert 1 == sum(results)


def test_an_answer_that_comes_late_does_not_count(database: Database, clock: MovableClock) -> None:
    """Five minutes: then whoever finds the page still open begins again."""
    late = begun(clock)
    clock.tick(minutes=4, seconds=59)
    assert answered(database, clock, begun(clock))
    clock.tick(seconds=1)

    assert not answered(database, clock, late)


def test_an_answer_counts_for_what_was_asked_and_by_whom(database: Database, clock: MovableClock) -> None:
    """A challenge to register is none to sign in, and nobody answers for somebody else."""
    challenge = begun(clock, Kind.REGISTER_PASSKEY, SOMEBODY)

    assert not answered(database, clock, challenge, Kind.PASSKEY, SOMEBODY)
    assert not answered(database, clock, challenge, Kind.REGISTER_PASSKEY, ANOTHER)
    assert not answered(database, clock, challenge, Kind.REGISTER_PASSKEY)
    assert answered(database, clock, challenge, Kind.REGISTER_PASSKEY, SOMEBODY)


def test_a_challenge_cannot_be_made_up(database: Database, clock: MovableClock) -> None:
    """No byte of one may be another: neither its time nor its chance nor its signature."""
    good = base64.urlsafe_b64decode(begun(clock) + "=")
    for at in range(len(good)):
        whole = bytearray(good)
        whole[at] ^= 1
        assert not answered(database, clock, base64.urlsafe_b64encode(whole).rstrip(b"=").decode())

    assert answered(database, clock, base64.urlsafe_b64encode(good).rstrip(b"=").decode())


def test_the_same_challenge_written_otherwise_is_another(database: Database, clock: MovableClock) -> None:
    """Two bits of the last sign mean nothing: with others there the same answer would count four times."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    challenge = begun(clock)
    last = alphabet.index(challenge[-1])
    written = [challenge[:-1] + alphabet[last ^ bits] for bits in range(4)]

    assert [True, False, False, False] == [answered(database, clock, each) for each in written]


@pytest.mark.parametrize(
    "garbage", ["", "never begun", "x" * 43, "å" * 43, "\ud800" * 43, "A" * 100_000, "A" * 42 + "\n"]
)
def test_garbage_is_no_challenge(database: Database, clock: MovableClock, garbage: str) -> None:
    """Whatever a program sends in its place is refused in the same way."""
    assert not answered(database, clock, garbage)


def test_asking_costs_the_database_nothing(database: Database, clock: MovableClock) -> None:
    """Nobody who asks a million times keeps others out; of answers each is remembered for minutes only."""
    for _ in range(3):
        assert answered(database, clock, begun(clock))
    clock.tick(minutes=5)
    assert answered(database, clock, begun(clock))
    begun(clock)

    with database.reading() as session:
        assert 1 == session.scalar(sa.select(sa.func.count()).select_from(Answered))

"""The memory for bodies: never more than was set, nothing of it lost, and whoever crawls loses it first."""

from hypothesis import given
from hypothesis import strategies as st

from observations import limits
from observations.server.body import Body, Room
from observations.web.requests import Refused

SMALL = limits.SMALL_BODY_BYTES
MOST = 4 * SMALL


def test_what_was_sent_is_what_is_read() -> None:
    """Whatever pieces it came in."""
    body = Body(Room(MOST))
    for piece in (b"a" * 5, b"b" * 100_000, b"c"):
        body.append(piece)

    assert b"a" * 5 + b"b" * 100_000 + b"c" == body.getfile().read()


@given(st.lists(st.binary(max_size=3 * SMALL), max_size=8), st.integers(1, SMALL))
def test_a_body_reads_like_a_file(pieces: list[bytes], size: int) -> None:
    """The application reads it in pieces of its own, to the end and no further."""
    body = Body(Room(1 << 30))
    for piece in pieces:
        body.append(piece)
    length, file = len(body), body.getfile()
    read = b"".join(iter(lambda: file.read(size), b""))

    assert (b"".join(pieces), sum(map(len, pieces))) == (read, length)


Steps = st.lists(
    st.tuples(st.sampled_from(("append", "arrived", "close", "new")), st.integers(0, 5), st.integers(0, MOST))
)


@given(Steps)
def test_no_order_of_events_takes_too_much_or_loses_any(steps: list[tuple[str, int, int]]) -> None:
    """Bodies come, grow, arrive and break off in any order: the bound holds, and the room is empty at last."""
    room = Room(MOST)
    bodies = [Body(room)]
    for what, which, count in steps:
        body = bodies[which % len(bodies)]
        if what == "new":
            bodies.append(Body(room))
        elif what == "append":
            body.append(bytes(count))
        else:
            getattr(body, what)()
        assert 0 <= room.taken <= MOST
        assert room.taken == sum(each.taken for each in bodies)
    for body in bodies:
        body.close()

    assert 0 == room.taken


def test_where_there_is_no_room_the_newcomer_is_asked_to_come_back() -> None:
    """What has arrived whole, and who sends at a good pace, is left alone."""
    room = Room(MOST)
    whole, on_its_way, late = Body(room), Body(room), Body(room)
    whole.append(bytes(3 * SMALL))
    whole.arrived()
    on_its_way.append(bytes(2 * SMALL))
    late.append(bytes(3 * SMALL))

    assert [None, None, Refused.NO_ROOM] == [body.refused for body in (whole, on_its_way, late)]
    assert 3 * SMALL == room.taken


def test_a_small_body_finds_room_when_there_is_none() -> None:
    """A decision and a sign-in are taken while photos are not."""
    room = Room(MOST)
    Body(room).append(bytes(MOST + SMALL))
    small = Body(room)
    small.append(bytes(SMALL))

    assert (MOST, None, SMALL) == (room.taken, small.refused, len(small))


def test_who_crawls_makes_room_for_who_does_not() -> None:
    """However many connections hold out with a piece of a body each, a whole one that comes quickly is taken."""
    seconds = 0.0
    room = Room(MOST, clock=lambda: seconds)
    crawling = [Body(room) for _ in range(4)]
    for body in crawling:
        body.append(bytes(2 * SMALL))
    seconds = limits.GRACE_S + 1
    quick = Body(room)
    quick.append(bytes(4 * SMALL))

    assert quick.refused is None
    assert 3 == sum(body.refused is Refused.NO_ROOM for body in crawling)
    assert room.taken <= MOST


def test_who_began_fast_and_holds_still_makes_room_for_a_phone() -> None:
    """A pace is what comes of late: most of a body in its first second buys nobody the room for a minute."""
    clock = [0.0]
    room = Room(8 * SMALL, clock=lambda: clock[0])
    stalled = Body(room)
    stalled.append(bytes(8 * SMALL))
    clock[0] = 60
    phone = Body(room)
    for _ in range(8):
        clock[0] += 1
        phone.append(bytes(SMALL // 2))
        stalled.append(b"x")  # a byte now and then, so as not to be called idle

    assert (Refused.NO_ROOM, None) == (stalled.refused, phone.refused)


def test_more_than_a_report_may_be_is_not_kept() -> None:
    """A body that comes in chunks says its size by its end only."""
    room = Room(1 << 30)
    body = Body(room)
    body.append(bytes(limits.BODY_BYTES))
    assert (None, limits.BODY_BYTES) == (body.refused, len(body))
    body.append(b"x")

    assert (Refused.TOO_LARGE, 0, 0) == (body.refused, len(body), room.taken)


def test_bytes_that_come_one_by_one_take_no_more_than_together() -> None:
    """Each object of Python has its price; a million of one byte would be 50 MB."""
    body = Body(Room(MOST))
    for _ in range(1000):
        body.append(b"x")

    assert 1 == len(body._pieces)

"""The two suggestions that a photo makes for the form: right, or not there at all."""

import random
import struct
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.uploads import camera
from tests.uploads.camera import EVERY_KIND, POSITION, Entry
from uploads import Facts, TakenAtSource, facts
from uploads.facts import STOCKHOLM

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
SATELLITES: Mapping[int, Entry] = {7: [(6, 1), (30, 1), (1500, 100)], 29: "2026:05:14"}


def seen(capture: Mapping[int, Entry] | None = None, gps: Mapping[int, Entry] | None = None) -> Facts:
    """The facts of a photo with these entries."""
    return facts(camera.jpeg(exif_block=camera.exif(capture=capture or {}, gps=gps)), now=NOW)


@pytest.mark.parametrize("kind", EVERY_KIND)
@pytest.mark.parametrize("order", ["<", ">"])
def test_time_and_place_are_read_from_every_kind_of_photo(kind: str, order: str) -> None:
    """Whatever the telephone's format, its time and place are offered in the form."""
    gps = {**POSITION, 31: [(65, 10)]}
    taken = datetime(2026, 5, 14, 6, 30, 15, tzinfo=UTC)

    found = facts(EVERY_KIND[kind](exif_block=camera.exif(gps=gps, order=order)), now=NOW)

    assert Facts(taken, TakenAtSource.EXIF_ASSUMED_LOCAL, 1, 59.3375, 18.0916667, 6.5) == found


@pytest.mark.parametrize(
    ("capture", "gps", "hour", "source"),
    [
        ({0x9003: camera.WHEN, 0x9011: "+02:00"}, {}, 6, TakenAtSource.EXIF_OFFSET),
        ({0x9003: camera.WHEN, 0x9011: "-03:00"}, SATELLITES, 11, TakenAtSource.EXIF_OFFSET),
        ({0x9003: camera.WHEN, 0x9010: "+00:00"}, {}, 8, TakenAtSource.EXIF_OFFSET),
        ({0x9003: camera.WHEN, 0x9011: "   :  "}, SATELLITES, 6, TakenAtSource.GPS),
        ({0x9003: camera.WHEN, 0x9011: "+99:00"}, {}, 6, TakenAtSource.EXIF_ASSUMED_LOCAL),
        ({0x9003: camera.WHEN}, {29: "2026:05:14"}, 6, TakenAtSource.EXIF_ASSUMED_LOCAL),
        ({0x9004: camera.WHEN}, {}, 6, TakenAtSource.EXIF_ASSUMED_LOCAL),
        ({0x9003: "0000:00:00 00:00:00", 0x9004: camera.WHEN}, {}, 6, TakenAtSource.EXIF_ASSUMED_LOCAL),
        ({}, SATELLITES, 6, TakenAtSource.GPS),
    ],
)
def test_the_best_clock_is_taken(
    capture: Mapping[int, Entry], gps: Mapping[int, Entry], hour: int, source: TakenAtSource
) -> None:
    """A clock that says its distance from UTC comes before the satellites', that before one that is assumed local."""
    found = seen(capture, gps)

    assert (datetime(2026, 5, 14, hour, 30, 15, tzinfo=UTC), source) == (found.taken_at, found.taken_at_source)


def test_winter_and_summer_time_are_told_apart() -> None:
    """A camera without an offset shows Swedish time, which is an hour less from UTC in winter."""
    assert datetime(2026, 1, 14, 7, 30, tzinfo=UTC) == seen({0x9003: "2026:01:14 08:30:00"}).taken_at


SUMMER = "+02:00"


@pytest.mark.parametrize(
    ("shown", "offset", "utc", "error_s"),
    [
        pytest.param("2026:05:14 08:30:15", "", "2026-05-14 06:30:15", 1, id="ordinary"),
        pytest.param("2026:05:14 08:30:15", SUMMER, "2026-05-14 06:30:15", 1, id="ordinary, the zone is said"),
        pytest.param("2026:05:14 08:30:  ", "", "2026-05-14 06:30:00", 60, id="seconds are blank"),
        pytest.param(
            "2026:05:14 08:30:  ", SUMMER, "2026-05-14 06:30:00", 60, id="seconds are blank, the zone is said"
        ),
        pytest.param("2026:05:14 08:30", "", "2026-05-14 06:30:00", 60, id="no seconds"),
        pytest.param("2025:10:26 01:59:59", "", "2025-10-25 23:59:59", 1, id="before the hour that comes twice"),
        pytest.param("2025:10:26 02:00:00", "", "2025-10-26 00:00:00", 3600, id="the hour that comes twice"),
        pytest.param("2025:10:26 02:59:59", "", "2025-10-26 00:59:59", 3600, id="its end"),
        pytest.param("2025:10:26 02:59", "", "2025-10-26 00:59:00", 3600, id="its end, no seconds"),
        pytest.param("2025:10:26 02:30:00", SUMMER, "2025-10-26 00:30:00", 1, id="twice, the zone is said"),
        pytest.param("2025:10:26 02:30:00", "+01:00", "2025-10-26 01:30:00", 1, id="twice, the other zone is said"),
        pytest.param("2025:10:26 03:00:00", "", "2025-10-26 02:00:00", 1, id="after it"),
        pytest.param("2026:03:29 01:59:59", "", "2026-03-29 00:59:59", 1, id="before the hour that is left out"),
        pytest.param("2026:03:29 02:30:00", "", "2026-03-29 01:30:00", 3600, id="the hour that is left out"),
        pytest.param("2026:03:29 03:00:00", "", "2026-03-29 01:00:00", 1, id="after the hour that is left out"),
    ],
)
def test_it_is_said_how_exact_the_time_is(shown: str, offset: str, utc: str, error_s: int) -> None:
    """One second as a rule; a minute without seconds; an hour where the Swedish clock leaves it open which it was."""
    found = seen({0x9003: shown, 0x9011: offset})

    assert (datetime.fromisoformat(utc + "+00:00"), error_s) == (found.taken_at, found.taken_at_error_s)


def test_the_satellites_time_is_exact_and_no_time_has_no_error() -> None:
    """Where nothing is said, nothing is claimed of it either."""
    assert 1 == seen(gps=SATELLITES).taken_at_error_s
    assert (None, None) == (seen().taken_at, seen().taken_at_error_s)


@given(minutes=st.integers(0, 10 * 365 * 24 * 60))
def test_the_error_is_never_too_small(minutes: int) -> None:
    """Whenever a clock that shows Swedish time is read, the moment that it means is no farther off than is said."""
    moment = datetime(2016, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    found = seen({0x9003: moment.astimezone(STOCKHOLM).strftime("%Y:%m:%d %H:%M:%S")})

    assert found.taken_at is not None
    assert found.taken_at_error_s is not None
    assert abs((found.taken_at - moment).total_seconds()) <= found.taken_at_error_s


@pytest.mark.parametrize(
    "shown",
    [
        "2026:05:14 08:30:1",
        "2026:05:14 08:30:xx",
        "2026:05:14 08",
        "0000:00:00 00:00:00",
        "    :  :     :  :  ",
        "1999:12:31 01:00:00",
        "1970:01:01 00:00:00",
        "0001:01:01 00:00:00",
        "9999:12:31 23:59:59",
        "2026:13:40 25:61:61",
        "2026:06:01 14:10:01",
        "2099:01:01 12:00:00",
        "i går",
        "",
    ],
)
@pytest.mark.parametrize("offset", ["", "+14:00", "-12:00"])
def test_an_absurd_time_is_an_absent_one(shown: str, offset: str) -> None:
    """A clock that was never set, or runs ahead of ours, makes no suggestion."""
    if shown.startswith("2026:06:01"):
        offset = ""
    assert seen({0x9003: shown, 0x9011: offset}).taken_at is None


def test_a_clock_that_is_a_little_fast_is_believed() -> None:
    """Control: ten minutes ahead is a clock, not an absurdity."""
    assert NOW + timedelta(minutes=10) == seen({0x9003: "2026:06:01 14:10:00"}).taken_at


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({1: ""}, "no hemisphere"),
        ({3: "\0"}, "no hemisphere"),
        ({1: "X"}, "no such hemisphere"),
        ({2: [(0, 0), (0, 0), (0, 0)]}, "divided by zero"),
        ({2: [(59, 1), (20, 1), (1, 0)]}, "divided by zero"),
        ({2: [(0, 1), (0, 1), (0, 1)], 4: [(0, 1), (0, 1), (0, 1)]}, "zeros instead of a fix"),
        ({2: [(91, 1), (0, 1), (0, 1)]}, "beyond the pole"),
        ({2: [(90, 1), (0, 1), (1, 1)]}, "beyond the pole"),
        ({4: [(181, 1), (0, 1), (0, 1)]}, "beyond the date line"),
        ({2: [(59, 1), (61, 1), (0, 1)]}, "too many minutes"),
        ({2: [(59, 1), (20, 1)]}, "no seconds"),
        ({2: "59.3"}, "text"),
        ({4: b""}, "empty"),
    ],
)
def test_an_absurd_place_is_an_absent_one(changed: Mapping[int, Entry], why: str) -> None:
    """A place that cannot be is not suggested, in neither of its halves, nor is its precision."""
    found = seen(gps={**POSITION, **changed, 31: [(5, 1)]})

    assert (None, None, None) == (found.latitude, found.longitude, found.error_radius_m), why


def test_south_and_west_are_negative() -> None:
    """A photo from the other side of the earth is not taken for one from here."""
    found = seen(gps={**POSITION, 1: "S", 3: "W"})

    assert (-59.3375, -18.0916667) == (found.latitude, found.longitude)


@pytest.mark.parametrize("radius", [(0, 0), (0, 1), (500_000, 1)])
def test_an_absurd_precision_is_left_out(radius: tuple[int, int]) -> None:
    """The place stays, without a claim about how exact it is."""
    found = seen(gps={**POSITION, 31: [radius]})

    assert found.latitude is not None
    assert found.error_radius_m is None


@given(raw=st.binary(max_size=400))
def test_facts_never_stop_a_report(raw: bytes) -> None:
    """Any EXIF block, however damaged, gives facts or none, and never an error."""
    for block in (raw, b"II*\0\x08\0\0\0" + raw, b"MM\0*\0\0\0\x08" + raw):
        found = facts(camera.jpeg(exif_block=block), now=NOW)
        assert found.taken_at is None or found.taken_at <= NOW + timedelta(minutes=10)
    assert Facts() == facts(raw, now=NOW)


@pytest.mark.parametrize("seed", range(30))
def test_what_is_whole_in_a_damaged_block_is_read(seed: int) -> None:
    """One broken entry does not cost the others: the time is found although the owner's name is nonsense."""
    block = camera.exif(gps=POSITION)
    owner = struct.pack("<HHI", 0x8298, 2, len(camera.CANARY) + 1)
    broken = block.replace(owner, owner[:4] + random.Random(seed).randbytes(4))

    assert broken != block
    assert facts(camera.jpeg(exif_block=broken), now=NOW).taken_at is not None


def test_a_block_built_to_be_slow_is_read_at_once() -> None:
    """Five thousand entries that all point to each other take no longer than twelve."""
    entries = 5000
    pointer = struct.pack("<HHII", 0x8825, 4, 1, 8)
    fraction = struct.pack("<HHII", 2, 5, 999, 8)
    began = time.process_time()
    for entry in (pointer, fraction):
        block = b"II*\0\x08\0\0\0" + struct.pack("<H", entries) + entry * entries + bytes(4)
        assert Facts() == facts(camera.jpeg(exif_block=block), now=NOW)

    assert time.process_time() - began < 0.2

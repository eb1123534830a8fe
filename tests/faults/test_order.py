"""Watched from outside: photo, its name and the rows are on disk, in this order, before the answer is sent.

What SIGKILL cannot show, since the machine lives on: that all of it would survive a power cut.
"""

from pathlib import Path

import pytest

from observations.access import Role
from tests.faults import careless
from tests.faults.killing import Server, started
from tests.faults.phones import PHOTOS, waited_for
from tests.faults.sending import a_report, post
from tests.faults.tracing import answers, calls, too_late, watched_by_strace
from tests.journeys.serving import COMMAND_LINE, an_instance


def seen(folder: Path, program: tuple[str, ...], photos: tuple[int, ...]) -> list[list[str]]:
    """What came too late, for reports with so many photos, sent one after the other to that server."""
    trace = folder / "trace"
    server = Server(an_instance(folder / "instance"), program=program, under=watched_by_strace(trace))
    with started(server) as service:
        token = service.token(Role.REPORTER)
        ready = len(answers(calls(trace.read_text().splitlines())))
        statuses = [post(service, token, a_report(*PHOTOS[:count])).status for count in photos]
        assert {201} == set(statuses)
        # strace writes a call down a little after it was made
        waited_for(lambda: len(answers(calls(trace.read_text().splitlines()))) >= ready + len(photos))
        made = calls(trace.read_text().splitlines())
    found = answers(made)[ready:]
    return [too_late(answer, own, photos=count) for (answer, own), count in zip(found, photos, strict=True)]


def test_an_answer_comes_after_all_that_it_promises(tmp_path: Path) -> None:
    """With photos and without, the first report of an instance and later ones."""
    photos = (2, 1, 0, 5, 0)

    assert [[]] * len(photos) == seen(tmp_path, COMMAND_LINE, photos)


@pytest.mark.parametrize(
    ("fault", "late"),
    [
        ("files-late", ["photos under their names"]),
        ("files-unsynced", ["a photo on disk", "its name on disk"]),
        ("folder-unsynced", ["its name on disk"]),
        ("database-unsynced", ["rows on disk"]),
    ],
)
def test_a_careless_server_is_caught(tmp_path: Path, fault: str, late: list[str]) -> None:
    """Control: each step left out, or put after the answer, is missed by its name."""
    assert [late] == seen(tmp_path, careless.program(fault), (1,))


TRACE = """\
7 write(9</p/ab/x.part>, "...", 9) = 9
7 fsync(9</p/ab/x.part>) = 0
7 rename("/p/ab/x.part", "/p/ab/00112233445566778899aabbccddeeff") = 0
7 fsync(9</p/ab>) = 0
7 pwrite64(4</i/ogon.sqlite3-wal>, "...", 24, 0) = 24
7 fdatasync(4</i/ogon.sqlite3-wal>) = 0
7 sendto(13<TCP:[1->2]>, "HTTP/1.1 201 CRE"..., 614, 0, NULL, 0) = 614
""".splitlines()


def moved(line: int, to: int) -> list[str]:
    """The trace with one line somewhere else."""
    lines = [*TRACE]
    lines.insert(to, lines.pop(line))
    return lines


@pytest.mark.parametrize(
    ("lines", "late"),
    [
        (TRACE, []),
        (moved(1, 2), ["a photo on disk"]),
        (moved(1, 0), ["a photo on disk"]),
        (moved(3, 2), ["its name on disk"]),
        (moved(3, 5), ["its name on disk"]),
        (moved(5, 4), ["rows on disk"]),
        ([*TRACE[:1], TRACE[1].replace("= 0", "= -1 EIO (Input/output error)"), *TRACE[2:]], ["a photo on disk"]),
        ([*TRACE[:5], "7 fdatasync(4</i/ogon.sqlite3-wal> <unfinished ...>", TRACE[6]], ["rows on disk"]),
    ],
)
def test_the_reader_of_traces_misses_nothing(lines: list[str], late: list[str]) -> None:
    """Control of the look itself: each step moved, failed, or not over when the next one began."""
    ((answer, own),) = answers(calls(lines))

    assert late == too_late(answer, own, photos=1)


def test_a_call_that_others_come_in_between_of_is_one_call() -> None:
    """Control of the look itself: threads interrupt each other's lines."""
    first, second = "7 fsync(9</p/ab> <unfinished ...>", "7 <... fsync resumed>) = 0"
    (call, other) = calls([first, "8 fsync(1</q>) = 0", second])

    assert (0, 2, True) == (call.began, call.ended, call.syncs)
    assert (1, 1, True) == (other.began, other.ended, other.syncs)

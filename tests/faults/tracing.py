"""Reads in the calls that a server makes of the system whether each answer came after all that it promises."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.programs import needed

CALLS = "rename,renameat,renameat2,fsync,fdatasync,write,pwrite64,sendto"
FORBIDDEN = "strace may not watch processes on this machine"
ANSWER = '"HTTP/1.1 20'
"""What an answer of 200 or 201 begins with."""


def watched_by_strace(trace: Path) -> list[str]:
    """What is put before the server's command line to have its calls written into a file, paths and sockets by name.

    Skips the test, with that as its reason, where a process may not be watched.
    """
    strace = needed("strace")
    if subprocess.run([strace, "-o", "/dev/null", "true"], capture_output=True).returncode:
        pytest.skip(FORBIDDEN)
    # -D: the server is the process that was started, strace its grandchild.
    return [strace, "-D", "-f", "-yy", "-qq", "-s", "16", "--seccomp-bpf", "-e", f"trace={CALLS}", "-o", str(trace)]


@contextmanager
def disk_that_fails(pid: int) -> Iterator[None]:
    """Until the block ends, nothing that a database writes reaches the disk of that process: fdatasync gives EIO.

    Skips the test where a running process may not be watched.
    """
    line = [needed("strace"), "-f", "-o", "/dev/null", "-e", "inject=fdatasync:error=EIO", "-p", str(pid)]
    with subprocess.Popen(line, stderr=subprocess.PIPE, text=True) as strace:
        assert strace.stderr is not None
        try:
            if "attached" not in strace.stderr.readline():
                pytest.skip(FORBIDDEN)
            yield
        finally:
            strace.terminate()


@dataclass
class Call:
    """A call of one thread, and the lines of the trace at which it began and ended."""

    thread: str
    name: str
    text: str
    began: int
    ended: int

    @property
    def syncs(self) -> bool:
        """Whether something has reached the disk when this ends."""
        return self.name in ("fsync", "fdatasync") and self.text.rpartition("=")[2].strip() == "0"


BEGINS = re.compile(r"(\d+) +(\w+)\((.*)")
RESUMES = re.compile(r"(\d+) +<\.\.\. \w+ resumed>(.*)")
UNFINISHED = "<unfinished ...>"


def calls(lines: list[str]) -> list[Call]:
    """The calls in the order in which they began; one that other threads came in between of is put together again."""
    made: list[Call] = []
    open_: dict[str, Call] = {}
    for number, line in enumerate(lines):
        if begins := BEGINS.match(line):
            thread, name, text = begins.groups()
            call = Call(thread, name, text.removesuffix(UNFINISHED), number, number)
            made.append(call)
            if text.endswith(UNFINISHED):
                open_[thread], call.ended = call, len(lines)
        elif (resumes := RESUMES.match(line)) and resumes[1] in open_:
            call = open_.pop(resumes[1])
            call.text, call.ended = call.text + resumes[2], number
    return made


def answers(made: list[Call]) -> list[tuple[Call, list[Call]]]:
    """Each answer to a report, with what the same thread did since its last one."""
    sent = [call for call in made if call.name == "sendto" and ANSWER in call.text]
    found = []
    for answer in sent:
        since = max((each.ended for each in sent if each.ended < answer.began), default=-1)
        own = [call for call in made if call.thread == answer.thread and since < call.began < answer.began]
        found.append((answer, own))
    return found


RENAMED = re.compile(r'"(?P<folder>[^"]+)/(?P<temporary>[^"/]+\.part)",.*"(?P=folder)/[0-9a-f]{32}"')


def too_late(answer: Call, own: list[Call], *, photos: int) -> list[str]:
    """What had not happened, or not in its order, when the answer to a report with so many photos was sent."""
    renames = [(call, found) for call in own if call.name.startswith("rename") and (found := RENAMED.search(call.text))]
    rows = _rows(answer, own)
    missing = [] if rows else ["rows on disk"]
    if len(renames) < photos:
        missing.append("photos under their names")
    for rename, found in renames:
        missing += _too_late_for(rename, found, own, rows or answer)
    return missing


def _rows(answer: Call, own: list[Call]) -> Call | None:
    """The call that brought the last rows to disk."""
    written = [call for call in own if call.name in ("write", "pwrite64") and "-wal>" in call.text]
    synced = [call for call in own if call.syncs and "-wal>" in call.text and call.ended < answer.began]
    return next((call for call in synced if written and written[-1].ended < call.began), None)


def _too_late_for(rename: Call, found: re.Match[str], own: list[Call], then: Call) -> Iterator[str]:
    temporary, folder = f"/{found['temporary']}>", f"<{found['folder']}>"
    written = [call for call in own if call.name == "write" and temporary in call.text]
    synced = [call for call in own if call.syncs and temporary in call.text]
    if not any(written and written[-1].ended < call.began and call.ended < rename.began for call in synced):
        yield "a photo on disk"
    named = [call for call in own if call.syncs and folder in call.text]
    if not any(rename.ended < call.began and call.ended < then.began for call in named):
        yield "its name on disk"

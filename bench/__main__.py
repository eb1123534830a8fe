"""`make bench`: the figures that the service promises, at 10,000 and at a million reports, beside each other.

Takes about twenty minutes, most of it the two histories of a million; REPORTS=100000 is a quick look.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import breakdown, clients, databases, photo, scale, screening
from bench import cleaning as side_by_side
from bench.clients import Timing
from bench.instance import Service, service

SMALL, LARGE = 10_000, int(os.environ.get("REPORTS") or 1_000_000)
CLIENTS = 4


def main() -> None:
    """Measure, print, and leave nothing behind."""
    print(f"Python {sys.version.split()[0]} · {CLIENTS} clients create, one reads\n")
    with tempfile.TemporaryDirectory() as folder:
        cleaning(Path(folder))
        with sizes(Path(folder) / "sqlite", databases.SQLITE) as (small, large):
            creates(large, Path(folder))
            for told in (*breakdown.report(large, Path(folder) / "in-process"), ""):
                print(told, flush=True)
            grown(small, large)
        with (
            databases.postgresql() as first,
            databases.postgresql() as second,
            sizes(Path(folder) / "postgresql", databases.POSTGRESQL, first, second) as (small, large),
        ):
            creates(large, Path(folder))
            grown(small, large)


@contextmanager
def sizes(folder: Path, kind: str, *urls: str) -> Iterator[tuple[Service, Service]]:
    """Two services with a short and a long history, on the databases at the addresses or on SQLite's own files."""
    start = time.perf_counter()
    at_small, at_large = urls or ("", "")
    with (
        service(folder / "small", reports=SMALL, database_url=at_small) as small,
        service(folder / "large", reports=LARGE, database_url=at_large) as large,
    ):
        print(f"{kind}: {SMALL:,} and {LARGE:,} reports simulated in {time.perf_counter() - start:.0f} s\n", flush=True)
        yield small, large


def grown(small: Service, large: Service) -> None:
    """How much longer an answer takes with the long history."""
    line("read", f"at {SMALL // 1000} k, ms", f"at {LARGE // 1000} k, ms", "p95 ms", "growth", "kB")
    for name, *figures in scale.compared(scale.reads(small), scale.reads(large)):
        line(name, *figures)
    print("aim: growth at most 1.5 x, map at most 30 ms and 100 kB, list at most 20 ms\n", flush=True)


def creates(running: Service, folder: Path) -> None:
    """New reports: without a photo, with one that the phone shrank, with one of 12 megapixels."""
    line("create", "CPU ms", "per s", "median ms", "p95 ms")
    whole, shrunk = photo.twelve_megapixels(), photo.phone_shrunk()
    bare = measure_create(running, "without photo", b"", 400)
    for name, sent, requests in (
        (f"phone-shrunk photo, {len(shrunk) // 1000} kB", shrunk, 80),
        (f"12 MP photo, {len(whole) // 1000} kB", whole, 60),
    ):
        measure_create(running, name, sent, requests)
    print(
        f"\naim without photo: at most 8 CPU ms, at least 130 per s (now {bare.cpu_ms:.1f} and {bare.per_second:.0f})\n"
    )


def cleaning(folder: Path) -> None:
    """What cleaning a photo costs beside two C programs, what others leave in photos, which faces are found."""
    whole = photo.twelve_megapixels()
    for name, sent in (("JPEG", whole), ("HEIC", photo.as_heic(whole))):
        ratio = photo.cpu_against_djpeg_cjpeg(whole, folder, sent)
        print(f"cleaning a 12 MP {name}: {ratio:.2f} x djpeg | cjpeg" if ratio else "djpeg and cjpeg: not here")
    print("aim for a JPEG: at most 1.6 x\n")
    for told in (*side_by_side.report(), "", *screening.report(), ""):
        print(told, flush=True)


def measure_create(running: Service, name: str, sent: bytes, requests: int) -> Timing:
    """One line of the table of creates."""
    made = clients.measure(
        running, lambda _n: clients.report(running, sent), requests=requests, clients=CLIENTS, expect=201
    )
    line(name, f"{made.cpu_ms:.1f}", f"{made.per_second:.0f}", f"{made.median_ms:.1f}", f"{made.p95_ms:.1f}")
    return made


def line(name: str, *figures: str) -> None:
    """A row: a name, then figures under each other."""
    print(f"{name:30}" + "".join(f"{figure:>13}" for figure in figures), flush=True)


if __name__ == "__main__":
    main()

"""`make bench`: the figures that the service promises, at 10,000 and at 100,000 reports, beside each other."""

import sys
import tempfile
import time
from pathlib import Path

from bench import breakdown, clients, photo, screening
from bench import cleaning as side_by_side
from bench.clients import Timing
from bench.instance import Service, service

SMALL, LARGE = 10_000, 100_000
CLIENTS = 4

READS = {
    "list, first 50": "/api/v1/observations?limit=50",
    "map, the town": "/api/v1/map?bbox=16.4,59.5,16.7,59.7&zoom=12",
    "map, a quarter": "/api/v1/map?bbox=16.52,59.60,16.55,59.62&zoom=15",
    "trends, 56 days": "/api/v1/trends",
}


def main() -> None:
    """Measure, print, and leave nothing behind."""
    print(f"SQLite · Python {sys.version.split()[0]} · {CLIENTS} clients create, one reads\n")
    with tempfile.TemporaryDirectory() as folder:
        cleaning(Path(folder))
        start = time.perf_counter()
        with service(Path(folder) / "large", reports=LARGE) as large:
            print(f"simulate {LARGE:,} reports and start: {time.perf_counter() - start:.0f} s\n")
            creates(large, Path(folder))
            for told in (*breakdown.report(large, Path(folder) / "in-process"), ""):
                print(told, flush=True)
            grown = reads(large)
        with service(Path(folder) / "small", reports=SMALL) as small:
            compare(reads(small), grown)


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


def reads(running: Service) -> dict[str, Timing]:
    """Each reading request one at a time, so that the times are the service's and not a queue's."""
    return {
        name: clients.measure(running, clients.always(clients.get(running, path)), requests=60, clients=1, expect=200)
        for name, path in READS.items()
    }


def compare(small: dict[str, Timing], large: dict[str, Timing]) -> None:
    """Ten times the reports: how much longer does an answer take."""
    line("read", f"at {SMALL // 1000} k, ms", f"at {LARGE // 1000} k, ms", "p95 ms", "growth", "kB")
    for name, grown in large.items():
        growth = grown.median_ms / small[name].median_ms
        line(
            name,
            f"{small[name].median_ms:.1f}",
            f"{grown.median_ms:.1f}",
            f"{grown.p95_ms:.1f}",
            f"{growth:.2f} x",
            f"{grown.largest_bytes / 1000:.1f}",
        )


def line(name: str, *figures: str) -> None:
    """A row: a name, then figures under each other."""
    print(f"{name:30}" + "".join(f"{figure:>13}" for figure in figures), flush=True)


if __name__ == "__main__":
    main()

"""Reading at two sizes of history: how much longer an answer takes when there is a hundred times as much."""

from bench import clients
from bench.clients import Timing
from bench.instance import Service

TOWN = "16.40,59.55,16.70,59.67"
QUARTER = "16.52,59.60,16.55,59.62"
YEARS = "from=2024-01-10&to=2026-03-05"
READS = {
    "map, the world, all years": "/api/v1/map?zoom=4",
    "map, the town, all years": f"/api/v1/map?bbox={TOWN}&zoom=12",
    "map, the town, odd years": f"/api/v1/map?bbox={TOWN}&zoom=12&{YEARS}",
    "map, a quarter": f"/api/v1/map?bbox={QUARTER}&zoom=15",
    "map, a quarter, two kinds": f"/api/v1/map?bbox={QUARTER}&zoom=15&category=KLO,SKA&{YEARS}",
    "map, a block": "/api/v1/map?bbox=16.530,59.605,16.533,59.607&zoom=18",
    "map, an area": f"/api/v1/map?bbox={TOWN}&zoom=13&area=2",
    "list, first 50": "/api/v1/observations?limit=50",
    "list, one kind": "/api/v1/observations?limit=50&category=TIL",
    "list, years back": f"/api/v1/observations?limit=50&{YEARS}",
    "list, waiting": "/api/v1/observations?limit=50&review=needs_place",
    "list, a block": "/api/v1/observations?limit=50&bbox=16.530,59.605,16.533,59.607",
    "trends, 56 days": "/api/v1/trends",
}
REQUESTS = 40


def reads(running: Service) -> dict[str, Timing]:
    """Each request one at a time, so that the times are the service's and not a queue's."""
    return {
        name: clients.measure(
            running, clients.always(clients.get(running, path)), requests=REQUESTS, clients=1, expect=200
        )
        for name, path in READS.items()
    }


def compared(small: dict[str, Timing], large: dict[str, Timing]) -> list[tuple[str, ...]]:
    """Rows for a table: name, median at each size, p95 at the larger, growth, kilobytes."""
    return [
        (
            name,
            f"{small[name].median_ms:.1f}",
            f"{grown.median_ms:.1f}",
            f"{grown.p95_ms:.1f}",
            f"{grown.median_ms / small[name].median_ms:.2f} x",
            f"{grown.largest_bytes / 1000:.1f}",
        )
        for name, grown in large.items()
    ]

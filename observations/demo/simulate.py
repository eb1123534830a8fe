"""Synthetic history, fast: reports as a small town would send them, with seasons, quiet areas and bursts.

It writes rows in bulk, past the gate that real reports go through, and counts them at the end: nobody sent these. Same
seed, same history.
"""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

import numpy as np
import sqlalchemy as sa
from shapely import Point, box, from_wkb
from sqlalchemy.orm import Session

from observations.clock import STOCKHOLM, local_date
from observations.journal import Event
from observations.places.cells import cell
from observations.places.tables import Address, Area
from observations.record import counting
from observations.record.categories import Category
from observations.record.tables import Observation, PositionSource, TimeSource
from observations.record.workflow import Rejection, Remediation, Review

BATCH = 2_000
REJECTED_SHARE = 0.03
QUEUE_DAYS = 2
"""Reports younger than this still wait for review."""
COMMONNESS = {
    Category.KLO: 9.0,
    Category.SKA: 5.0,
    Category.GLA: 3.0,
    Category.SKR: 10.0,
    Category.MIS: 2.5,
    Category.BRA: 1.2,
    Category.INB: 2.0,
    Category.BEL: 4.0,
    Category.FOR: 3.0,
    Category.TIL: 0.7,
    Category.KOR: 1.0,
    Category.OVR: 1.0,
}
"""How often each category is seen, relative to the others."""
SUMMER_SWING = {Category.KLO: 0.35, Category.SKR: 0.5, Category.GLA: 0.25, Category.BEL: -0.7, Category.BRA: 0.3}
"""Amplitude of the yearly wave on the log scale; negative is a winter's thing."""
NOTES = (
    "Nytt sedan i fredags.",
    "Syns från gatan.",
    "Tredje gången på kort tid.",
    "Låset är också skadat.",
    "Vid ingången mot gården.",
    "Ligger kvar sedan helgen.",
    "Bredvid lekplatsen.",
)


@dataclass(frozen=True)
class Change:
    """A planted change, for a history that has something to find: `factor` on the rate of the last `days`."""

    area: str
    category: Category
    days: int
    factor: float


@dataclass(frozen=True)
class Spot:
    """A place where something can be seen."""

    area_id: int
    latitude: float
    longitude: float
    label: str


def simulate(
    session: Session,
    *,
    reports: int,
    years: int,
    seed: int,
    until: datetime,
    changes: Sequence[Change] = (),
    progress: Callable[[int], None] = lambda _done: None,
) -> int:
    """Add about `reports` reports of the `years` before `until`, oldest first; returns how many. Does not commit.

    Uses the areas and addresses that there are, else makes six square areas. About 25 s for 100,000 on SQLite.
    """
    rng = np.random.default_rng(seed)
    areas = _areas(session)
    spots = _spots(session, areas, rng)
    moments, where, what = _draw(rng, areas, reports, years * 365, until, changes)
    done = 0
    for rows in _batches(rng, spots, areas, moments, where, what, until):
        session.execute(sa.insert(Observation), rows)
        session.execute(sa.insert(Event), [event for row in rows for event in _events(row)])
        done += len(rows)
        progress(done)
    counting.rebuild(session)
    return done


def _areas(session: Session) -> list[Area]:
    areas = list(session.scalars(sa.select(Area).order_by(Area.position, Area.id)))
    if areas:
        return areas
    names = ("Norrgärdet", "Kvarnbacken", "Lindhagen", "Centrum", "Hamnängen", "Tallåsen")
    for n, name in enumerate(names):
        west, south = 16.50 + 0.03 * (n % 3), 59.60 + 0.015 * (n // 3)
        east, north = west + 0.03, south + 0.015
        outline = box(west, south, east, north).wkb
        areas.append(Area(name=name, position=n + 1, outline=outline, west=west, south=south, east=east, north=north))
    session.add_all(areas)
    session.flush()
    return areas


def _spots(session: Session, areas: list[Area], rng: np.random.Generator) -> list[list[Spot]]:
    """For each area its spots, few enough that places recur: real addresses where there are any."""
    spots: list[list[Spot]] = []
    for area in areas:
        query = sa.select(Address).where(Address.area_id == area.id).order_by(Address.id)
        found = [Spot(area.id, a.latitude, a.longitude, a.label) for a in session.scalars(query)]
        spots.append(found or _invented(area, rng))
    return spots


def _invented(area: Area, rng: np.random.Generator, count: int = 150) -> list[Spot]:
    outline = from_wkb(area.outline)
    spots: list[Spot] = []
    while len(spots) < count:
        longitude, latitude = rng.uniform(area.west, area.east), rng.uniform(area.south, area.north)
        if outline.contains(Point(longitude, latitude)):
            label = f"{area.name} {len(spots) + 1}"
            spots.append(Spot(area.id, float(latitude), float(longitude), label))
    return spots


def _draw(
    rng: np.random.Generator,
    areas: list[Area],
    reports: int,
    days: int,
    until: datetime,
    changes: Sequence[Change],
) -> tuple[list[datetime], np.ndarray, np.ndarray]:
    """Moments (sorted), index of area and index of category for each report, from a rate per day × area × category."""
    categories = list(Category)
    last = local_date(until)
    dates = [last - timedelta(days=days - 1 - n) for n in range(days)]
    year = np.array([d.timetuple().tm_yday for d in dates]) / 365.25 * 2 * np.pi
    wave = -np.cos(year - 0.3)  # highest in mid-July
    swing = np.array([SUMMER_SWING.get(c, 0.0) for c in categories])
    weekend = np.array([1.35 if d.weekday() in (0, 6) else 1.0 for d in dates])
    base = rng.gamma(2.0, 0.5, (len(areas), len(categories))) * np.array([COMMONNESS[c] for c in categories])
    rate = np.exp(wave[:, None] * swing[None, :])[:, None, :] * weekend[:, None, None] * base[None, :, :]
    for change in changes:
        a = next((n for n, area in enumerate(areas) if area.name == change.area), None)
        if a is not None:
            rate[-change.days :, a, categories.index(change.category)] *= change.factor
    counts = rng.poisson(rate * reports / rate.sum())
    day, where, what = (np.repeat(index, counts[counts > 0]) for index in np.nonzero(counts))
    seconds = rng.integers(6 * 3600, 20 * 3600, len(day))
    order = np.lexsort((seconds, day))
    midnights = [datetime.combine(d, time(), STOCKHOLM) for d in dates]
    moments = [
        (midnights[d] + timedelta(seconds=int(s))).astimezone(UTC)
        for d, s in zip(day[order], seconds[order], strict=True)
    ]
    within = [n for n, at in enumerate(moments) if at < until]
    keep = order[within]
    return [moments[n] for n in within], where[keep], what[keep]


def _batches(
    rng: np.random.Generator,
    spots: list[list[Spot]],
    areas: list[Area],
    moments: list[datetime],
    where: np.ndarray,
    what: np.ndarray,
    until: datetime,
) -> Iterator[list[dict[str, Any]]]:
    categories = list(Category)
    for start in range(0, len(moments), BATCH):
        end = min(start + BATCH, len(moments))
        ids = rng.bytes(16 * (end - start))
        luck = rng.random((end - start, 4))
        rows = []
        for n in range(start, end):
            u = luck[n - start]
            candidates = spots[int(where[n])]
            spot = candidates[int(len(candidates) * u[0] ** 2)]  # squared: some places are seen again and again
            rows.append(
                _row(
                    ids[16 * (n - start) : 16 * (n - start) + 16], moments[n], spot, categories[int(what[n])], u, until
                )
            )
        yield rows


def _row(
    id_bytes: bytes, at: datetime, spot: Spot, category: Category, luck: np.ndarray, until: datetime
) -> dict[str, Any]:
    waits = until - at < timedelta(days=QUEUE_DAYS)
    rejected = not waits and luck[1] < REJECTED_SHARE
    review = Review.RECEIVED if waits else Review.REJECTED if rejected else Review.ACCEPTED
    latitude = spot.latitude + (float(luck[2]) - 0.5) * 0.0002
    longitude = spot.longitude + (float(luck[3]) - 0.5) * 0.0004
    return {
        "id": uuid.UUID(bytes=id_bytes, version=4),
        "category": category,
        "observed_at": at,
        "observed_on": local_date(at),
        "observed_source": TimeSource.TYPED,
        "received_at": at + timedelta(minutes=1),
        "latitude": None if rejected else latitude,
        "longitude": None if rejected else longitude,
        "accuracy_m": None if rejected else 8.0,
        "position_source": None if rejected else PositionSource.DEVICE,
        "cell": None if rejected else cell(latitude, longitude),
        "address": "" if rejected else spot.label,
        "area_id": None if rejected else spot.area_id,
        "note": NOTES[int(luck[2] * 1000) % len(NOTES)] if not rejected and luck[3] < 0.25 else "",
        "urgent": bool(luck[1] > 0.985),
        "review": review,
        "reviewed_at": None if waits else at + timedelta(hours=20),
        "rejection": Rejection.UNUSABLE if rejected else None,
        "remediation": Remediation.NOT_APPLICABLE,
        "version": 1,
    }


def _events(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    subject = f"observation:{row['id']}"
    common = {"by": "simulated", "subject": subject, "before": None, "after": None}
    yield common | {"at": row["received_at"], "what": "observation.received"}
    if row["reviewed_at"]:
        yield common | {"at": row["reviewed_at"], "what": f"review.{row['review'].value}"}

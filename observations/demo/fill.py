"""Fills an empty instance with the made-up municipality, by the same doors that a real one comes in through."""

import random
import tempfile
import uuid
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from config import Settings
from observations.access import Actor, Role
from observations.accounts import actions as accounts
from observations.clock import STOCKHOLM, local_date, monday
from observations.database import Database
from observations.demo import town
from observations.demo.pictures import picture
from observations.demo.simulate import QUEUE_DAYS, Change, simulate
from observations.intake.draft import Draft, Point
from observations.intake.receive import Gate, receive
from observations.meetings import actions as meetings
from observations.places.imports import import_areas, import_places
from observations.places.tables import Address
from observations.record.categories import Category
from observations.record.tables import Observation, PositionSource, TimeSource
from observations.review import actions as review
from observations.web import secret_key
from uploads import DecodeSlots
from uploads.stores import open_store

BY = "demo"
REPORTS = 4_800
PICTURES = 200
IN_QUEUE = 18
YEARS = 3
SEED = 1
SPREAD_DAYS = 130
TEAMS = ("Bostadsbolaget", "Parkenheten", "Skolorna", "Gatuenheten")
MEETING_DAYS_AGO = (-6, 50, 106, 160, 219, 275, 331, 386)
CHANGES = (
    Change("Kvarnbacken", Category.KLO, days=50, factor=7.0),
    Change("Norrgärdet", Category.SKR, days=50, factor=0.05),
    Change("Tallåsen", Category.TIL, days=40, factor=40.0),
)
QUEUE_NOTES = {
    2: "Nytt sedan i fredags. Ring 070-174 06 05 för nyckel till porten.",
    5: "Syns från lekplatsen.",
    9: "Fjärde gången på kort tid.",
}

URGENT = (3, 11)
WITH_POSTER = 3

Say = Callable[[str], None]


@dataclass(frozen=True)
class Planned:
    """One report with a photo: what, where and when, before anything is drawn."""

    category: Category
    seed: int
    at: datetime
    address: Address
    note: str
    urgent: bool
    waits: bool
    """Whether it shall stand in the queue; the others are accepted."""
    poster: bool
    """Whether its photo shows a face."""

    def draw(self) -> bytes:
        """The photo."""
        return picture(self.category, self.seed, poster=self.poster)


def fill(
    settings: Settings,
    database: Database,
    *,
    at: datetime,
    say: Say,
    reports: int = REPORTS,
    pictures: int = PICTURES,
) -> bool:
    """Fill the instance; False, and nothing done, when it holds observations already. About a minute."""
    with database.reading() as session:
        if session.scalar(sa.select(Observation.number).limit(1)) is not None:
            return False
    _places(settings, database, at, say)
    say("Three years of reports")
    with database.writing() as session:
        simulate(session, reports=reports, years=YEARS, seed=SEED, until=at, changes=CHANGES)
        for days in MEETING_DAYS_AGO:
            meetings.add(session, _thursday(local_date(at) - timedelta(days=days)), by=BY, at=at)
        session.commit()
    say(f"{pictures} photos")
    _photographed(settings, database, at, pictures)
    return True


def _thursday(day: date) -> date:
    """The Thursday of that week: the council's day."""
    return monday(day) + timedelta(days=3)


def _places(settings: Settings, database: Database, at: datetime, say: Say) -> None:
    settings.instance.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.instance) as folder:
        extract, areas = Path(folder) / "almhamra.osm.pbf", Path(folder) / "areas.geojson"
        town.write_extract(extract, seed=SEED)
        town.write_areas(areas)
        import_areas(database, areas, by=BY, at=at)
        import_places(settings, database, extract, bbox=None, by=BY, at=at, say=say)


def _photographed(settings: Settings, database: Database, at: datetime, pictures: int) -> None:
    """Reports with photos, each through the gate, the older ones reviewed."""
    gate = Gate(
        database=database,
        store=open_store(settings.photo_store),
        slots=DecodeSlots(),
        secret=secret_key(settings.instance),
        reports_per_hour=settings.reports_per_hour,
    )
    with database.writing() as session:
        staff = _staff(session, at - timedelta(days=SPREAD_DAYS + 1), seen_at=at)
        session.commit()
    with database.reading() as session:
        planned = _planned(session, at, pictures)
    with ProcessPoolExecutor() as drawers:
        for n, (plan, photo) in enumerate(zip(planned, drawers.map(Planned.draw, planned, chunksize=4), strict=True)):
            _send(plan, photo, gate, staff[n % len(staff)])


def _staff(session: Session, at: datetime, seen_at: datetime) -> list[Actor]:
    """Two phones for each team, signed in at `at` and in use ever since."""
    phones = []
    for team in TEAMS * 2:
        _, secret = accounts.invite(session, role=Role.REPORTER, team=team, by=BY, at=at)
        device, _ = accounts.use_invitation(session, secret, at=at)
        device.seen_at = seen_at
        phones.append(Actor(Role.REPORTER, device.id, label=team))
    return phones


def _planned(session: Session, at: datetime, pictures: int) -> list[Planned]:
    """Oldest first; the last ones are young enough to wait for review."""
    chance = random.Random(SEED)
    addresses = list(session.scalars(sa.select(Address).order_by(Address.id)))
    categories = list(Category)
    plans = []
    for n in range(pictures):
        waits = n >= pictures - IN_QUEUE
        moment = _daytime(at, chance, 0.0 if waits else QUEUE_DAYS + 0.5, QUEUE_DAYS - 0.2 if waits else SPREAD_DAYS)
        queue_place = n - (pictures - IN_QUEUE)
        plans.append(
            Planned(
                category=chance.choice(categories[:4]) if chance.random() < 0.4 else categories[n % len(categories)],
                seed=n,
                at=moment,
                address=chance.choice(addresses),
                note=QUEUE_NOTES.get(queue_place, ""),
                urgent=queue_place in URGENT,
                waits=waits,
                poster=queue_place == WITH_POSTER,
            )
        )
    return sorted(plans, key=lambda plan: plan.at)


def _daytime(at: datetime, chance: random.Random, least_days: float, most_days: float) -> datetime:
    """A moment so many days ago, by daylight where that leaves it in the past."""
    moment = at - timedelta(days=chance.uniform(least_days, most_days), minutes=5)
    by_day = moment.astimezone(STOCKHOLM).replace(hour=chance.randint(7, 15))
    return min(by_day.astimezone(at.tzinfo), at - timedelta(minutes=5))


def _send(plan: Planned, photo: bytes, gate: Gate, by: Actor) -> None:
    draft = Draft(
        id=uuid.UUID(int=random.Random(f"{SEED}/{plan.seed}").getrandbits(128), version=4),
        category=plan.category,
        observed_at=plan.at,
        time_source=TimeSource.TYPED,
        point=Point(plan.address.latitude, plan.address.longitude, PositionSource.DEVICE, 8.0),
        address=plan.address.label,
        note=plan.note,
        urgent=plan.urgent,
        photos=(photo,),
    )
    received_at = plan.at + timedelta(minutes=2)
    receipt = receive(draft, gate, actor=by, now=received_at)
    if plan.waits:
        return
    with gate.database.writing() as session:
        observation = session.get_one(Observation, receipt.number)
        for kept in observation.photos:
            kept.screened_at = received_at  # it was drawn, and nobody is in it
        review.accept(session, observation, by=BY, at=received_at + timedelta(hours=20))
        session.commit()

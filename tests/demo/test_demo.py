"""The made-up municipality comes in by the same doors as a real one, and its history can be repeated."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
import shapely
import sqlalchemy as sa

from config import Settings
from observations.access import Role
from observations.database import Database
from observations.demo import town
from observations.demo.fill import IN_QUEUE, fill
from observations.demo.photos import add_photos
from observations.demo.pictures import picture
from observations.demo.simulate import Change, simulate
from observations.places.basemap import map_facts
from observations.places.sources import osm
from observations.places.tables import Address, Area
from observations.record.categories import Category
from observations.record.tables import Observation, Photo
from observations.record.workflow import WAITING, Review
from observations.trends import periods
from observations.trends.matrix import matrix
from observations.trends.queries import occasions
from tests.builders import an_area
from tests.conftest import ClientFor
from uploads import sanitise
from uploads.stores import open_store

NOW = datetime(2026, 9, 15, 10, 0, tzinfo=UTC)


def test_the_town_is_an_ordinary_extract(tmp_path: Path) -> None:
    """It is read by the same code as a real municipality's map: forty streets, about two thousand addresses."""
    town.write_extract(tmp_path / "town.osm.pbf")

    found = osm.read(tmp_path / "town.osm.pbf", None)

    assert 40 == len(found.streets)
    assert 1500 < len(found.addresses) < 2500
    assert {"Åkerstigen", "Älvgatan", "Västra allén"} <= found.streets


def test_the_areas_cover_the_town_without_overlap(tmp_path: Path) -> None:
    """Every block lies in one area, so that nothing is counted twice."""
    outlines = [shapely.Polygon(town.degrees(point) for point in town._outline(x, y)) for y in (0, 1) for x in range(3)]

    assert shapely.union_all(outlines).area == pytest.approx(sum(outline.area for outline in outlines), rel=1e-6)
    assert all(outline.is_valid for outline in outlines)


@pytest.mark.parametrize("category", list(Category))
def test_drawn_photos_pass_the_gate(category: Category) -> None:
    """Each category has a scene, the same for a seed, and it is taken like any photo."""
    drawn = picture(category, 1)

    assert drawn == picture(category, 1)
    assert drawn != picture(category, 2)
    assert (1024, 768) == (sanitise(drawn).width_px, sanitise(drawn).height_px)


def test_a_history_is_the_same_for_a_seed(database: Database) -> None:
    """Figures that are measured today can be measured again tomorrow, and nothing lies in the future."""

    def history(seed: int) -> list[tuple[Category, datetime]]:
        with database.writing() as session:
            simulate(session, reports=400, years=1, seed=seed, until=NOW)
            rows = session.execute(
                sa.select(Observation.category, Observation.observed_at).order_by(Observation.number)
            )
            return [(row.category, row.observed_at) for row in rows]

    first = history(1)

    assert first == history(1)
    assert first != history(2)
    assert max(at for _, at in first) < NOW
    assert 300 < len(first) < 500


def test_a_planted_change_is_there(database: Database) -> None:
    """What the demo means to show is in its data."""
    change = Change("Kvarnbacken", Category.KLO, days=50, factor=12.0)

    def graffiti(*changes: Change) -> int:
        with database.writing() as session:
            area = an_area(session)
            simulate(session, reports=800, years=1, seed=3, until=NOW, changes=changes)
            return occasions(session, periods.latest(NOW.date()))[area.id, Category.KLO]

    assert graffiti(change) > graffiti()


def test_simulated_reports_get_photos_on_request(database: Database, tmp_path: Path) -> None:
    """A load test with photos finds every photo whole, and a rejected report has none."""
    store = open_store(f"folder:{tmp_path / 'photos'}")
    with database.writing() as session:
        simulate(session, reports=40, years=1, seed=1, until=NOW)
        session.commit()
        added = add_photos(session, store)
        rows = list(session.scalars(sa.select(Photo)))
        kept = session.scalar(
            sa.select(sa.func.count()).select_from(Observation).where(Observation.review != Review.REJECTED)
        )

        assert (added, added) == (kept, len(rows))
        assert all(row.size_bytes == len(store.get(row.name)) for row in rows)
        assert 0 == add_photos(session, store)


def test_a_filled_instance_has_everything_to_look_at(settings: Settings, database: Database, client: ClientFor) -> None:
    """The first look shows a map, a queue with photos, a matrix and meetings; filling again adds nothing."""
    assert fill(settings, database, at=NOW, say=lambda _text: None, reports=600, pictures=24)
    assert not fill(settings, database, at=NOW, say=lambda _text: None)

    with database.reading() as session:
        reviews = Counter(session.scalars(sa.select(Observation.review)))
        assert 24 == session.scalar(sa.select(sa.func.count()).select_from(Photo))
        assert 6 == session.scalar(sa.select(sa.func.count()).select_from(Area))
        assert 0 == session.scalar(sa.select(sa.func.count()).select_from(Address).where(Address.area_id.is_(None)))
        assert reviews[Review.ACCEPTED] > 400
        assert sum(reviews[state] for state in WAITING) >= IN_QUEUE
        assert matrix(session, periods.latest(NOW.date()), periods.latest(NOW.date()).before()).total().now > 20
    assert map_facts(settings)
    assert "Klotter" in client(Role.COORDINATOR).get("/granska", follow_redirects=True).text

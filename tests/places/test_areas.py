"""Areas, from a GeoJSON file to the register."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from observations.database import Database
from observations.places import outlines
from observations.places.imports import import_areas
from observations.places.outlines import AreasUnreadable
from observations.places.queries import area_at, find
from observations.places.tables import Address, Area
from tests.conftest import MovableClock
from tests.places.conftest import Import

SQUARE = [[[15.0, 58.0], [15.005, 58.0], [15.005, 58.006], [15.0, 58.006], [15.0, 58.0]]]
OTHER = [[[15.005, 58.0], [15.01, 58.0], [15.01, 58.006], [15.005, 58.006], [15.005, 58.0]]]
FAR = [[[16.0, 58.0], [16.01, 58.0], [16.01, 58.01], [16.0, 58.0]]]

Drawing = Callable[..., Path]


def feature(name: object, coordinates: Any = SQUARE, kind: str = "Polygon") -> dict[str, Any]:
    """One area as GeoJSON."""
    return {
        "type": "Feature",
        "properties": {"name": name},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


@pytest.fixture
def drawing(tmp_path: Path) -> Drawing:
    """Writes a GeoJSON file of the features given."""

    def write(*features: object) -> Path:
        path = tmp_path / "areas.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
        return path

    return write


def test_areas_come_in_the_order_of_the_file(
    drawing: Drawing, importing: Import, town: Path, database: Database, clock: MovableClock
) -> None:
    """The lists of the council read as the municipality wrote them, and addresses know their area."""
    importing(town)
    path = drawing(feature("Väst"), feature("Öst", [OTHER, FAR], "MultiPolygon"))
    came = import_areas(database, path, by="command", at=clock())
    with database.reading() as session:
        stored = list(session.scalars(sa.select(Area).order_by(Area.position)))
        place = area_at(session, 58.001, 16.009)
        by_area = dict(session.execute(sa.select(Area.name, sa.func.count()).join(Address).group_by(Area.name)).all())

    assert came.added == 2
    assert ["Väst", "Öst"] == [area.name for area in stored]
    assert (15.005, 58.0, 16.01, 58.01) == (stored[1].west, stored[1].south, stored[1].east, stored[1].north)
    assert place is not None
    assert place.name == "Öst"
    assert by_area == {"Väst": 8, "Öst": 1}  # Ringvägen 4 stands on the border


def test_a_map_imported_after_the_areas_knows_them(
    drawing: Drawing, importing: Import, town: Path, database: Database, clock: MovableClock
) -> None:
    """The order in which an administrator imports makes no difference."""
    import_areas(database, drawing(feature("Väst"), feature("Öst", OTHER)), by="command", at=clock())
    importing(town)
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).where(Address.area_id.is_(None))) == 0


def test_an_area_is_redrawn_by_name_and_others_stay(
    drawing: Drawing, importing: Import, town: Path, database: Database, clock: MovableClock
) -> None:
    """Redrawing one area keeps the history of all: their keys do not change."""
    importing(town)
    import_areas(database, drawing(feature("Väst"), feature("Öst", OTHER)), by="command", at=clock())
    with database.reading() as session:
        before = {area.name: area.id for area in session.scalars(sa.select(Area))}
    came = import_areas(database, drawing(feature("Öst", FAR)), by="command", at=clock())
    with database.reading() as session:
        after = {area.name: area.id for area in session.scalars(sa.select(Area))}
        address = find(session, "Ringvägen 5")

    assert (0, 1, 0) == (came.added, came.changed, came.same)
    assert before == after
    assert address is not None
    assert address.area_id is None
    again = import_areas(database, drawing(feature("Öst", FAR)), by="command", at=clock())
    assert again.same == 1


def test_an_outline_that_crosses_itself_is_put_right(drawing: Drawing, database: Database, clock: MovableClock) -> None:
    """Drawings from other systems often do; a figure of eight becomes its two halves."""
    eight = [[[15.0, 58.0], [15.01, 58.01], [15.01, 58.0], [15.0, 58.01], [15.0, 58.0]]]
    import_areas(database, drawing(feature("Åtta", eight)), by="command", at=clock())
    with database.reading() as session:
        assert area_at(session, 58.005, 15.009) is not None
        assert area_at(session, 58.009, 15.005) is None


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (feature(None), "feature 2 has no property “name”"),
        (feature("  "), "feature 2 has no property “name”"),
        (feature(7), "feature 2 has no property “name”"),
        (feature("x" * 81), "feature 2: the name is longer than 80 characters"),
        (feature("Väst"), "several areas are called Väst"),
        (feature("B", [15.0, 58.0], "Point"), r"feature 2 \(B\) is not a Polygon or MultiPolygon but Point"),
        ({"type": "Feature", "properties": {"name": "B"}, "geometry": None}, "but nothing"),
        (feature("B", [[[15.0, 58.0], [15.1, 58.0]]]), r"feature 2 \(B\): the outline cannot be read"),
        (feature("B", "round the lake"), r"feature 2 \(B\): the outline"),
        (feature("B", [[[15, 58], [15.1, 58], [15.2, 58], [15, 58]]]), "encloses nothing"),
        (feature("B", [[[674000, 6580000], [675000, 6580000], [675000, 6581000], [674000, 6580000]]]), "EPSG:4326"),
        ("not a feature", "feature 2 has no property"),
    ],
)
def test_a_broken_area_is_named_and_nothing_is_changed(
    drawing: Drawing, database: Database, clock: MovableClock, broken: object, says: str
) -> None:
    """The whole file is taken or none of it, and the error says which feature."""
    with pytest.raises(AreasUnreadable, match=says):
        import_areas(database, drawing(feature("Väst"), broken), by="command", at=clock())
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count(Area.id))) == 0


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"{}", b'{"features": []}', b"\xff\xfe\x00", b"[" * 99_999]
)
def test_a_file_that_is_no_geojson_is_named(tmp_path: Path, content: bytes) -> None:
    """Whatever is handed in, the answer is a sentence."""
    path = tmp_path / "areas.geojson"
    path.write_bytes(content)
    with pytest.raises(AreasUnreadable, match=r"^areas\.geojson: not "):
        outlines.read(path)

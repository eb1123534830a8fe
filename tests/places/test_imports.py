"""The map's addresses and the areas, from file to register."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import osmium
import pytest
import sqlalchemy as sa
from pyproj import Geod
from sqlalchemy.orm import Session

from observations import journal
from observations.database import Database
from observations.places import outlines, sources
from observations.places.imports import import_areas
from observations.places.outlines import AreasUnreadable
from observations.places.queries import area_at, find, nearest
from observations.places.sources import Box, SourceUnreadable, box_of, name_of, osm
from observations.places.tables import Address, Area
from observations.plugins import discover
from tests.builders import an_address
from tests.conftest import MovableClock
from tests.places.conftest import Import
from tests.places.towns import Extract, a_town

EARTH = Geod(ellps="WGS84")

CHECKED = {
    (59.33693, 18.06387): "Luntmakargatan 14",
    (59.33938, 18.06238): "Kammakargatan 18",
    (59.33852, 18.06795): "Birger Jarlsgatan 37",
    (59.33478, 18.06924): "Jakobsbergsgatan 22",
    (59.33502, 18.06272): "Kungsgatan 43",
    (59.33768, 18.07671): "Linnégatan 12",
    (59.33543, 18.06524): "Oxtorgsgränd 4",
    (59.33681, 18.07651): "Grev Turegatan 21",
    (59.33586, 18.07205): "Stureplan 19",
    (59.34182, 18.06189): "Tulegatan 11",
}
"""Points in the real quarter and the address nearest to each, worked out from the file's nodes on the ellipsoid."""


def labels(session: Session) -> set[str]:
    """All addresses of the register, as people say them."""
    return {address.label for address in session.scalars(sa.select(Address))}


def ids(session: Session) -> dict[str, int]:
    """The key of each address."""
    return {address.label: address.id for address in session.scalars(sa.select(Address))}


def test_addresses_come_from_points_houses_and_houses_with_yards(
    importing: Import, town: Path, database: Database
) -> None:
    """Every entrance that the map knows can be chosen; one that is told twice can be chosen once."""
    came = importing(town)
    with database.reading() as session:
        found = {address.label: address for address in session.scalars(sa.select(Address))}

    expected = {f"Ringvägen {n}" for n in (1, 2, 3, 4, 5, 12, 14)} | {"Åsgränd 7 B"}
    assert expected == set(found)
    assert (9, 8, 2) == (came.points, came.addresses.total, came.streets)
    assert found["Ringvägen 1"].longitude == 15.002  # the entrance, not the kiosk
    assert (58.0032, 15.0022) == (found["Ringvägen 12"].latitude, found["Ringvägen 12"].longitude)
    assert {"Almhamra"} == {address.locality for address in found.values()}
    assert {"osm"} == {address.source for address in found.values()}


def test_importing_again_changes_nothing_and_keeps_the_keys(importing: Import, town: Path, database: Database) -> None:
    """A new map does not break what points at an address."""
    importing(town)
    with database.reading() as session:
        before = ids(session)
    again = importing(town).addresses
    with database.reading() as session:
        assert ids(session) == before
    assert (0, 0, 8, 0) == (again.added, again.changed, again.same, again.removed)


def test_houses_that_are_gone_go_and_others_keep_their_keys(
    importing: Import, town: Path, tmp_path: Path, database: Database
) -> None:
    """After next year's map nobody is offered a house that was torn down."""
    importing(town)
    with database.reading() as session:
        before = ids(session)
    came = importing(a_town(tmp_path / "next.osm.pbf", without=("2", "3"))).addresses
    with database.reading() as session:
        after = ids(session)

    assert {"Ringvägen 2", "Ringvägen 3"} == set(before) - set(after)
    assert all(before[label] == key for label, key in after.items())
    assert came.removed == 2


def test_rows_of_another_source_stay(importing: Import, town: Path, database: Database) -> None:
    """The municipality's own register is not thrown away by the map's."""
    with database.writing() as session:
        an_address(session, "Skolgatan", "3", source="lantmateriet")
        an_address(session, "Ringvägen", "2", search="ringvägen 2", locality="Almhamra", source="lantmateriet")
        session.commit()
    importing(town)
    with database.reading() as session:
        kept = find(session, "Ringvägen 2")

        assert kept is not None
        assert kept.source == "lantmateriet"
        assert "Skolgatan 3" in labels(session)


def test_only_the_rectangle_is_imported(importing: Import, town: Path, database: Database) -> None:
    """A municipality takes its part of a county's file."""
    importing(town, bbox=Box(15.0015, 58.001, 15.0035, 58.0022))
    with database.reading() as session:
        assert labels(session) == {"Ringvägen 1", "Ringvägen 2"}


def test_a_file_without_addresses_changes_nothing(
    importing: Import, town: Path, tmp_path: Path, database: Database
) -> None:
    """The wrong file does not empty the register."""
    importing(town)
    empty = Extract(tmp_path / "empty.osm.pbf")
    empty.point(15.001, 58.001)
    with pytest.raises(SourceUnreadable, match=r"empty\.osm\.pbf: there are no addresses"):
        importing(empty.close())
    with database.reading() as session:
        assert len(labels(session)) == 8


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("map.osm.pbf", b"no map at all", r"^map\.osm\.pbf: "),
        ("map.osm", b"<osm", r"^map\.osm: "),
        ("map.zip", b"", r"^map\.zip: files that can be read end in \.osm\.pbf, \.osm$"),
    ],
)
def test_a_broken_file_is_named(importing: Import, tmp_path: Path, name: str, content: bytes, says: str) -> None:
    """Whoever imports is told what is wrong with which file, in one line."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceUnreadable, match=says):
        importing(tmp_path / name)


def test_the_municipality_is_the_one_whose_boundary_is_in_the_file(town: Path, tmp_path: Path) -> None:
    """The page's head can say which municipality it is; without a boundary, the commonest post town."""
    assert osm.read(town, None).name == "Almhamra kommun"
    other = Extract(tmp_path / "other.osm.pbf", box=None)
    other.point(15.0, 58.0, addr__street="A", addr__housenumber="1", addr__city="Ort")
    found = osm.read(other.close(), None)

    assert found.name == "Ort"
    assert found.box.holds(58.0, 15.0)


def test_every_source_keeps_the_contract() -> None:
    """A file dropped into the folder is found, says what it reads, and has a name that fits its column."""
    modules = discover(sources)

    assert "osm" in [name_of(module) for module in modules]
    for module in modules:
        assert all(suffix.startswith(".") for suffix in module.SUFFIXES)
        assert callable(module.read)
        assert len(name_of(module)) <= 20


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b,c,d", "18,59,17,60", "18,60,19,59", "18,59,19,nan", "18,59,181,60"])
def test_a_rectangle_that_is_none_is_refused(text: str) -> None:
    """A typing error does not import the wrong part of the country."""
    with pytest.raises(ValueError, match="not "):
        box_of(text)


def test_the_import_is_in_the_journal(importing: Import, town: Path, database: Database) -> None:
    """Later one sees when the map came and how much it changed."""
    importing(town)
    with database.reading() as session:
        (event,) = journal.of(session, "address:osm")

    assert event.what == "address.imported"
    assert event.after == {"added": 8, "changed": 0, "same": 0, "removed": 0}


def test_the_real_quarter(importing: Import, quarter: Path, database: Database) -> None:
    """1,006 address points on 64 streets; three of them repeat an address, which is offered once."""
    came = importing(quarter)
    with database.reading() as session:
        stored = list(session.scalars(sa.select(Address)))

    assert (1006, 64) == (came.points, came.streets)
    assert len(stored) == came.addresses.total == 1003
    assert len({address.street for address in stored}) == 64
    again = importing(quarter).addresses
    assert (0, 0, 1003, 0) == (again.added, again.changed, again.same, again.removed)


def test_the_nearest_address_in_the_real_quarter(importing: Import, quarter: Path, database: Database) -> None:
    """The first of the three that a reporter is offered is the right one, checked against the raw file."""
    importing(quarter)
    points = [
        (node.lat, node.lon, f"{node.tags['addr:street']} {node.tags['addr:housenumber']}")
        for node in osmium.FileProcessor(quarter, osmium.osm.NODE)
        if isinstance(node, osmium.osm.Node) and "addr:housenumber" in node.tags
    ]
    with database.reading() as session:
        for (latitude, longitude), expected in CHECKED.items():
            truth = min(points, key=lambda p: EARTH.inv(longitude, latitude, p[1], p[0])[2])
            first = nearest(session, latitude, longitude)[0]

            assert expected == truth[2] == first.address.label
            distance = EARTH.inv(longitude, latitude, truth[1], truth[0])[2]
            assert first.distance_m == pytest.approx(distance, rel=5e-3)


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
    assert by_area == {"Väst": 7, "Öst": 1}  # Ringvägen 4 stands on the border


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

"""The map's addresses, from file to register."""

from pathlib import Path

import osmium
import pytest
import sqlalchemy as sa
from pyproj import Geod
from sqlalchemy.orm import Session

from observations import journal
from observations.database import Database
from observations.places import sources
from observations.places.queries import find, nearest
from observations.places.sources import Box, SourceUnreadable, box_of, name_of, osm
from observations.places.tables import Address
from observations.plugins import discover
from tests.builders import an_address
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

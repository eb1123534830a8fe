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
from observations.places.actions import replace_addresses
from observations.places.queries import find, nearest, search
from observations.places.sources import Box, FoundAddress, SourceUnreadable, box_of, name_of, osm
from observations.places.tables import Address
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
    """The key of each point, by what the source calls it."""
    return {address.source_ref: address.id for address in session.scalars(sa.select(Address))}


def test_addresses_come_from_points_houses_and_houses_with_yards(
    importing: Import, town: Path, database: Database
) -> None:
    """Every point that the map knows is in the register, under what the map calls it."""
    came = importing(town)
    with database.reading() as session:
        stored = list(session.scalars(sa.select(Address).order_by(Address.id)))
        found = {address.label: address for address in stored}

    expected = {f"Ringvägen {n}" for n in (1, 2, 3, 4, 5, 12, 14)} | {"Åsgränd 7 B"}
    assert expected == set(found)
    assert (9, 9, 2) == (len(stored), came.addresses.total, came.streets)
    assert (58.0032, 15.0022) == (found["Ringvägen 12"].latitude, found["Ringvägen 12"].longitude)
    assert {"Almhamra"} == {address.locality for address in stored}
    assert {"osm"} == {address.source for address in stored}
    assert [*(f"n{n}" for n in (1, 2, 3, 4, 5, 7)), "w12", "r18", "n6"] == [a.source_ref for a in stored]


def test_an_address_that_is_told_twice_is_offered_once(importing: Import, town: Path, database: Database) -> None:
    """The kiosk states the address of the door beside it: whoever looks for Ringvägen 1 is shown one, the door."""
    importing(town)
    with database.reading() as session:
        door = find(session, "Ringvägen 1")
        searched = search(session, "Ringvägen 1")
        misspelt = search(session, "Rignvägen 1")
        at_the_kiosk = nearest(session, 58.00205, 15.0021)

    assert door is not None
    assert 15.002 == door.longitude
    assert ["Ringvägen 1", "Ringvägen 12", "Ringvägen 14"] == [address.label for address in searched]
    assert searched == misspelt
    assert door.id == searched[0].id
    offered = [(near.address.label, round(near.distance_m)) for near in at_the_kiosk]
    assert [("Ringvägen 1", 0), ("Ringvägen 2", 53)] == offered[:2]
    assert len(offered) == len(dict(offered)) == 3


def test_points_of_one_address_agree_on_its_post_town(database: Database, clock: MovableClock) -> None:
    """STOCKHOLM and Stockholm are one town; the same name far away, without a town, is another address."""
    points = [
        FoundAddress("1", "Skolgatan", "3", "STOCKHOLM", 59.30, 18.00, plain=False),
        FoundAddress("2", "Skolgatan", "3", "Stockholm", 59.30, 18.00),
        FoundAddress("3", "skolgatan", "3", "", 59.3001, 18.00),
        FoundAddress("4", "Skolgatan", "3", "", 59.40, 18.00),
        FoundAddress("4", "Skolgatan", "3", "", 59.41, 18.00),
    ]
    with database.writing() as session:
        came = replace_addresses(session, "osm", points, by="command", at=clock())
        towns = dict(session.execute(sa.select(Address.source_ref, Address.locality)).all())

        assert {"1": "STOCKHOLM", "2": "STOCKHOLM", "3": "STOCKHOLM", "4": ""} == towns
        assert ["4", "2"] == [address.source_ref for address in search(session, "skolgatan")]
        assert 4 == came.total  # a file that has a point twice is taken at its last word


def test_importing_again_changes_nothing_and_keeps_the_keys(importing: Import, town: Path, database: Database) -> None:
    """A new map does not break what points at an address."""
    importing(town)
    with database.reading() as session:
        before = ids(session)
    again = importing(town).addresses
    with database.reading() as session:
        assert ids(session) == before
    assert (0, 0, 9, 0) == (again.added, again.changed, again.same, again.removed)


def test_a_street_that_is_renamed_keeps_its_keys(
    importing: Import, town: Path, tmp_path: Path, database: Database
) -> None:
    """The entrance is where it was, only its sign is new."""
    importing(town)
    with database.reading() as session:
        before = find(session, "Åsgränd 7b")
    came = importing(a_town(tmp_path / "next.osm.pbf", lane="Ekgränd")).addresses
    with database.reading() as session:
        after = find(session, "Ekgränd 7b")

        assert find(session, "Åsgränd 7b") is None
    assert before is not None
    assert after is not None
    assert before.id == after.id
    assert (0, 1, 8, 0) == (came.added, came.changed, came.same, came.removed)


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

        assert not {"Ringvägen 2", "Ringvägen 3"} & labels(session)
    assert {"n2", "n3"} == set(before) - set(after)
    assert all(before[ref] == key for ref, key in after.items())
    assert came.removed == 2


def test_rows_of_another_source_stay(importing: Import, town: Path, database: Database) -> None:
    """The municipality's own register is not thrown away by the map's; an address of both is shown once."""
    with database.writing() as session:
        an_address(session, "Skolgatan", "3", source="lantmateriet")
        an_address(session, locality="Almhamra", source="lantmateriet", source_ref="w12")
        session.commit()
    for _ in range(2):
        importing(town)
    with database.reading() as session:
        (kept,) = search(session, "Ringvägen 12")

        assert kept.source == "lantmateriet"
        assert "Skolgatan 3" in labels(session)
        assert 11 == session.scalar(sa.select(sa.func.count(Address.id)))


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
        assert len(ids(session)) == 9


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
    assert event.after == {"added": 9, "changed": 0, "same": 0, "removed": 0}


def test_the_real_quarter(importing: Import, quarter: Path, database: Database) -> None:
    """1,006 address points on 64 streets; three of them repeat an address, which is offered once."""
    came = importing(quarter)
    with database.reading() as session:
        stored = list(session.scalars(sa.select(Address)))
        offered = [address for n in range(1, 10) for address in search(session, f"Birger Jarlsgatan {n}", limit=100)]
        door = find(session, "Karlavägen 25")

    assert (1006, 64) == (came.addresses.total, came.streets) == (len(stored), len({a.street for a in stored}))
    assert 1003 == len({address.label for address in stored})
    assert {"Birger Jarlsgatan 22", "Birger Jarlsgatan 39"} <= {address.label for address in offered}
    assert len(offered) == len({address.label for address in offered})
    assert door is not None
    assert 59.3420982 == door.latitude  # the entrance, not the shop that comes before it in the file
    again = importing(quarter).addresses
    assert (0, 0, 1006, 0) == (again.added, again.changed, again.same, again.removed)


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

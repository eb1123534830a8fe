"""The addresses of a square of the map, which the phone keeps for when there is no contact."""

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from observations.access import Role
from observations.database import Database
from observations.places import squares
from observations.places.folding import fold
from observations.places.sources import Box
from observations.places.squares import NoSuchSquare, box
from observations.places.tables import Address
from tests.builders import an_address
from tests.conftest import ClientFor
from tests.counting import statements
from tests.places.conftest import Import

HERE = "/platser/rutor/9015/4817"
"""The square around Ringvägen 12."""
MUNICIPALITY = Box(17.6, 59.2, 18.4, 59.6)
MANY = 50_000
DENSE = 5_000
DENSE_BYTES, QUARTER_BYTES = 40_000, 8_000


def told(browser: Any, path: str = HERE) -> dict[str, list[list[object]]]:
    """Street → its places."""
    return {street["name"]: street["places"] for street in browser.get(path).get_json()["streets"]}


def test_a_square_has_its_addresses_by_street(client: ClientFor, database: Database) -> None:
    """2 before 10, to a metre; a second entrance stays, since it may be the nearer one; nothing of the next square."""
    with database.writing() as session:
        an_address(session, number="10")
        an_address(session, number="2", latitude=59.337104, longitude=18.083506)
        an_address(session, number="2", latitude=59.3372)
        an_address(session, street="Åsgränd", number="1")
        an_address(session, street="Elsewhere", number="1", longitude=18.12)
        session.commit()

    expected = {
        "Ringvägen": [["2", 59.3371, 18.08351], ["2", 59.3372, 18.0835], ["10", 59.3371, 18.0835]],
        "Åsgränd": [["1", 59.3371, 18.0835]],
    }
    assert expected == told(client(Role.REPORTER))


def test_every_point_lies_in_the_square_of_its_number() -> None:
    """Squares meet without gaps: the phone and the service agree on which one a place is in."""
    west, south, east, north = box(9015, 4817)

    assert west < 18.0835 < east
    assert south < 59.3371 < north
    assert (east, south) == (box(9016, 4817).west, box(9015, 4818).north)
    assert (-180.0, 180.0) == (box(0, 0).west, box(2**14 - 1, 0).east)
    assert (85.05, -85.05) == (round(box(0, 0).north, 2), round(box(0, 2**14 - 1).south, 2))


@pytest.mark.parametrize("path", ["16384/0", "0/16384", f"{2**70}/1", "-1/5", "1/-1", "x/1", "1.5/2", "1", "%00/1"])
def test_a_square_that_is_none_is_not_found(client: ClientFor, path: str) -> None:
    """Whatever is asked, never an error of the service's own."""
    assert 404 == client(Role.REPORTER).get(f"/platser/rutor/{path}").status_code


def test_numbers_outside_the_map_are_no_square() -> None:
    """Also where nobody has looked at them before."""
    for x, y in ((-1, 0), (0, -1), (2**14, 0), (0, 2**14)):
        with pytest.raises(NoSuchSquare):
            box(x, y)


def test_the_sea_has_no_addresses(client: ClientFor) -> None:
    """An empty square is an answer, which the phone keeps too."""
    answer = client(Role.REPORTER).get("/platser/rutor/0/0")

    assert (200, {"streets": []}) == (answer.status_code, answer.get_json())


def test_it_is_kept_for_a_day_and_then_asked_about(client: ClientFor, database: Database) -> None:
    """By this browser alone, and not sent again for as long as the register stays the same."""
    with database.writing() as session:
        an_address(session)
        session.commit()
    phone = client(Role.REPORTER)
    packed, plain = (phone.get(HERE, headers={"Accept-Encoding": accepted}) for accepted in ("gzip", "identity"))
    tag = packed.headers["ETag"]

    assert "private, no-store" == packed.headers["Cache-Control"]
    assert not tag.startswith("W/")
    assert tag != plain.headers["ETag"], "one tag is one sequence of bytes"
    assert plain.data == gzip.decompress(packed.data)
    assert (304, b"") == _again(phone, tag)
    with database.writing() as session:
        an_address(session, number="14")
        session.commit()
    assert 200 == _again(phone, tag)[0]


def _again(phone: Any, tag: str) -> tuple[int, bytes]:
    answer = phone.get(HERE, headers={"If-None-Match": tag, "Accept-Encoding": "gzip"})
    return answer.status_code, answer.data if answer.status_code == 304 else b""


def test_it_takes_one_statement(client: ClientFor, app: Flask) -> None:
    """Beside the one that knows who asks."""
    browser = client(Role.REPORTER)
    own: Database = app.extensions["ogon"].database
    browser.get(HERE)
    with statements(own) as sent:
        browser.get(HERE)

    assert [False, True] == ["FROM address" in each for each in sent]


def test_of_a_large_register_only_the_square_is_read(database: Database) -> None:
    """By the index, on both sides of each edge: 50,000 addresses make it no slower than a few hundred do."""
    _fill(database, MANY, MUNICIPALITY)
    with database.writing() as session:
        session.execute(sa.text("ANALYZE address" if database.engine.dialect.name == "postgresql" else "ANALYZE"))
        session.commit()
    with database.reading() as session:
        found = squares.streets(session, 9015, 4817)
    plan = _plan(database, squares.rows_within(box(9015, 4817), squares.ADDRESSES_AT_MOST))

    assert 0 < sum(len(street["places"]) for street in found) < MANY / 100
    assert "ix_address_latitude_longitude" in plan, plan
    assert "Seq Scan" not in plan, plan


def test_reading_the_whole_register_is_noticed(database: Database) -> None:
    """Control: the plan of a question that no index answers."""
    _fill(database, 100, MUNICIPALITY)

    assert "ix_address_latitude_longitude" not in _plan(database, sa.select(Address.id).where(Address.number == "12"))


def test_the_densest_square_is_still_light(client: ClientFor, database: Database) -> None:
    """5,000 addresses in one square."""
    _fill(database, DENSE, box(9015, 4817))
    answer = client(Role.REPORTER).get(HERE, headers={"Accept-Encoding": "gzip"})

    assert DENSE == sum(len(street["places"]) for street in json.loads(gzip.decompress(answer.data))["streets"])
    assert len(answer.data) <= DENSE_BYTES


def test_a_square_has_an_end(database: Database) -> None:
    """A source with a row for every flat does not fill the phone."""
    _fill(database, 20, box(9015, 4817))
    with database.reading() as session:
        found = squares.streets(session, 9015, 4817, at_most=7)

    assert 7 == sum(len(street["places"]) for street in found)


@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
def test_a_real_quarter_is_light(importing: Import, quarter: Path, client: ClientFor) -> None:
    """Östermalm, 923 addresses in a square."""
    importing(quarter)
    answer = client(Role.REPORTER).get("/platser/rutor/9014/4817", headers={"Accept-Encoding": "gzip"})
    count = sum(len(street["places"]) for street in json.loads(gzip.decompress(answer.data))["streets"])

    assert count > 500
    assert len(answer.data) <= QUARTER_BYTES


def _fill(database: Database, count: int, where: Box) -> None:
    """So many addresses, strewn over a box; the same ones each time."""
    strewn = random.Random(1)
    rows = []
    for ref in range(count):
        street, number = f"{strewn.choice('ABCDEFGH')}gatan {ref % 180}", str(1 + ref // 180)
        latitude, longitude = strewn.uniform(where.south, where.north), strewn.uniform(where.west, where.east)
        rows.append(
            {
                "street": street,
                "number": number,
                "locality": "",
                "search": fold(f"{street} {number}"),
                "latitude": latitude,
                "longitude": longitude,
                "source": "osm",
                "source_ref": f"n{ref}",
            }
        )
    with database.writing() as session:
        session.execute(sa.insert(Address), rows)
        session.commit()


def _plan(database: Database, query: sa.sql.ClauseElement) -> str:
    """How the database goes about it."""
    explain = "EXPLAIN " if database.engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
    written = str(query.compile(database.engine, compile_kwargs={"literal_binds": True}))
    with database.engine.connect() as connection:
        return "\n".join(" ".join(map(str, row)) for row in connection.exec_driver_sql(explain + written))

"""From point to address and area, and from what somebody types to an address."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from sqlalchemy.orm import Session

from observations.database import Database
from observations.places.folding import fold
from observations.places.queries import area_at, areas, distance_m, find, nearest, search
from tests.builders import an_address, an_area
from tests.counting import statements

EARTH = Geod(ellps="WGS84")


def a_street(session: Session, *numbers: str, street: str = "Ringvägen", **named: object) -> None:
    """Addresses 20 m apart, eastwards."""
    for place, number in enumerate(numbers):
        label = fold(f"{street} {number}")
        an_address(session, street, number, **({"search": label, "longitude": 18.0835 + place * 0.00035} | named))


def test_the_nearest_address_comes_first(database: Database) -> None:
    """A caretaker at the door of number 3 is offered number 3, then its neighbours."""
    with database.writing() as session:
        a_street(session, "1", "3", "5", "7", "9")
        near = nearest(session, 59.3371, 18.0835 + 0.00036)

    assert [near_by.address.label for near_by in near] == ["Ringvägen 3", "Ringvägen 5", "Ringvägen 1"]
    assert [1, 19, 20] == [round(near_by.distance_m) for near_by in near]


def test_nothing_beyond_the_limit_is_offered(database: Database) -> None:
    """In the forest there is no address, rather than one a kilometre away."""
    with database.writing() as session:
        a_street(session, "1")

        assert nearest(session, 59.35, 18.0835) == []
        assert len(nearest(session, 59.3396, 18.0835)) == 1  # 278 m
        assert nearest(session, 59.3399, 18.0835) == []  # 311 m
        assert len(nearest(session, 59.35, 18.0835, within_m=2000)) == 1


def test_looking_for_the_nearest_takes_one_statement_in_town_and_three_at_most(database: Database) -> None:
    """The third step of a report answers at once."""
    with database.writing() as session:
        a_street(session, "1", "3", "5")
        session.commit()
    for latitude, expected in ((59.3371, 1), (59.35, 3)):
        with database.reading() as session, statements(database) as sent:
            nearest(session, latitude, 18.0838)

        assert len(sent) == expected


@given(
    here=st.tuples(st.floats(55, 69), st.floats(11, 24)),
    north=st.floats(-0.02, 0.02),
    east=st.floats(-0.02, 0.02),
)
def test_distances_are_right_within_half_a_percent(here: tuple[float, float], north: float, east: float) -> None:
    """What is said to be 18 m away is 18 m away, anywhere in Sweden."""
    latitude, longitude = here
    truth = EARTH.inv(longitude, latitude, longitude + east, latitude + north)[2]

    assert distance_m(latitude, longitude, latitude + north, longitude + east) == pytest.approx(
        truth, rel=6e-3, abs=0.01
    )


def test_what_is_typed_is_the_beginning_of_an_address(database: Database) -> None:
    """Five letters are enough, capitals do not matter, and 2 comes before 10."""
    with database.writing() as session:
        a_street(session, "10", "2", "1", "2b")
        a_street(session, "4", street="Ringstigen")

        assert ["Ringstigen 4", "Ringvägen 1", "Ringvägen 2", "Ringvägen 10", "Ringvägen 2b"] == labels(session, "RING")
        assert ["Ringvägen 1", "Ringvägen 10"] == labels(session, " ringvägen  1")
        assert ["Ringvägen 2b"] == labels(session, "Ringvägen 2 B")
        assert len(search(session, "ring", limit=2)) == 2
        assert labels(session, "") == labels(session, "   ") == []


@pytest.mark.parametrize("typed", ["Ringvagen 12", "rinvägen 12", "Rignvägen 12", "ringväg 12"])
def test_a_wrong_letter_is_forgiven(database: Database, typed: str) -> None:
    """Gloves, and keyboards without ä: the street is found all the same, with the number that was typed."""
    with database.writing() as session:
        a_street(session, "10", "12", "12b")
        a_street(session, "12", street="Skolgatan")

        assert labels(session, typed) == ["Ringvägen 12", "Ringvägen 12b"]


def test_the_last_word_of_a_street_is_enough(database: Database) -> None:
    """People say "Turegatan" and mean Grev Turegatan."""
    with database.writing() as session:
        a_street(session, "3", street="Grev Turegatan")
        a_street(session, "3", street="Birger Jarlsgatan")

        assert labels(session, "turegatan 3") == ["Grev Turegatan 3"]


def test_nonsense_finds_nothing(database: Database) -> None:
    """Forgiving is not guessing."""
    with database.writing() as session:
        a_street(session, "12")

        assert labels(session, "xyzzy") == []
        assert labels(session, "%") == labels(session, "_") == []


def test_an_address_is_found_by_its_whole_name_only(database: Database) -> None:
    """What says ringvägen 12 is Ringvägen 12, and not 12b or 120."""
    with database.writing() as session:
        a_street(session, "12", "12b", "120")
        a_street(session, "7B", street="Åsgränd")
        found = find(session, "  ringvägen 12 ")
        with_letter = find(session, "ÅSGRÄND 7 b")

        assert found is not None
        assert found.label == "Ringvägen 12"
        assert with_letter is not None
        assert with_letter.label == "Åsgränd 7B"
        assert find(session, "Ringvägen") is None


def test_å_ä_ö_are_letters_and_accents_are_not() -> None:
    """Linnegatan is Linnégatan, but Angsvägen is not Ängsvägen."""
    assert fold("Linnégatan") == fold("LINNEGATAN") == "linnegatan"
    assert fold("Ängsvägen") != fold("Angsvagen")
    assert fold("A\u030asgränd") == fold("Åsgränd")  # typed as a letter and a ring


@given(st.text(max_size=200))
def test_folding_twice_changes_nothing(text: str) -> None:
    """What is stored folded is found by what is typed folded, and always fits its column."""
    once = fold(text)

    assert len(once) <= 100
    assert once == fold(once) or len(once) == 100


def test_a_point_lies_in_its_area(database: Database) -> None:
    """A report is counted where it was seen; outside all areas it is counted nowhere."""
    with database.writing() as session:
        an_area(session, "Väst", bounds=(18.00, 59.33, 18.05, 59.35), position=2)
        an_area(session, "Öst", bounds=(18.05, 59.33, 18.10, 59.35), position=1)

        assert name_at(session, 59.34, 18.02) == "Väst"
        assert name_at(session, 59.34, 18.07) == "Öst"
        assert name_at(session, 59.34, 18.05) == "Öst"  # on the border: the one that stands first in lists
        assert name_at(session, 59.40, 18.02) is None
        assert ["Öst", "Väst"] == [area.name for area in areas(session)]


def test_an_area_redrawn_is_used_at_once(database: Database) -> None:
    """Nothing that is remembered of an outline outlives it."""
    with database.writing() as session:
        area = an_area(session, bounds=(18.00, 59.33, 18.05, 59.35))
        assert name_at(session, 59.34, 18.02) is not None
        other = an_area(session, "Ny", bounds=(18.02, 59.33, 18.05, 59.35))
        area.outline = other.outline
        session.flush()

        assert name_at(session, 59.34, 18.01) is None


def test_an_area_no_longer_in_force_takes_no_reports(database: Database) -> None:
    """History stays with the old areas, new reports go to the new ones."""
    with database.writing() as session:
        an_area(session, "Gamla", valid_to=date(2020, 12, 31))
        an_area(session, "Kommande", valid_from=date(2999, 1, 1))

        assert name_at(session, 59.34, 18.08) is None
        assert areas(session) == []


def labels(session: Session, text: str) -> list[str]:
    """What a search for the text offers."""
    return [address.label for address in search(session, text)]


def name_at(session: Session, latitude: float, longitude: float) -> str | None:
    """The name of the area there."""
    area = area_at(session, latitude, longitude)
    return area.name if area else None

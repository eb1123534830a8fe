"""The map's pins: nothing is lost between them, and the council's tell of no single place."""

import json
from collections import Counter
from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from observations.database import Database
from observations.explore import geojson, queries
from observations.explore.clusters import PINS_MAX, clusters, few, protected, roughly
from observations.explore.filters import Filter
from observations.explore.squares import PROTECTED_DEPTH, WORLD, BBox, depth_for, grown, middle
from observations.places.cells import DEPTH, cell
from observations.places.queries import distance_m
from observations.record.categories import Category
from observations.record.workflow import Review
from tests.builders import an_area, an_observation
from tests.explore.looking import TOWN, many, statements

EVERYTHING = Filter()
AROUND = replace(EVERYTHING, bbox=BBox(*TOWN))


@pytest.mark.parametrize("zoom", [0, 9, 12, 14, 17, 22])
def test_the_counts_add_up(database: Database, zoom: int) -> None:
    """At every zoom the pins together stand for each observation with a point, once."""
    with database.writing() as session:
        many(session, 400)
        placed = queries.counts(session, AROUND).observations
        with statements(database) as sent:
            found = clusters(session, AROUND, zoom)

    assert placed == sum(cluster.count for cluster in found)
    assert all((cluster.id is None) == (cluster.count > 1) for cluster in found)
    assert len(sent) <= 4


def test_a_pin_shows_the_commonest_and_lies_among_its_own(database: Database) -> None:
    """Three graffiti and a broken pane beside each other are one pin with a spray can."""
    with database.writing() as session:
        for n, category in enumerate([Category.GLA, Category.KLO, Category.KLO, Category.KLO]):
            an_observation(session, category=category, latitude=59.6 + n * 1e-5, longitude=16.5)
        (found,) = clusters(session, EVERYTHING, 14)

    assert (4, Category.KLO, None) == (found.count, found.category, found.id)
    assert 59.600015 == pytest.approx(found.latitude, abs=1e-7)


def test_a_pin_of_one_is_where_it_is_and_says_what(app: Flask, database: Database) -> None:
    """The coordinator's map leads to the observation itself."""
    with database.writing() as session, app.test_request_context():
        row = an_observation(session, latitude=59.612345, longitude=16.512345, address="Ringvägen 12")
        found = clusters(session, EVERYTHING, 14)
        (feature,) = geojson.collection(found)["features"]

    assert [16.512345, 59.612345] == feature["geometry"]["coordinates"]
    assert str(row.id) == feature["properties"]["id"]
    assert "Klotter, Ringvägen 12" == feature["properties"]["title"]


def test_an_answer_stays_small(app: Flask, database: Database) -> None:
    """Under 100 kB with the longest addresses, on the largest screen, at any zoom."""
    with database.writing() as session, app.test_request_context():
        many(session, 3000, address="Ö" * 120)
        for zoom in (13, 15, 22):
            found = clusters(session, AROUND, zoom)
            assert len(found) <= PINS_MAX
            assert len(json.dumps(geojson.collection(found), ensure_ascii=False).encode()) < 100_000


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    points=st.lists(st.tuples(st.floats(55.3, 69.0), st.floats(11.0, 24.0)), min_size=1, max_size=8),
    zoom=st.integers(0, 22),
    nudge=st.floats(0, 0.01),
)
def test_the_council_learns_no_place_more_exactly_than_200_m(
    database: Database, points: list[tuple[float, float]], zoom: int, nudge: float
) -> None:
    """Each of its points is the middle of a square at least 200 m wide, however narrow the box that is asked for."""
    with database.writing() as session:
        for latitude, longitude in points:
            an_observation(session, latitude=latitude, longitude=longitude)
        latitude, longitude = points[0]
        box = BBox(longitude - 1e-6 - nudge, latitude - 1e-6, longitude + 1e-6, latitude + 1e-6 + nudge)
        found = protected(session, replace(EVERYTHING, bbox=box), zoom)
        session.rollback()

    squares = {middle(cell(*point) >> 2 * (DEPTH - PROTECTED_DEPTH), PROTECTED_DEPTH) for point in points}
    assert found
    for square in found:
        fine = cell(square.latitude, square.longitude) >> 2 * (DEPTH - PROTECTED_DEPTH)
        assert "1–2" == square.count or int(square.count) > 2
        if depth_for(zoom, box) >= PROTECTED_DEPTH:
            assert middle(fine, PROTECTED_DEPTH) in squares
            assert middle(fine, PROTECTED_DEPTH) == (square.latitude, square.longitude)


def test_the_squares_are_200_m_wide_in_all_of_sweden() -> None:
    """Widest in Skåne, narrowest at Treriksröset."""
    for latitude in (55.34, 59.33, 69.06):
        square = cell(latitude, 18.0) >> 2 * (DEPTH - PROTECTED_DEPTH)
        here = middle(square, PROTECTED_DEPTH)
        east = middle(square + 1 if not square & 1 else square - 1, PROTECTED_DEPTH)
        assert 200 <= distance_m(*here, *east) <= 360


def test_narrowing_the_box_does_not_find_the_place_within_its_square(database: Database) -> None:
    """Asking for the eastern half of a square and then the western one gives the same answer."""
    with database.writing() as session:
        an_observation(session, latitude=59.6, longitude=16.5)
        whole = grown(BBox(16.4999, 59.5999, 16.5001, 59.6001), PROTECTED_DEPTH)
        mid = (whole.west + whole.east) / 2
        halves = [BBox(whole.west + 1e-7, 59.5999, mid, 59.6001), BBox(mid, 59.5999, whole.east - 1e-7, 59.6001)]
        answers = [protected(session, replace(EVERYTHING, bbox=half), 18) for half in halves]

    assert [1, 1] == [len(answer) for answer in answers]
    assert answers[0] == answers[1]


def test_the_coordinator_does_get_the_exact_place(database: Database) -> None:
    """Control: what the council's protection takes away is there to be taken away."""
    with database.writing() as session:
        an_observation(session, latitude=59.6, longitude=16.5, review=Review.RECEIVED)
        exact = clusters(session, EVERYTHING, 18)

        assert [(59.6, 16.5)] == [(cluster.latitude, cluster.longitude) for cluster in exact]
        assert [] == protected(session, EVERYTHING, 18)


def test_few_is_told_as_few() -> None:
    """None, few, and a number."""
    assert ["0", "1–2", "1–2", "3"] == [few(count) for count in (0, 1, 2, 3)]


def test_a_squares_number_is_rounded() -> None:
    """What is left of a square when one kind is taken from it tells nobody how many were hidden."""
    assert ["1–2", "1–2", "5", "5", "5", "10", "25"] == [roughly(count) for count in (1, 2, 3, 5, 7, 8, 23)]


@pytest.mark.parametrize("ones_first", [True, False])
def test_the_order_does_not_tell_one_from_two(database: Database, ones_first: bool) -> None:
    """Areas with one and with two stand in the order of their names, for both are "1–2"."""
    with database.writing() as session:
        counts = {"Alby": 1, "Berga": 2} if ones_first else {"Alby": 2, "Berga": 1}
        for name, count in counts.items():
            area = an_area(session, name)
            for _ in range(count):
                an_observation(session, area_id=area.id)

        assert ["Alby", "Berga"] == [row.area for row in queries.tally(session, EVERYTHING)]


@given(st.floats(-85, 85), st.floats(-180, 179.9), st.integers(0, 26))
def test_the_middle_of_a_square_lies_in_it(latitude: float, longitude: float, depth: int) -> None:
    """Taking a point's square and its middle's square comes to the same."""
    square = cell(latitude, longitude) >> 2 * (DEPTH - depth)

    assert square == cell(*middle(square, depth)) >> 2 * (DEPTH - depth)


def test_the_world_is_asked_for_in_few_squares() -> None:
    """An address without a box costs no more than one with it."""
    assert depth_for(22, WORLD) <= 6
    assert 17 == depth_for(14, BBox(16.50, 59.60, 16.52, 59.61))


def test_categories_of_a_coarser_square_are_added_up(database: Database) -> None:
    """The world in one look holds every category's count."""
    with database.writing() as session:
        many(session, 50, longitude=16.5, latitude=59.6, cell=cell(59.6, 16.5))
        (found,) = clusters(session, EVERYTHING, 0)
        rows = queries.page(session, EVERYTHING, limit=100).items

    commonest = Counter(row.category for row in rows).most_common(1)[0][1]
    assert 50 == found.count
    assert commonest == sum(row.category == found.category for row in rows)

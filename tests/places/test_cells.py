"""The one number that stands for a point, against a slow implementation made another way."""

import math

from hypothesis import assume, given
from hypothesis import strategies as st

from observations.places.cells import DEPTH, MAX_LATITUDE, cell

latitudes = st.floats(-85, 85)
longitudes = st.floats(-180, 179.999999)
zooms = st.integers(0, DEPTH)


def slow_tile(latitude: float, longitude: float, zoom: int) -> tuple[int, int] | None:
    """Column and row by the formula of the slippy map; None so close to a border that rounding decides."""
    many = 2**zoom
    x = (longitude + 180) / 360 * many
    angle = math.radians(latitude)
    y = (1 - math.log(math.tan(angle) + 1 / math.cos(angle)) / math.pi) / 2 * many
    if any(abs(value - round(value)) < 1e-5 for value in (x, y)):
        return None
    return int(x), int(y)


def slow_interleaved(x: int, y: int) -> int:
    """The bits of y and x in turn, as text."""
    pairs = zip(f"{y:030b}", f"{x:030b}", strict=True)
    return int("".join(a + b for a, b in pairs), 2)


@given(latitudes, longitudes, zooms)
def test_the_leading_bits_are_the_tile(latitude: float, longitude: float, zoom: int) -> None:
    """A square of the map is a range of numbers, whichever zoom it is seen at."""
    tile = slow_tile(latitude, longitude, zoom)
    assume(tile is not None)
    assert tile is not None

    assert slow_interleaved(*tile) == cell(latitude, longitude) >> (2 * DEPTH - 2 * zoom)


@given(latitudes, longitudes, latitudes, longitudes, zooms)
def test_points_share_a_prefix_exactly_when_they_share_a_tile(
    latitude: float, longitude: float, other_latitude: float, other_longitude: float, zoom: int
) -> None:
    """Neighbours on the map are neighbours in the index, and nobody else is."""
    here, there = slow_tile(latitude, longitude, zoom), slow_tile(other_latitude, other_longitude, zoom)
    assume(here is not None and there is not None)
    shift = 2 * DEPTH - 2 * zoom

    assert (here == there) == (cell(latitude, longitude) >> shift == cell(other_latitude, other_longitude) >> shift)


@given(latitudes, longitudes, st.integers(1, DEPTH))
def test_cells_are_nested(latitude: float, longitude: float, zoom: int) -> None:
    """The tile of a zoom lies in one tile of the zoom before."""
    finer = cell(latitude, longitude) >> (2 * DEPTH - 2 * zoom)
    coarser = cell(latitude, longitude) >> (2 * DEPTH - 2 * (zoom - 1))

    assert coarser == finer >> 2


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_every_point_on_earth_has_a_cell_that_both_databases_can_keep(latitude: float, longitude: float) -> None:
    """The poles and the date line are no exception: 0 up to 60 bits, well within a BIGINT."""
    assert 0 <= cell(latitude, longitude) < 2 ** (2 * DEPTH)


def test_beyond_the_edge_of_the_map_is_the_edge() -> None:
    """A wrong fix at the pole is put at the map's edge rather than refused."""
    assert cell(90, 18) == cell(MAX_LATITUDE, 18)
    assert cell(-90, 18) == cell(-MAX_LATITUDE, 18)

"""What counts as the same place for two reports, and how those near a point are found by their index."""

import math

import sqlalchemy as sa

from observations.places.cells import DEPTH, cell
from observations.places.queries import METRES_PER_DEGREE
from observations.record.tables import Observation

NEAR_M = 30.0
"""As near as two reports of one thing usually lie: what a phone's position is off by in a street."""
SQUARE_ZOOM = 17
"""Squares at this zoom are 156 m wide at 59° N and 115 m at 68° N, so 60 m never spans more than two of them."""


def within_squares(latitude: float, longitude: float) -> sa.ColumnElement[bool]:
    """Whether a row's cell lies in one of the map squares, four at most, that the near ones must lie in."""
    north = NEAR_M / METRES_PER_DEGREE
    east = north / math.cos(math.radians(latitude))
    below = 2 * (DEPTH - SQUARE_ZOOM)
    corners = [cell(latitude + y, longitude + x) for y in (-north, north) for x in (-east, east)]
    squares = sorted({corner >> below for corner in corners})
    return sa.or_(*(Observation.cell.between(square << below, (square + 1 << below) - 1) for square in squares))

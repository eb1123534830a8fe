"""The sea, which OpenStreetMap does not draw: only the shore is there, with land to its left and water to its right.

Source: https://wiki.openstreetmap.org/wiki/Tag:natural=coastline
"""

import math
from itertools import pairwise

import shapely

from observations.places.sources import Box

ASIDE = 1e-7
"""How far from the shore, in degrees, one looks to see whose side it is: about a centimetre."""

Point = tuple[float, float]


class Shore:
    """Collects the pieces of a shore and says which parts of a rectangle are sea."""

    def __init__(self, box: Box) -> None:
        """No piece yet."""
        self._box = shapely.box(*box)
        self._pieces: list[list[Point]] = []

    def add(self, piece: list[Point]) -> None:
        """Add one way, longitude first, in its own direction."""
        if len(piece) > 1:
            self._pieces.append(piece)

    def sea(self) -> list[shapely.Polygon]:
        """The polygons of sea within the rectangle; none when no shore crosses it."""
        lines = shapely.intersection(shapely.MultiLineString(self._pieces), self._box)
        if lines.is_empty:
            return []
        network = shapely.union_all([lines, self._box.boundary])
        faces = list(shapely.get_parts(shapely.polygonize([network])))
        tree = shapely.STRtree(faces)
        votes = [0] * len(faces)
        for piece in self._pieces:
            for start, end in pairwise(piece):
                for side, vote in ((-1, 1), (1, -1)):  # right is sea, left is land
                    for face in tree.query(_beside(start, end, side), predicate="within"):
                        votes[face] += vote
        return [face for face, vote in zip(faces, votes, strict=True) if vote > 0]


def _beside(start: Point, end: Point, side: int) -> shapely.Point:
    """A point just left (1) or right (-1) of the middle of a stretch of shore."""
    east, north = end[0] - start[0], end[1] - start[1]
    length = math.hypot(east, north) or 1.0
    return shapely.Point(
        (start[0] + end[0]) / 2 - side * north / length * ASIDE,
        (start[1] + end[1]) / 2 + side * east / length * ASIDE,
    )

"""Reads what the map's tiles hold within a frame, in the frame's own pixels.

Source: PMTiles 3; Mapbox Vector Tile 2.1.
"""

import gzip
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import mapbox_vector_tile
from pmtiles.reader import MmapSource, Reader

from observations.places.cells import unit_square

EARTH_CIRCUMFERENCE_M = 40_075_016.7
TILES_AT_MOST = 400

Points = list[tuple[float, float]]


@dataclass(frozen=True)
class Frame:
    """A rectangle of the map: where it lies in Web Mercator's unit square, and its size in pixels."""

    left: float
    top: float
    per_px: float
    width: int
    height: int

    def point(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Where a WGS 84 point lies, from the upper left corner."""
        x, y = unit_square(latitude, longitude)
        return (x - self.left) / self.per_px, (y - self.top) / self.per_px

    @property
    def metres_per_px(self) -> float:
        """The scale in the middle of the frame."""
        middle = self.top + self.height * self.per_px / 2
        return self.per_px * EARTH_CIRCUMFERENCE_M / math.cosh(math.pi * (1 - 2 * middle))


@dataclass(frozen=True)
class Feature:
    """One thing of the map; `lines` are its rings where it is a polygon, and one point where it is one."""

    layer: str
    class_: str
    name: str
    polygon: bool
    lines: list[Points]


def features(path: Path, frame: Frame, *, zoom: int) -> list[Feature]:
    """Everything in the frame, tile by tile; what crosses a border of tiles is there in pieces. Empty without a map."""
    if not path.is_file():
        return []
    found: list[Feature] = []
    with path.open("rb") as file:
        reader: Any = Reader(MmapSource(file))  # type: ignore[no-untyped-call]  # pmtiles has types for a part of it only
        for x, y in _tiles(frame, zoom):
            data = reader.get(zoom, x, y)
            if data:
                found += _features(data, _placing(frame, zoom, x, y))
    return found


def _tiles(frame: Frame, zoom: int) -> Iterator[tuple[int, int]]:
    """The tiles that the frame touches; none if they are too many to draw in a moment."""
    many = 1 << zoom
    columns = range(int(frame.left * many), int((frame.left + frame.width * frame.per_px) * many) + 1)
    rows = range(int(frame.top * many), int((frame.top + frame.height * frame.per_px) * many) + 1)
    if len(columns) * len(rows) <= TILES_AT_MOST:
        yield from ((x, y) for x in columns for y in rows)


@dataclass(frozen=True)
class _Placing:
    """How a tile's grid is put into the frame: pixels of its corner and of its side."""

    x: float
    y: float
    side: float

    def line(self, coordinates: list[list[int]], extent: int) -> Points:
        scale = self.side / extent
        return [(self.x + x * scale, self.y + y * scale) for x, y in coordinates]


def _placing(frame: Frame, zoom: int, x: int, y: int) -> _Placing:
    many = 1 << zoom
    return _Placing(
        (x / many - frame.left) / frame.per_px, (y / many - frame.top) / frame.per_px, 1 / many / frame.per_px
    )


def _features(data: bytes, placing: _Placing) -> Iterator[Feature]:
    for name, layer in _decoded(data).items():
        for feature in layer["features"]:
            kind, coordinates = feature["geometry"]["type"], feature["geometry"]["coordinates"]
            lines = [placing.line(line, layer["extent"]) for line in _parts(kind, coordinates)]
            told = feature["properties"]
            polygon = kind.endswith("Polygon")
            yield Feature(name, told.get("class", ""), told.get("name", ""), polygon, lines)


def _parts(kind: str, coordinates: Any) -> list[list[list[int]]]:
    """The lines, rings or points of a GeoJSON-like geometry, each as a list of pairs."""
    if kind == "Point":
        return [[coordinates]]
    if kind in ("LineString", "MultiPoint"):
        return [coordinates]
    if kind == "MultiPolygon":
        return [ring for polygon in coordinates for ring in polygon]
    parts: list[list[list[int]]] = coordinates
    return parts


@lru_cache(maxsize=64)
def _decoded(data: bytes) -> dict[str, Any]:
    decoded: dict[str, Any] = mapbox_vector_tile.decode(gzip.decompress(data), default_options={"y_coord_down": True})
    return decoded

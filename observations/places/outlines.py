"""Reads the areas of a municipality from a GeoJSON file. Source: RFC 7946 (WGS 84, longitude first)."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely

LONGEST_NAME = 80
KINDS = ("Polygon", "MultiPolygon")


class AreasUnreadable(Exception):
    """The file holds no areas, or one that cannot be used; the text says which and why."""


@dataclass(frozen=True)
class FoundArea:
    """One area of a file: its name and its outline, longitude first."""

    name: str
    outline: shapely.Geometry


def read(path: Path) -> list[FoundArea]:
    """The areas of a FeatureCollection, in the order of the file.

    Each needs a property `name` that no other has, and a Polygon or MultiPolygon. An outline that crosses itself is
    put right. Raises AreasUnreadable.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise AreasUnreadable(f"{path.name}: not GeoJSON: {error}") from error
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not features:
        raise AreasUnreadable(f"{path.name}: not a FeatureCollection with features")
    found = [_area(f"{path.name}: feature {n}", feature) for n, feature in enumerate(features, start=1)]
    names = [area.name for area in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise AreasUnreadable(f"{path.name}: several areas are called {', '.join(twice)}")
    return found


def _area(where: str, feature: Any) -> FoundArea:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str) or not name.strip():
        raise AreasUnreadable(f"{where} has no property “name”")
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        raise AreasUnreadable(f"{where}: the name is longer than {LONGEST_NAME} characters")
    return FoundArea(name, _outline(f"{where} ({name})", feature.get("geometry")))


def _outline(where: str, geometry: Any) -> shapely.Geometry:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in KINDS:
        raise AreasUnreadable(f"{where} is not a Polygon or MultiPolygon but {kind or 'nothing'}")
    try:
        drawn = shapely.force_2d(shapely.from_geojson(json.dumps(geometry)))
        outline = drawn if drawn.is_valid else shapely.make_valid(drawn, method="structure", keep_collapsed=False)
    except (shapely.errors.GEOSException, ValueError, TypeError) as error:
        raise AreasUnreadable(f"{where}: the outline cannot be read: {error}") from error
    if outline.is_empty or outline.geom_type not in KINDS:
        raise AreasUnreadable(f"{where}: the outline encloses nothing")
    if not shapely.box(-180, -90, 180, 90).covers(outline):
        raise AreasUnreadable(f"{where}: the coordinates are not degrees (WGS 84); convert the file to EPSG:4326")
    return outline

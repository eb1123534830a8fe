"""Pins and borders as GeoJSON (RFC 7946), for the map page and for other systems."""

import json
from collections.abc import Iterable
from typing import Any

import shapely

from observations.explore.clusters import Cluster, Square
from observations.explore.words import pin
from observations.places import queries as places
from observations.places.tables import Area


def collection(found: Iterable[Cluster | Square]) -> dict[str, Any]:
    """A FeatureCollection of points, about 190 bytes each; coordinates to 1 cm, longitude first."""
    return {"type": "FeatureCollection", "features": [_feature(item) for item in found]}


def borders(areas: Iterable[Area]) -> dict[str, Any]:
    """The areas' borders, each line once even where two areas share it, simplified to about 3 m."""
    lines = shapely.union_all([shapely.boundary(places.outline(area)) for area in areas])
    merged = shapely.simplify(shapely.line_merge(lines), 0.00003)
    return {"type": "Feature", "geometry": json.loads(shapely.to_geojson(merged)), "properties": {}}


def _feature(item: Cluster | Square) -> dict[str, Any]:
    properties: dict[str, Any] = {"count": item.count, "category": item.category.value, "title": pin(item)}
    if isinstance(item, Cluster) and item.id is not None:
        properties["id"] = str(item.id)
    point = [round(item.longitude, 7), round(item.latitude, 7)]
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": point}, "properties": properties}

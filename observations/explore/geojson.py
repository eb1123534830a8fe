"""Pins as GeoJSON (RFC 7946), for the map page and for other systems."""

from collections.abc import Iterable
from typing import Any

from observations.explore.clusters import Cluster, Square
from observations.explore.words import pin


def collection(found: Iterable[Cluster | Square]) -> dict[str, Any]:
    """A FeatureCollection of points, about 190 bytes each; coordinates to 1 cm, longitude first."""
    return {"type": "FeatureCollection", "features": [_feature(item) for item in found]}


def _feature(item: Cluster | Square) -> dict[str, Any]:
    properties: dict[str, Any] = {"count": item.count, "category": item.category.value, "title": pin(item)}
    if isinstance(item, Cluster) and item.id is not None:
        properties["id"] = str(item.id)
    point = [round(item.longitude, 7), round(item.latitude, 7)]
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": point}, "properties": properties}

"""The schema of the map: which things of OpenStreetMap are drawn, in which layer, as which class, from which zoom.

Layers and their attributes (all classes are words of ours, not OpenStreetMap's):

- earth         polygon   the imported rectangle
- water         polygon, line   class: sea | water | river | stream
- green         polygon   class: park | wood | field | sport | graves
- squares       polygon   class: square
- buildings     polygon
- rail          line      class: rail | tram
- roads         line      class: motorway | main | street | service; name
- paths         line      class: walk | cycle | steps | path; name
- places        point     class: town | district | quarter | park | square; name
- housenumbers  point     number

Zoom is that of 512 px tiles, as MapLibre counts it.
"""

from collections.abc import Mapping
from typing import NamedTuple

MIN_ZOOM = 8
MAX_ZOOM = 15
"""At 59° north a tile of this zoom is about 620 m wide and its grid 15 cm: enough for any scale on a screen."""

LAYERS = (
    "earth",
    "water",
    "green",
    "squares",
    "buildings",
    "rail",
    "roads",
    "paths",
    "places",
    "housenumbers",
)
"""In the order of drawing."""


class Kind(NamedTuple):
    """How a thing is drawn."""

    layer: str
    class_: str
    min_zoom: int


Rules = Mapping[str, Mapping[str, Kind]]

_PARK = Kind("green", "park", 12)
_WOOD = Kind("green", "wood", 9)
_FIELD = Kind("green", "field", 10)
_SPORT = Kind("green", "sport", 13)
_WATER = Kind("water", "water", 9)
_SQUARE = Kind("squares", "square", 14)

AREAS: Rules = {
    "natural": {
        "water": _WATER,
        "wood": _WOOD,
        "scrub": _WOOD,
        "heath": _FIELD,
        "grassland": _FIELD,
        "wetland": _FIELD,
    },
    "waterway": {"riverbank": _WATER, "dock": _WATER},
    "leisure": {
        "park": _PARK,
        "garden": _PARK,
        "dog_park": _PARK,
        "nature_reserve": _WOOD,
        "playground": Kind("green", "park", 14),
        "golf_course": _SPORT,
        "pitch": _SPORT,
        "sports_centre": _SPORT,
        "track": _SPORT,
    },
    "landuse": {
        "forest": _WOOD,
        "grass": _PARK,
        "village_green": _PARK,
        "recreation_ground": _PARK,
        "allotments": _PARK,
        "meadow": _FIELD,
        "farmland": _FIELD,
        "cemetery": Kind("green", "graves", 12),
        "reservoir": _WATER,
        "basin": _WATER,
    },
    "place": {"square": _SQUARE},
    "highway": {"pedestrian": _SQUARE, "footway": _SQUARE},
}
"""Key by key, in this order; the first that fits decides. Anything with `building` is a building."""

_MAIN = Kind("roads", "main", 9)
_STREET = Kind("roads", "street", 12)
_WALK = Kind("paths", "walk", 14)

LINES: Rules = {
    "highway": {
        "motorway": Kind("roads", "motorway", 8),
        "motorway_link": Kind("roads", "motorway", 11),
        "trunk": Kind("roads", "motorway", 8),
        "trunk_link": Kind("roads", "motorway", 11),
        "primary": _MAIN,
        "primary_link": _MAIN,
        "secondary": _MAIN,
        "secondary_link": _MAIN,
        "tertiary": Kind("roads", "main", 11),
        "tertiary_link": Kind("roads", "main", 11),
        "unclassified": _STREET,
        "residential": _STREET,
        "living_street": _STREET,
        "pedestrian": Kind("roads", "street", 13),
        "road": _STREET,
        "service": Kind("roads", "service", 14),
        "footway": _WALK,
        "cycleway": Kind("paths", "cycle", 13),
        "steps": Kind("paths", "steps", 15),
        "path": Kind("paths", "path", 13),
        "track": Kind("paths", "path", 12),
        "bridleway": Kind("paths", "path", 13),
    },
    "railway": {
        "rail": Kind("rail", "rail", 10),
        "light_rail": Kind("rail", "rail", 11),
        "narrow_gauge": Kind("rail", "rail", 11),
        "subway": Kind("rail", "rail", 12),
        "tram": Kind("rail", "tram", 13),
    },
    "waterway": {
        "river": Kind("water", "river", 9),
        "canal": Kind("water", "river", 11),
        "stream": Kind("water", "stream", 13),
    },
}

PLACES: Rules = {
    "place": {
        "city": Kind("places", "town", 8),
        "town": Kind("places", "town", 8),
        "village": Kind("places", "town", 10),
        "hamlet": Kind("places", "quarter", 12),
        "suburb": Kind("places", "district", 11),
        "borough": Kind("places", "district", 11),
        "neighbourhood": Kind("places", "quarter", 13),
        "quarter": Kind("places", "quarter", 13),
        "island": Kind("places", "quarter", 12),
        "square": Kind("places", "square", 15),
    },
}
NAMED_AREAS = {"park": "park", "graves": "park", "square": "square"}
"""Classes of areas whose name is written on them, and the class of the label."""

BUILDING = Kind("buildings", "", 13)
UNDERGROUND = ("tunnel", "covered")


def area_kind(tags: Mapping[str, str]) -> Kind | None:
    """How a polygon is drawn, or None."""
    if tags.get("building", "no") != "no":
        return BUILDING
    return _first(AREAS, tags)


def line_kind(tags: Mapping[str, str]) -> Kind | None:
    """How a line is drawn, or None. What runs underground is left out: nobody reports from there."""
    if tags.get("area") == "yes":
        return None
    kind = _first(LINES, tags)
    if kind is None or (kind.layer in ("rail", "water") and any(tags.get(key, "no") != "no" for key in UNDERGROUND)):
        return None
    return kind


def place_kind(tags: Mapping[str, str]) -> Kind | None:
    """How a named point is drawn, or None."""
    return _first(PLACES, tags) if "name" in tags else None


def _first(rules: Rules, tags: Mapping[str, str]) -> Kind | None:
    for key, kinds in rules.items():
        if kind := kinds.get(tags.get(key, "")):
            return kind
    return None

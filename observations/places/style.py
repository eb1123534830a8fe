"""How the map looks: a MapLibre style in the colours of the look, light and dark, for the layers of layers.py."""

from typing import Any, NamedTuple

from observations.places.basemap import MapFacts

FONT = "Schibsted Grotesk"
LICENCE = "https://www.openstreetmap.org/copyright"
SOURCE = "map"
Layer = dict[str, Any]


class Colours(NamedTuple):
    """The colours of one theme; the first five are tokens of the look, the rest stand between them."""

    land: str
    house: str
    green: str
    water: str
    road: str
    edge: str
    """Beside roads and houses."""
    path: str
    rail: str
    name: str
    """Of streets and places: 4.5 : 1 at least against the land."""
    quiet: str
    """Of house numbers and water."""


THEMES = {
    "light": Colours(
        land="#EDEDE4",
        house="#DCDBCF",
        green="#DBE4CF",
        water="#CBDDE2",
        road="#FCFCF9",
        edge="#C9CABD",
        path="#C4C5B7",
        rail="#A9AEA6",
        name="#3B4743",
        quiet="#525E59",
    ),
    "dark": Colours(
        land="#1A2321",
        house="#26312E",
        green="#1C2E22",
        water="#15303A",
        road="#37433F",
        edge="#121A18",
        path="#36413D",
        rail="#4D5955",
        name="#C9D2CC",
        quiet="#93A09A",
    ),
}


def style(theme: str, facts: MapFacts | None, *, tiles_url: str, font_url: str) -> dict[str, Any]:
    """The style as MapLibre reads it; without a map, plain ground on which points can still be put.

    There are no `glyphs`: letters are drawn from the one font file in `font-faces`, as MapLibre 6 allows.
    Raises KeyError for a theme that there is none of.
    """
    colours = THEMES[theme]
    ground = {"id": "ground", "type": "background", "paint": {"background-color": colours.land}}
    plain: dict[str, Any] = {"version": 8, "sources": {}, "font-faces": {FONT: font_url}, "layers": [ground]}
    if facts is None:
        return plain
    attribution = f'<a href="{LICENCE}">{facts.attribution}</a>'
    return plain | {
        "center": list(facts.centre),
        "zoom": 13,
        "metadata": {"bbox": list(facts.bbox), "name": facts.name},
        "sources": {SOURCE: {"type": "vector", "url": f"pmtiles://{tiles_url}", "attribution": attribution}},
        "layers": [ground, *_surfaces(colours), *_ways(colours), *_names(colours)],
    }


def _surfaces(colours: Colours) -> list[Layer]:
    return [
        _layer("earth", "fill", "earth", {"fill-color": colours.land}),
        _layer("green", "fill", "green", {"fill-color": colours.green}),
        _layer("water", "fill", "water", {"fill-color": colours.water}, only=["==", ["geometry-type"], "Polygon"]),
        _layer(
            "streams",
            "line",
            "water",
            {"line-color": colours.water, "line-width": _width({12: 1, 18: ("river", 12, 3)})},
            only=["==", ["geometry-type"], "LineString"],
        ),
        _layer("squares", "fill", "squares", {"fill-color": colours.road}),
        _layer(
            "buildings",
            "fill",
            "buildings",
            {"fill-color": colours.house, "fill-outline-color": colours.edge},
            min_zoom=14,
        ),
    ]


def _ways(colours: Colours) -> list[Layer]:
    """Paths and rails as thin lines; of roads first all edges, then all surfaces, so that crossings are open."""
    path_width = {14: 0.8, 18: ("steps", 4, 2.5)}
    roads = {9: 0.6, 12: ("main", 2.4, 0.8), 15: ("main", 7, 3.6), 18: ("main", 26, 16)}
    edges = {9: 0.6, 12: ("main", 3.4, 1.2), 15: ("main", 8.6, 5), 18: ("main", 28.5, 18.5)}
    return [
        _layer("rail", "line", "rail", {"line-color": colours.rail, "line-width": _width({10: 0.6, 18: 3})}),
        _layer(
            "paths",
            "line",
            "paths",
            {"line-color": colours.path, "line-width": _width(path_width), "line-dasharray": [2, 1.2]},
            min_zoom=14,
        ),
        _road("road-edges", colours.edge, edges, min_zoom=12),
        _road("roads", colours.road, roads),
    ]


def _names(colours: Colours) -> list[Layer]:
    paint = {"text-color": colours.name, "text-halo-color": colours.land, "text-halo-width": 1.6}
    quiet = paint | {"text-color": colours.quiet}
    on_road = paint | {"text-halo-color": colours.road, "text-halo-width": 1.2}
    street = {
        "symbol-placement": "line",
        "symbol-spacing": 320,
        "text-field": ["get", "name"],
        "text-size": _by_zoom({13: 11, 18: 15}),
        "text-letter-spacing": 0.01,
        "text-padding": 6,
        "text-max-angle": 30,
    }
    place = {
        "text-field": ["get", "name"],
        "text-size": ["match", ["get", "class"], "town", 18, "district", 15, 13],
        "text-max-width": 8,
        "text-padding": 8,
        "symbol-sort-key": ["match", ["get", "class"], "town", 0, "district", 1, "quarter", 2, 3],
    }
    number = {"text-field": ["get", "number"], "text-size": 12, "text-padding": 3}
    return [
        _label("housenumbers", "housenumbers", number, quiet, min_zoom=17),
        _label("pathnames", "paths", street, quiet, min_zoom=16),
        _label("roadnames", "roads", street, on_road, min_zoom=13.5),
        _label("placenames", "places", place, paint),
    ]


def _layer(
    name: str, kind: str, source_layer: str, paint: Layer, *, min_zoom: float = 0, only: list[Any] | None = None
) -> Layer:
    layer: Layer = {"id": name, "type": kind, "source": SOURCE, "source-layer": source_layer, "paint": paint}
    if kind == "line":
        layer["layout"] = {"line-join": "round", "line-cap": "butt" if "line-dasharray" in paint else "round"}
    if min_zoom:
        layer["minzoom"] = min_zoom
    if only:
        layer["filter"] = only
    return layer


def _road(name: str, colour: str, widths: dict[int, Any], *, min_zoom: float = 0) -> Layer:
    """Main roads over streets, service roads at half the width of a street."""
    layer = _layer(name, "line", "roads", {"line-color": colour, "line-width": _width(widths)}, min_zoom=min_zoom)
    layer["layout"]["line-sort-key"] = ["match", ["get", "class"], "service", 0, "street", 1, "main", 2, 3]
    return layer


def _label(name: str, source_layer: str, layout: Layer, paint: Layer, *, min_zoom: float = 0) -> Layer:
    layer = _layer(name, "symbol", source_layer, paint, min_zoom=min_zoom)
    return layer | {"layout": {"text-font": [FONT], **layout}}


def _width(stops: dict[int, Any]) -> list[Any]:
    """Growing with the zoom; a stop is a width, or (class, its width, that of the others)."""
    curve: list[Any] = ["interpolate", ["exponential", 1.5], ["zoom"]]
    for zoom, stop in stops.items():
        curve += [zoom, _by_class(*stop) if isinstance(stop, tuple) else stop]
    return curve


def _by_class(name: str, width: float, others: float) -> list[Any]:
    names = ["main", "motorway"] if name == "main" else [name]
    thin = ["service", others / 2] if name == "main" else []
    return ["match", ["get", "class"], names, width, *thin, others]


def _by_zoom(stops: dict[int, float]) -> list[Any]:
    return ["interpolate", ["linear"], ["zoom"], *(value for stop in stops.items() for value in stop)]

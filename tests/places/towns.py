"""Writes small extracts of made-up towns, for imports to read."""

from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Relation, Way

Point = tuple[float, float]
Tags = dict[str, str]

BOX = (15.000, 58.000, 15.010, 58.006)
"""West, south, east, north of the ordinary town."""


class Extract:
    """An .osm.pbf being written: nodes first, then ways, then relations, as the format wants it."""

    def __init__(self, path: Path, *, box: tuple[float, float, float, float] | None = BOX) -> None:
        header = osmium.io.Header()
        if box:
            west, south, east, north = box
            header.add_box(osmium.osm.Box(west, south, east, north))
        self.path = path
        self._writer = osmium.SimpleWriter(path, header=header, overwrite=True)
        self._number = 0
        self._ways: list[Way] = []
        self._relations: list[Relation] = []

    def point(self, longitude: float, latitude: float, **tags: str) -> int:
        """Add a node; a key's colon is written as two underscores."""
        number = self._next()
        self._writer.add_node(Node(id=number, location=(longitude, latitude), tags=_tags(tags), version=1))
        return number

    def line(self, *points: Point, **tags: str) -> int:
        """Add a way through new nodes."""
        return self._way([self.point(*point) for point in points], tags)

    def house(self, west: float, south: float, **tags: str) -> int:
        """Add a closed way 0.0004 degrees wide and high."""
        east, north = west + 0.0004, south + 0.0004
        corners = [self.point(*corner) for corner in ((west, south), (east, south), (east, north), (west, north))]
        return self._way([*corners, corners[0]], tags)

    def relation(self, *ways: int, **tags: str) -> int:
        """Add a relation whose outer parts are those ways."""
        number = self._next()
        members = [("w", way, "outer") for way in ways]
        self._relations.append(Relation(id=number, members=members, tags=_tags(tags), version=1))
        return number

    def leave_out(self) -> None:
        """What would be next was taken away."""
        self._next()

    def close(self) -> Path:
        """Write the rest; returns the file."""
        for way in self._ways:
            self._writer.add_way(way)
        for relation in self._relations:
            self._writer.add_relation(relation)
        self._writer.close()
        return self.path

    def _way(self, nodes: list[int], tags: Tags) -> int:
        number = self._next()
        self._ways.append(Way(id=number, nodes=nodes, tags=_tags(tags), version=1))
        return number

    def _next(self) -> int:
        self._number += 1
        return self._number


def a_town(path: Path, *, without: tuple[str, ...] = (), lane: str = "Åsgränd") -> Path:
    """Ringvägen 1–5 as nodes, 12 as a house, 14 as a house with a yard, and a shop that repeats an address.

    `without` names house numbers to leave out, `lane` is what the other street is called; what remains keeps its
    number in the file. Around them a street, a park, a lake, a path and a name.
    """
    town = Extract(path)
    for n in range(1, 6):
        if str(n) in without:
            town.leave_out()
        else:
            town.point(
                15.001 + n / 1000, 58.002, addr__street="Ringvägen", addr__housenumber=str(n), addr__city="Almhamra"
            )
    town.point(15.0021, 58.00205, addr__street="Ringvägen", addr__housenumber="1", name="Kiosken", shop="kiosk")
    town.point(15.003, 58.004, addr__street=lane, addr__housenumber="7 B", addr__city="Almhamra")
    town.house(15.002, 58.003, building="yes", addr__street="Ringvägen", addr__housenumber="12", addr__city="Almhamra")
    walls = town.house(15.004, 58.003)
    town.relation(
        walls,
        type="multipolygon",
        building="apartments",
        addr__street="Ringvägen",
        addr__housenumber="14",
        addr__city="Almhamra",
    )
    town.house(15.006, 58.003, leisure="park", name="Lindparken")
    town.house(15.008, 58.003, natural="water")
    town.line((15.0005, 58.0018), (15.0095, 58.0018), highway="residential", name="Ringvägen")
    town.line((15.0005, 58.0045), (15.0095, 58.0045), highway="secondary", name=lane)
    town.line((15.006, 58.0031), (15.0064, 58.0033), highway="footway")
    town.line((15.0005, 58.0055), (15.0095, 58.0055), railway="rail")
    town.line((15.0005, 58.0050), (15.0095, 58.0050), railway="subway", tunnel="yes")
    town.point(15.005, 58.0035, place="suburb", name="Kvarnbacken")
    town.relation(walls, type="boundary", boundary="administrative", admin_level="7", name="Almhamra kommun")
    return town.close()


def _tags(tags: Tags) -> Tags:
    return {key.replace("__", ":"): value for key, value in tags.items()}

"""Almhamra, a town that does not exist: streets, houses, parks, a lake and six areas, as an ordinary map extract.

The town is a bent grid, in metres east and north of its south-west corner. Same seed, same town.
"""

import json
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import osmium
from osmium.osm import mutable

NAME = "Almhamra kommun"
CORNER = (58.8950, 15.1850)
"""Latitude and longitude of the south-west corner: forest, in the real world."""
BLOCK_M = 128.0
COLUMNS, ROWS = 23, 17
COLUMN_BORDERS, ROW_BORDERS = (0, 8, 15, 22), (0, 8, 16)
AREAS = (("Kvarnbacken", "Centrum", "Hamnängen"), ("Norrgärdet", "Lindhagen", "Tallåsen"))
"""From the south, each row from the west."""
COLUMN_STREETS = (
    "Västra allén", "Kvarnstigen", "Mjölnargatan", "Ringvägen", "Bäckgatan", "Skolgatan", "Smedjegatan", "Nygårdsgatan",
    "Storgatan", "Kyrkogatan", "Torggatan", "Rådhusgatan", "Läroverksgatan", "Slöjdgatan", "Järnvägsgatan", "Hamngatan",
    "Varvsgatan", "Repslagaregatan", "Sjögatan", "Tallvägen", "Björkstigen", "Östra allén", "Skogsbrynet",
)  # fmt: skip
ROW_STREETS = (
    "Södra vägen", "Åkerstigen", "Hagagatan", "Älvgatan", "Lindgatan", "Parkgatan", "Ängsgatan", "Drottninggatan",
    "Stationsgatan", "Kungsgatan", "Trädgårdsgatan", "Norrgärdesgatan", "Hasselvägen", "Rönnvägen", "Idrottsvägen",
    "Skidbacken", "Norra vägen",
)  # fmt: skip
MAIN = {"Storgatan", "Ringvägen", "Södra vägen", "Norra vägen", "Järnvägsgatan"}
PARKS = (
    ("Lindparken", 9, 11, 3, 3),
    ("Kvarnparken", 3, 4, 2, 2),
    ("Tallskogen", 18, 9, 4, 4),
    ("Norrgärdets lekpark", 4, 12, 1, 1),
)
"""Name, column, row, and how many blocks wide and high."""
LAKE, RIVER = "Almsjön", "Almån"
LAKE_AT, LAKE_SIZE = (2980.0, -150.0), (860.0, 640.0)
WOODS = (
    (300, 2420, 640, 210, 0.4),
    (1750, 2500, 560, 190, 1.7),
    (3050, 2050, 330, 420, 2.9),
    (-420, 900, 260, 760, 0.9),
    (900, -680, 700, 190, 2.2),
)
"""Middle, half width and half height in metres, and a turn that makes each its own."""

Metres = tuple[float, float]


def bent(column: float, row: float) -> Metres:
    """Where a crossing of the grid lies: streets bend gently, as where people lived before the planners."""
    x = column * BLOCK_M + 46 * math.sin(row * 0.42 + 0.6) + 18 * math.sin(column * 0.9 + row * 0.35)
    y = row * BLOCK_M + 52 * math.sin(column * 0.33) + 16 * math.sin(row * 0.8 - column * 0.5)
    return x, y


def degrees(point: Metres) -> tuple[float, float]:
    """Longitude and latitude of a point in metres; good to centimetres over a town."""
    latitude = CORNER[0] + point[1] / 111_320
    longitude = CORNER[1] + point[0] / (111_320 * math.cos(math.radians(CORNER[0])))
    return round(longitude, 7), round(latitude, 7)


def in_lake(point: Metres) -> bool:
    """Whether the point lies in the lake, south-east, behind a rounded shore."""
    x, y = (point[0] - LAKE_AT[0]) / LAKE_SIZE[0], (point[1] - LAKE_AT[1]) / LAKE_SIZE[1]
    return math.hypot(x, y) < 1.02 * _wobble(math.atan2(y, x))


def _wobble(angle: float) -> float:
    """How far the shore is from an even one, at an angle from the middle of the lake."""
    return 1 + 0.09 * math.sin(3 * angle + 1) + 0.05 * math.sin(5 * angle) + 0.03 * math.sin(9 * angle + 2)


def _shore(angle: float) -> Metres:
    reach = _wobble(angle)
    return LAKE_AT[0] + LAKE_SIZE[0] * reach * math.cos(angle), LAKE_AT[1] + LAKE_SIZE[1] * reach * math.sin(angle)


def _river() -> Iterator[Metres]:
    """From the lake westwards below the town, some thirty metres wide."""
    middle = [(2500 - 62 * n, -310 + 90 * math.sin(n * 0.31) - 3 * n) for n in range(52)]
    yield from ((x, y + 17) for x, y in middle)
    yield from ((x, y - 15 - 5 * math.sin(x / 90)) for x, y in reversed(middle))


def _blob(x: float, y: float, wide: float, high: float, turn: float) -> Iterator[Metres]:
    """A wood's edge."""
    for n in range(64):
        angle = n * math.tau / 64
        reach = 1 + 0.16 * math.sin(4 * angle + turn) + 0.08 * math.sin(9 * angle - turn)
        yield x + wide * reach * math.cos(angle), y + high * reach * math.sin(angle)


def in_park(column: float, row: float) -> bool:
    """Whether a place in the grid lies in a park."""
    return any(c <= column < c + wide and r <= row < r + high for _name, c, r, wide, high in PARKS)


@dataclass
class Extract:
    """Collects nodes and ways, then writes them in the order that a map file wants."""

    nodes: list[tuple[int, Metres, dict[str, str]]] = field(default_factory=list)
    ways: list[tuple[list[int], dict[str, str]]] = field(default_factory=list)

    def node(self, point: Metres, tags: dict[str, str] | None = None) -> int:
        """Add a point; returns its id."""
        self.nodes.append((len(self.nodes) + 1, point, tags or {}))
        return len(self.nodes)

    def way(self, points: Sequence[Metres], tags: dict[str, str], *, closed: bool = False) -> None:
        """Add a line, or a ring when closed."""
        refs = [self.node(point) for point in points]
        self.ways.append((refs + refs[:1] if closed else refs, tags))

    def write(self, path: Path) -> None:
        """Write the file (OSM PBF); an existing one is replaced."""
        path.unlink(missing_ok=True)
        with osmium.SimpleWriter(str(path)) as writer:
            for id_, point, tags in self.nodes:
                writer.add_node(mutable.Node(id=id_, location=degrees(point), tags=tags, version=1))
            for id_, (refs, tags) in enumerate(self.ways, 1):
                writer.add_way(mutable.Way(id=id_, nodes=refs, tags=tags, version=1))


def write_extract(path: Path, *, seed: int = 1) -> None:
    """The whole town as an OSM PBF file: some 2,000 addresses on 40 streets, well under a megabyte."""
    town = Extract()
    _ground(town)
    _streets(town)
    _houses(town, random.Random(seed))
    _names(town)
    town.write(path)


def write_areas(path: Path) -> None:
    """The six areas as GeoJSON, each bounded by the streets around it."""
    features = []
    for across, row in enumerate(AREAS):
        for along, name in enumerate(row):
            ring = [degrees(point) for point in _outline(along, across)]
            geometry = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
            features.append({"type": "Feature", "properties": {"name": name}, "geometry": geometry})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


def _outline(along: int, across: int) -> Iterator[Metres]:
    west, east = COLUMN_BORDERS[along], COLUMN_BORDERS[along + 1]
    south, north = ROW_BORDERS[across], ROW_BORDERS[across + 1]
    yield from (bent(column, south) for column in range(west, east))
    yield from (bent(east, row) for row in range(south, north))
    yield from (bent(column, north) for column in range(east, west, -1))
    yield from (bent(west, row) for row in range(north, south, -1))


def _ground(town: Extract) -> None:
    town.way([_shore(n * math.tau / 120) for n in range(120)], {"natural": "water", "name": LAKE}, closed=True)
    town.way(list(_river()), {"natural": "water", "name": RIVER}, closed=True)
    for wood in WOODS:
        town.way(list(_blob(*wood)), {"landuse": "forest"}, closed=True)
    for name, column, row, wide, high in PARKS:
        inset = 0.09
        west, south, east, north = column + inset, row + inset, column + wide - inset, row + high - inset
        ring = [bent(west, south), bent(east, south), bent(east, north), bent(west, north)]
        kind = {"landuse": "forest"} if name == "Tallskogen" else {"leisure": "park"}
        town.way(ring, {**kind, "name": name}, closed=True)
    rail = [bent(14.45, -1 + 0.5 * n) for n in range(38)]
    town.way(rail, {"railway": "rail"})


def _streets(town: Extract) -> None:
    for column, name in enumerate(COLUMN_STREETS):
        _street(town, name, [(column, row / 4) for row in range((ROWS - 1) * 4 + 1)])
    for row, name in enumerate(ROW_STREETS):
        _street(town, name, [(column / 4, row) for column in range((COLUMNS - 1) * 4 + 1)])


def _street(town: Extract, name: str, grid: list[tuple[float, float]]) -> None:
    """A street, broken where it would run through the lake; a path where it crosses a park."""
    kind = "secondary" if name in MAIN else "residential"
    run: list[Metres] = []
    run_kind = kind
    for column, row in grid:
        point = bent(column, row)
        inside = _well_inside_park(column, row)
        here = "footway" if inside and kind != "secondary" else kind
        if in_lake(point) or here != run_kind:
            _close(town, name, [*run, point] if not in_lake(point) else run, run_kind)
            run, run_kind = [], here
        if not in_lake(point):
            run.append(point)
    _close(town, name, run, run_kind)


def _well_inside_park(column: float, row: float) -> bool:
    return any(c < column < c + wide and r < row < r + high for _name, c, r, wide, high in PARKS)


def _close(town: Extract, name: str, run: list[Metres], kind: str) -> None:
    if len(run) > 1:
        town.way(run, {"highway": kind} if kind == "footway" else {"highway": kind, "name": name})


def _houses(town: Extract, chance: random.Random) -> None:
    """Two or three houses on each long side of every block, numbered as one walks, and some on the short ones."""
    numbers: dict[str, int] = {}
    for row in range(ROWS - 1):
        for column in range(COLUMNS - 1):
            if in_park(column, row) or in_lake(bent(column + 0.5, row + 0.3)):
                continue
            for n in range(chance.choice((2, 3, 3))):
                along = 0.2 + 0.3 * n
                _house(town, chance, ROW_STREETS[row], numbers, (column + along, row + 0.2), odd=True)
                _house(town, chance, ROW_STREETS[row + 1], numbers, (column + along, row + 0.8), odd=False)
            if chance.random() < 0.75:
                _house(town, chance, COLUMN_STREETS[column], numbers, (column + 0.18, row + 0.5), odd=False)
            if chance.random() < 0.5:
                _house(town, chance, COLUMN_STREETS[column + 1], numbers, (column + 0.82, row + 0.5), odd=True)


def _house(
    town: Extract,
    chance: random.Random,
    street: str,
    numbers: dict[str, int],
    at: tuple[float, float],
    *,
    odd: bool,
) -> None:
    if in_lake(bent(*at)):
        return
    key = f"{street}/{odd}"
    numbers[key] = numbers.get(key, -1 if odd else 0) + 2
    half_wide, half_deep = chance.uniform(0.07, 0.12), chance.uniform(0.06, 0.10)
    column, row = at
    ring = [
        bent(column - half_wide, row - half_deep),
        bent(column + half_wide, row - half_deep),
        bent(column + half_wide, row + half_deep),
        bent(column - half_wide, row + half_deep),
    ]
    tags = {"building": "yes", "addr:street": street, "addr:housenumber": str(numbers[key]), "addr:city": "Almhamra"}
    town.way(ring, tags, closed=True)


def _names(town: Extract) -> None:
    town.node(bent(11, 8), {"place": "town", "name": "Almhamra"})
    for across, areas in enumerate(AREAS):
        for along, name in enumerate(areas):
            column = (COLUMN_BORDERS[along] + COLUMN_BORDERS[along + 1]) / 2
            row = (ROW_BORDERS[across] + ROW_BORDERS[across + 1]) / 2 + 0.5
            town.node(bent(column, row), {"place": "suburb", "name": name})

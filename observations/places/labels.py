"""Finds room for names on a drawn map: few, straight, and none over another."""

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import shapely
from shapely import affinity

from observations.places.vector_tiles import Feature

EM_PER_LETTER = 0.54
"""Mean width of a letter of Schibsted Grotesk, as part of its size."""
STREET_SIZE = 11
PLACE_SIZES = {"town": 16, "district": 14, "quarter": 12, "park": 12, "square": 11}
STREETS_AT_MOST = 24
STRAIGHT = 0.985
"""How much of its own length a stretch of street must span from end to end, for a name to lie well on it."""


@dataclass(frozen=True)
class Label:
    """A name, the middle of its letters, its size in pixels, and how far it is turned clockwise."""

    text: str
    x: float
    y: float
    size: int
    degrees: float = 0.0


class Taken:
    """The parts of a frame that something is written on."""

    def __init__(self, width: int, height: int) -> None:
        """Nothing yet."""
        self.frame = shapely.box(4, 4, width - 4, height - 4)
        self._boxes: list[shapely.Polygon] = []

    def take(self, x: float, y: float, width: float, height: float, degrees: float) -> bool:
        """Take a rectangle around a middle, if it lies in the frame and is free."""
        flat = shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        turned = affinity.rotate(flat, degrees, origin=(x, y))
        if not self.frame.contains(turned) or any(turned.intersects(other) for other in self._boxes):
            return False
        self._boxes.append(turned)
        return True


def place(drawn: list[Feature], taken: Taken) -> Iterator[Label]:
    """The names that there is room for: places first, the larger before the smaller, then the longest streets."""
    for label in [*_places(drawn), *_streets(drawn, taken.frame)]:
        width = len(label.text) * label.size * EM_PER_LETTER
        if taken.take(label.x, label.y, width + 6, label.size + 4, label.degrees):
            yield label


def _places(drawn: list[Feature]) -> list[Label]:
    found: dict[str, Label] = {}
    for feature in drawn:
        if feature.layer == "places" and feature.lines and feature.lines[0]:
            x, y = feature.lines[0][0]
            found.setdefault(feature.name, Label(feature.name, x, y, PLACE_SIZES.get(feature.class_, 11)))
    return sorted(found.values(), key=lambda label: (-label.size, label.text))


def _streets(drawn: list[Feature], frame: shapely.Polygon) -> list[Label]:
    lines: dict[str, list[shapely.LineString]] = defaultdict(list)
    for feature in drawn:
        if feature.layer == "roads" and feature.name:
            lines[feature.name] += [shapely.LineString(line) for line in feature.lines if len(line) > 1]
    inside = {name: _merged(pieces, frame) for name, pieces in lines.items()}
    longest = [(name, max(merged, key=lambda line: line.length)) for name, merged in inside.items() if merged]
    longest.sort(key=lambda street: (-street[1].length, street[0]))
    labels = (_on_street(name, line) for name, line in longest[:STREETS_AT_MOST])
    return [label for label in labels if label]


def _merged(pieces: list[shapely.LineString], frame: shapely.Polygon) -> list[shapely.LineString]:
    """The pieces of one street that lie in the frame, joined where they meet."""
    inside = shapely.intersection(shapely.union_all(pieces), frame)
    return [line for line in shapely.get_parts(shapely.line_merge(inside)) if isinstance(line, shapely.LineString)]


def _on_street(name: str, line: shapely.LineString) -> Label | None:
    """The name on the first straight stretch that is long enough, looked for from the middle outwards."""
    width = len(name) * STREET_SIZE * EM_PER_LETTER
    for part in (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8):
        middle = part * line.length
        start, end = line.interpolate(middle - width / 2), line.interpolate(middle + width / 2)
        if middle < width / 2 or middle + width / 2 > line.length or start.distance(end) < STRAIGHT * width:
            continue
        degrees = math.degrees(math.atan2(end.y - start.y, end.x - start.x))
        upright = (degrees + 90) % 180 - 90  # never upside down
        return Label(name, (start.x + end.x) / 2, (start.y + end.y) / 2, STREET_SIZE, upright or 1e-3)
    return None

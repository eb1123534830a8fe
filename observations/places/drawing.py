"""The map as an SVG, drawn by the server from the same tiles as on the screen: for paper, and without JavaScript."""

import math
from collections import defaultdict
from collections.abc import Sequence
from xml.sax.saxutils import escape

from config import Settings
from observations.places import labels, layers
from observations.places.basemap import ATTRIBUTION, tiles_path
from observations.places.cells import unit_square
from observations.places.sources import Box
from observations.places.style import THEMES
from observations.places.vector_tiles import Feature, Frame, features

INK = "#14201E"
WHITE = "#FFFFFF"
DOT_RADIUS = 9.0
TILE_PX = 512
SMALLEST_TEXT = 9

Dot = tuple[float, float, str]
"""Latitude, longitude and what is written in it."""

PAPER = THEMES["light"]
FILLS = (
    ("earth", PAPER.land),
    ("green", PAPER.green),
    ("water", PAPER.water),
    ("squares", PAPER.road),
    ("buildings", "#D3D2C5"),  # a little darker than on the screen, so that houses are still there in grey
)
ROAD_METRES = {"motorway": 16.0, "main": 13.0, "street": 9.0, "service": 4.5}
"""How broad a road is drawn on the ground; never thinner than THINNEST_PX."""
THINNEST_PX = 0.8
EDGE_PX = 0.7


def map_svg(
    settings: Settings,
    bbox: tuple[float, float, float, float],
    width_px: int,
    height_px: int,
    points: Sequence[Dot] = (),
) -> str:
    """A map of `bbox` (west, south, east, north), centred in a frame of that size, with a numbered dot for each point.

    Presentation attributes only: it can be put on a page under our policy, and in a PDF. Where no map is imported,
    the ground is plain. Typically a tenth of a second.
    """
    frame = _frame(Box(*bbox), width_px, height_px)
    drawn = features(tiles_path(settings), frame, zoom=_zoom(frame))
    dots = [(*frame.point(latitude, longitude), label) for latitude, longitude, label in points]
    parts = [
        f'<rect width="{width_px}" height="{height_px}" fill="{PAPER.land}"/>',
        *_surfaces(drawn),
        *_lines(drawn, frame),
        *_names(drawn, frame, dots),
        *(_dot(*dot) for dot in dots),
        _credit(frame) if drawn else "",
    ]
    size = f'width="{width_px}" height="{height_px}"'
    # The inner svg element cuts off what reaches beyond the frame, without an id that a page might have twice.
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width_px} {height_px}" {size} '
        f'font-family="Schibsted Grotesk, sans-serif"><svg {size}>{"".join(parts)}</svg></svg>'
    )


def _frame(box: Box, width_px: int, height_px: int) -> Frame:
    """The whole box in the middle of the frame, at one scale in both directions."""
    west, north = unit_square(box.north, box.west)
    east, south = unit_square(box.south, box.east)
    per_px = max((east - west) / width_px, (south - north) / height_px, 1e-12)
    return Frame(
        left=(west + east - per_px * width_px) / 2,
        top=(north + south - per_px * height_px) / 2,
        per_px=per_px,
        width=width_px,
        height=height_px,
    )


def _zoom(frame: Frame) -> int:
    """The zoom whose tiles are drawn about as large as on a screen."""
    wanted = round(math.log2(1 / (frame.per_px * TILE_PX)))
    return max(layers.MIN_ZOOM, min(layers.MAX_ZOOM, wanted))


def _surfaces(drawn: list[Feature]) -> list[str]:
    """One path a layer. Tiles overlap a little; solid colours hide that."""
    found = []
    for layer, colour in FILLS:
        outline = "".join(_path(f.lines, closed=True) for f in drawn if f.layer == layer and f.polygon)
        if outline:
            found.append(f'<path d="{outline}" fill="{colour}"/>')
    return found


def _lines(drawn: list[Feature], frame: Frame) -> list[str]:
    """Streams, rails and paths, then of roads first all edges and then all surfaces."""
    paths: dict[tuple[str, str], str] = defaultdict(str)
    for feature in drawn:
        if not feature.polygon and feature.lines:
            paths[feature.layer, feature.class_] += _path(feature.lines, closed=False)
    widths = {name: max(THINNEST_PX, metres / frame.metres_per_px) for name, metres in ROAD_METRES.items()}
    roads = [(paths["roads", name], width) for name, width in sorted(widths.items(), key=lambda item: item[1])]
    near = frame.metres_per_px < 3
    return [
        *(_stroke(d, PAPER.water, 1.5) for (layer, _class), d in paths.items() if layer == "water"),
        *(
            _stroke(d, PAPER.path, 0.8, dashes="2.4 1.6")
            for (layer, _class), d in paths.items()
            if layer == "paths" and near
        ),
        *(_stroke(d, PAPER.rail, 1.2) for (layer, _class), d in paths.items() if layer == "rail"),
        *(_stroke(d, PAPER.edge, width + 2 * EDGE_PX) for d, width in roads),
        *(_stroke(d, PAPER.road, width) for d, width in roads),
    ]


def _names(drawn: list[Feature], frame: Frame, dots: list[tuple[float, float, str]]) -> list[str]:
    """Places and streets, as many as there is room for beside the dots."""
    taken = labels.Taken(frame.width, frame.height)
    for x, y, _label in dots:
        taken.take(x, y, 2 * DOT_RADIUS, 2 * DOT_RADIUS, 0)
    return [_text(label) for label in labels.place(drawn, taken)]


def _text(label: labels.Label) -> str:
    turn = f' transform="rotate({label.degrees:.1f} {label.x:.1f} {label.y:.1f})"' if label.degrees else ""
    attributes = (
        f'x="{label.x:.1f}" y="{label.y + label.size * 0.35:.1f}" font-size="{label.size}" text-anchor="middle"{turn}'
    )
    text = escape(label.text)
    halo = f'stroke="{PAPER.road if label.degrees else PAPER.land}" stroke-width="2.4" stroke-linejoin="round"'
    # The halo is a text of its own beneath, since not every reader of SVG knows paint-order.
    return (
        f'<text {attributes} fill="none" {halo} aria-hidden="true">{text}</text>'
        f'<text {attributes} fill="{PAPER.name}">{text}</text>'
    )


def _dot(x: float, y: float, label: str) -> str:
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{DOT_RADIUS}" fill="{INK}" stroke="{WHITE}" stroke-width="1.5"/>'
        f'<text x="{x:.1f}" y="{y + 3.6:.1f}" font-size="10.5" font-weight="700" text-anchor="middle" '
        f'fill="{WHITE}">{escape(label)}</text>'
    )


def _credit(frame: Frame) -> str:
    x, y = frame.width - 5, frame.height - 5
    width = len(ATTRIBUTION) * SMALLEST_TEXT * labels.EM_PER_LETTER + 10
    ground = f'<rect x="{frame.width - width:.1f}" y="{y - 11}" width="{width:.1f}" height="16" fill="{PAPER.road}"/>'
    letters = f'font-size="{SMALLEST_TEXT}" text-anchor="end" fill="{PAPER.quiet}"'
    return f'{ground}<text x="{x}" y="{y}" {letters}>{ATTRIBUTION}</text>'


def _stroke(d: str, colour: str, width: float, *, dashes: str = "") -> str:
    if not d:
        return ""
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ' stroke-linecap="round"'
    return f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width:.1f}" stroke-linejoin="round"{dashed}/>'


def _path(lines: list[list[tuple[float, float]]], *, closed: bool) -> str:
    """The lines as path data, to a tenth of a pixel."""
    end = "Z" if closed else ""
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in line) + end for line in lines if len(line) > 1)

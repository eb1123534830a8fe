"""The map's colours: those of the look, and names that can be read."""

import re

import pytest

from observations.places import style
from tests.contracts import ROOT

TOKENS = ROOT / "observations" / "static" / "css" / "tokens.css"
"""The look's own colours."""


@pytest.mark.parametrize("theme", style.THEMES)
def test_the_map_has_the_colours_of_the_look(theme: str) -> None:
    """Map, page and paper show the same green for the same park."""
    text = TOKENS.read_text(encoding="utf-8")
    block = text[text.index('[data-theme="dark"] {') :] if theme == "dark" else text
    colours = style.THEMES[theme]
    for name in ("land", "house", "green", "water", "road"):
        match = re.search(rf"--map-{name}: (#\w+);", block)
        assert match is not None
        assert match[1] == getattr(colours, name)


@pytest.mark.parametrize("theme", style.THEMES)
def test_names_can_be_read(theme: str) -> None:
    """Street names have a contrast of 4.5 : 1 on land and road, in both themes; house numbers on houses too."""
    colours = style.THEMES[theme]
    for ground in (colours.land, colours.road, colours.green, colours.house):
        assert contrast(colours.name, ground) >= 4.5
    for ground in (colours.land, colours.house):
        assert contrast(colours.quiet, ground) >= 4.5


def contrast(one: str, other: str) -> float:
    """The ratio of luminance of two colours. Source: WCAG 2.2."""

    def luminance(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)

"""Looks at the map as it stands on the screen: WebGL tells no test what it has drawn."""

from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Page

from observations.places.style import THEMES

CANVAS = ".explore-map canvas"
LEAST_SHARE = 0.002
LOOKS = 100
BETWEEN_LOOKS_MS = 200


def drawn(picture: bytes, theme: str = "light") -> set[str]:
    """Which of land, house, green, water and road cover some of the picture, by their colours in the style."""
    pixels = np.asarray(Image.open(BytesIO(picture)).convert("RGB"), np.int16)
    style = THEMES[theme]
    colours = {name: getattr(style, name) for name in ("land", "house", "green", "water", "road")}
    return {name for name, colour in colours.items() if _share(pixels, colour) > LEAST_SHARE}


def _share(pixels: "np.ndarray[Any, Any]", colour: str) -> float:
    """The part of the picture that has the colour, give or take one step: drawing in software rounds."""
    wanted = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)], np.int16)
    return float((np.abs(pixels - wanted).max(axis=2) <= 1).mean())


def wait_for_map(page: Page, *things: str, theme: str = "light", looks: int = LOOKS) -> bytes:
    """The canvas as soon as it shows these things; fails when it still does not after 20 seconds, or fewer looks."""
    page.locator(CANVAS).wait_for()
    seen: set[str] = set()
    for _ in range(looks):
        picture = page.locator(CANVAS).screenshot()
        seen = drawn(picture, theme)
        if set(things) <= seen:
            return picture
        page.wait_for_timeout(BETWEEN_LOOKS_MS)
    raise AssertionError(f"the map shows {sorted(seen)}, not {things}")

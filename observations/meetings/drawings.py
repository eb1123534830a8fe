"""The service's own drawings, each as an SVG of its own in plain colours, for paper."""

import re
from functools import lru_cache
from pathlib import Path

SPRITE = Path(__file__).resolve().parent.parent / "static" / "img" / "symbols.svg"
INK, TRACE = "#14201E", "#0A7468"
COLOURS = {"up": "#A23B00", "up-maybe": "#A23B00", "down": "#17539A", "down-maybe": "#17539A"}


class DrawingUnknown(Exception):
    """The sprite has no symbol of that name."""


def pictogram(code: str) -> str:
    """A category: ink line, green trace."""
    return _alone(f"cat-{code}", INK)


def verdict(kind: str) -> str:
    """A verdict's symbol in its colour."""
    return _alone(f"v-{kind}", COLOURS.get(kind, INK))


def wordmark() -> str:
    """The service's name."""
    return _alone("wordmark", INK)


@lru_cache(maxsize=64)
def _alone(name: str, colour: str) -> str:
    found = re.search(rf'<symbol id="{re.escape(name)}" (viewBox="[^"]+")[^>]*>(.*?)</symbol>', _sprite(), re.DOTALL)
    if not found:
        raise DrawingUnknown(name)
    inside = re.sub(r"var\(--trace[^)]*\)", TRACE, found[2])
    inside = re.sub(r"var\(--[\w-]+,\s*([^)]+)\)", r"\1", inside).replace("currentColor", colour)
    return f'<svg xmlns="http://www.w3.org/2000/svg" {found[1]}>{inside}</svg>'


@lru_cache(maxsize=1)
def _sprite() -> str:
    return SPRITE.read_text(encoding="utf-8")

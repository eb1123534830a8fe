"""The look keeps its promises: text that can be read in both themes, drawings that exist, sheets that stay small."""

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from observations.record.categories import Category

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "observations" / "static"
TOKENS = STATIC / "css" / "tokens.css"
SPRITE = STATIC / "img" / "symbols.svg"
SVG = "{http://www.w3.org/2000/svg}"

TEXT = 4.5  # WCAG 2.2, 1.4.3
SHAPE = 3.0  # WCAG 2.2, 1.4.11
PAIRS = (
    *((word, ground, TEXT) for word in ("ink", "ink-2") for ground in ("paper", "sheet", "sunk", "map-land")),
    *((word, ground, TEXT) for word in ("up", "down", "new", "ok", "warn", "stop") for ground in ("paper", "sheet")),
    *((word, f"{word}-soft", TEXT) for word in ("up", "down", "new", "stop")),
    *(("ink", ground, TEXT) for ground in ("up-soft", "down-soft", "new-soft", "stop-soft", "accent-soft", "mark")),
    ("accent", "paper", TEXT),
    ("trace", "paper", TEXT),
    ("paper", "ink", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-press", TEXT),
    ("on-receipt", "receipt", TEXT),
    ("edge", "paper", SHAPE),
    ("edge", "sheet", SHAPE),
)


def themes(css: str) -> dict[str, dict[str, str]]:
    """The colours of each theme, read out of the sheet; the dark one twice, as the sheet has it."""
    light, by_device, by_choice = (
        dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6});", block))
        for block in re.findall(r":root[^{]*\{\s*color-scheme[^}]*\}", css)
    )
    return {"light": light, "dark": light | by_device, "dark by choice": light | by_choice}


def luminance(colour: str) -> float:
    """Relative luminance of #RRGGBB, 0 to 1. Source: WCAG 2.2."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def too_faint(colours: dict[str, str]) -> list[str]:
    """The pairs that cannot be read, with what they reach."""
    reached = ((word, ground, least, contrast(colours[word], colours[ground])) for word, ground, least in PAIRS)
    return [f"{word} on {ground}: {ratio:.2f}" for word, ground, least, ratio in reached if ratio < least]


@pytest.mark.parametrize("theme", ["light", "dark", "dark by choice"])
def test_every_text_colour_can_be_read_on_its_ground(theme: str) -> None:
    """Somebody with weak sight, or in sunlight, can read every word in either theme."""
    assert too_faint(themes(TOKENS.read_text())[theme]) == []


def test_a_faint_colour_would_be_noticed() -> None:
    """The control: a grey that cannot be read is found."""
    colours = themes(TOKENS.read_text())["light"] | {"ink-2": "#9AA09C"}

    assert "ink-2 on paper: 2.41" in too_faint(colours)


def test_dark_is_the_same_by_choice_as_by_device() -> None:
    """Whoever chooses dark sees what the device would have shown."""
    both = themes(TOKENS.read_text())

    assert both["dark"] == both["dark by choice"]
    assert both["dark"] != both["light"]


def symbols() -> dict[str, ElementTree.Element]:
    """The drawings by name."""
    return {str(symbol.get("id")): symbol for symbol in ElementTree.parse(SPRITE).iter(f"{SVG}symbol")}


def asked_for() -> Iterator[str]:
    """The names of drawings that templates ask for by a literal name."""
    prefixes = {"icon": "i-", "verdict": "v-", "verdict_symbol": "v-", "category": "cat-"}
    for template in (ROOT / "templates").rglob("*.html"):
        for macro, name in re.findall(r"\b(icon|verdict|verdict_symbol|category)\('([\w-]+)'", template.read_text()):
            yield prefixes[macro] + name


def test_every_category_has_its_pictogram() -> None:
    """A reporter finds a picture for each of the twelve things."""
    assert [code for code in Category if f"cat-{code}" not in symbols()] == []


def test_every_drawing_that_a_page_asks_for_exists() -> None:
    """No page has a hole where a symbol should be."""
    drawn = set(symbols())

    assert sorted(set(asked_for()) - drawn) == []
    assert "i-unicorn" not in drawn


def test_drawings_take_their_colours_from_the_page() -> None:
    """One drawing serves light, dark and the selected pin: it names no colour of its own and leans on no other file."""
    fixed = [
        f"{name}: {value}"
        for name, symbol in symbols().items()
        for part in symbol.iter()
        for key, value in part.attrib.items()
        if (key in ("fill", "stroke") and value not in ("none", "currentColor", "var(--trace, currentColor)"))
        or key in ("style", "class", "href")
    ]

    assert fixed == []


def test_style_sheets_stay_small_enough_to_read() -> None:
    """The person who changes the look later finds each sheet short, and its colours in one place."""
    sheets = sorted((STATIC / "css").glob("*.css"))

    assert [f"{sheet.name}: {n} lines" for sheet in sheets if (n := len(sheet.read_text().splitlines())) > 300] == []

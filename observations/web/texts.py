"""Texts that others typed, as they may be shown: nothing in them turns the reading direction."""

from typing import Final

_BIDI_CONTROLS: Final = dict.fromkeys(
    map(ord, "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
)


def without_bidi(text: str) -> str:
    """The text without direction characters, which can make a line read other than it is. Source: Unicode UAX #9."""
    return text.translate(_BIDI_CONTROLS)

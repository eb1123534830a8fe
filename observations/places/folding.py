"""Street names as they are compared: forgiving about case, spaces and foreign accents, strict about å, ä and ö."""

import re
import unicodedata

KEPT = frozenset("åäöÅÄÖ")
"""Letters of their own in Swedish, not an a or o with something on it."""
LONGEST = 100
_LETTER_APART = re.compile(r"(\d)\s+([a-zåäö])(?=\s|$)")


def fold(text: str) -> str:
    """Lower case, one space between words, "12 B" as "12b", é as e; å ä ö stay. At most 100 characters."""
    composed = unicodedata.normalize("NFC", text)
    plain = "".join(c if c.isascii() or c in KEPT else _without_marks(c) for c in composed)
    words = " ".join(plain.casefold().replace(",", " ").split())
    return _LETTER_APART.sub(r"\1\2", words)[:LONGEST]


def _without_marks(letter: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFD", letter) if not unicodedata.combining(part))

"""Numbers and directions that tell one home from the others in a house."""

import re
from collections.abc import Iterator

from observations.privacy.findings import Finding, Kind

GAP = r"\s{0,2}"
OF_MANY = rf"(?!{GAP}(?:tr|trappor|trappa|vån|våningar|rum|rok|kvm|m2|st|meter|m|nycklar|gånger|veckor|dagar)\b)"
"""Two flights up, three rooms, 40 m²: of such flats there are many."""
NUMBER = rf"[A-Za-z]?\d{{1,4}}[A-Za-z]?(?!\w|:\w|[.,/]\d{{1,3}}(?!\d)){OF_MANY}"
MORE = rf"(?:{GAP}(?:[,/&\-\u2013]|och|samt|eller){GAP}\d{{4}}(?!\d)){{0,4}}"
NUMBERED = re.compile(
    rf"(?<!\w)(?:lgh|lägh?|lägenhet(?:en|er|erna|s)?)\.?{GAP}-?(?:nr|nummer)?{GAP}[.:#]?{GAP}{NUMBER}{MORE}",
    re.IGNORECASE,
)
"""lgh 1203, lägenhetsnummer 1203, lgh-nr: 1203, and the shorter numbers that a landlord may give."""

FLOOR = r"(?:(?:våning|vån)\.?\s?\d{1,2}|\d{1,2}\s?(?:tr|trappor)\.?(?:\s?upp)?|nb|bv)"
SIDE = r"(?:(?:till\s)?(?:vänster|höger)|t\.?\s?[vh]|rakt\sfram)(?!\w|\s(?:om|i|vid|på)\b)\.?"
DOOR = r"dörr(?:en)?\s?(?:nr\s?)?\d{1,2}(?!\d)"
BY_FLOOR = re.compile(rf"(?<!\w){FLOOR}(?:\s?,\s?|\s)(?:{SIDE}|{DOOR})", re.IGNORECASE)
"""2 tr t.v., våning 3 dörr 2: how homes were told apart before they had numbers. A floor alone is no home."""


def find(text: str) -> Iterator[Finding]:
    """An apartment number after the word for it, or a floor with a side or a door.

    Source: Lag (2006:378) om lägenhetsregister; its numbers have four digits, the first two for the floor.
    """
    for shape in (NUMBERED, BY_FLOOR):
        for match in shape.finditer(text):
            yield Finding(match.start(), match.end(), Kind.APARTMENT)

"""A text as it reads, without what cannot be seen, in plain letters and digits; and the way back to its places."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from observations.privacy.findings import Finding

INVISIBLE = "Cf"
"""The category of signs that take no room: zero-width and direction characters, soft hyphens."""
FILLERS = "\u115f\u1160\u3164\uffa0"
"""Letters of no width, by their category letters all the same."""
MARKS = ("Mn", "Me")
"""The categories of signs that are drawn upon or around the one before: accents by themselves, strokes, key caps."""

UNUSUAL = re.compile("[^\x00-\xac\xae-\u02ff\u2010-\u2027]")
"""Not in a text that an ordinary keyboard made; letters of Europe, dashes and quotation marks are."""


@dataclass(frozen=True)
class Plain:
    """`text[n]` is how `original[starts[n]:ends[n]]` reads."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def there(self, finding: Finding) -> Finding:
        """A finding in the plain text, where it stands in the original."""
        return replace(finding, start=self.starts[finding.start], end=self.ends[finding.end - 1])


def plain(text: str) -> Plain:
    """A digit of any script is one of 0 to 9, a full-width or ornamental letter a plain one, a + ¨ is ä.

    Source: Unicode's compatibility composition (UAX 15, NFKC), of one sign at a time so that places are kept.
    """
    if not UNUSUAL.search(text):
        return Plain(text, range(len(text)), range(1, len(text) + 1))
    signs: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for place, sign in enumerate(text):
        category = unicodedata.category(sign)
        if category in MARKS and signs:
            composed = unicodedata.normalize("NFC", signs[-1] + sign)
            signs[-1] = composed if len(composed) == 1 else signs[-1]
            ends[-1] = place + 1
        elif category not in (INVISIBLE, *MARKS) and sign not in FILLERS:
            signs.append(_plain(sign))
            starts.append(place)
            ends.append(place + 1)
    return Plain("".join(signs), starts, ends)


def _plain(sign: str) -> str:
    digit = unicodedata.digit(sign, None)  # those in circles and brackets too
    if digit is not None:
        return str(digit)
    compatible = unicodedata.normalize("NFKC", sign)
    return compatible if len(compatible) == 1 else sign

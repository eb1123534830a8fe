"""Swedish personal identity numbers and co-ordination numbers. They are refused: no observation needs one."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from stdnum import luhn

from observations.privacy.findings import Finding, Kind

COORDINATION_DAY = 60
"""A co-ordination number (samordningsnummer) has the day of birth plus 60."""

DASHES = r"+\-\u2010-\u2015\u2212\ufe63\uff0b\uff0d"
"""Plus for those over a hundred; a hyphen, every dash that a telephone may make of it, and the full-width forms."""
INVISIBLE = "Cf"
"""The category of signs that take no room: zero-width and direction characters, soft hyphens."""
SEPARATOR = rf"\s?[{DASHES}]?\s?"
SHAPE = re.compile(rf"(?<!\d)(?:1[89]|20)?(\d{{2}}\s?\d{{2}}\s?\d{{2}}){SEPARATOR}(\d{{4}})(?!\d)")


def find(text: str) -> Iterator[Finding]:
    """Ten or twelve digits, however they are set apart, whose date exists and whose check digit fits.

    Source: Folkbokföringslagen (1991:481) § 18; the check digit is ISO/IEC 7812-1's (Luhn) over the last ten digits.
    """
    places = [place for place, sign in enumerate(text) if unicodedata.category(sign) != INVISIBLE]
    for match in SHAPE.finditer("".join(_plain(text[place]) for place in places)):
        digits = "".join(sign for sign in match[1] + match[2] if not sign.isspace())
        if _is_date(digits) and luhn.is_valid(digits):
            yield Finding(places[match.start()], places[match.end() - 1] + 1, Kind.PERSONNUMMER, refused=True)


def _plain(sign: str) -> str:
    """A digit of any script as 0 to 9."""
    value = unicodedata.decimal(sign, None)
    return sign if value is None else str(value)


def _is_date(digits: str) -> bool:
    """Whether the first six digits are a date; a leap year, so that 29 February of any century passes."""
    month, day = int(digits[2:4]), int(digits[4:6])
    try:
        date(2000, month, day - COORDINATION_DAY if day > COORDINATION_DAY else day)
    except ValueError:
        return False
    return True

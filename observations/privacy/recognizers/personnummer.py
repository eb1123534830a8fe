"""Swedish personal identity numbers and co-ordination numbers. They are refused: no observation needs one."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from stdnum import luhn

from observations.privacy.findings import Finding, Kind

COORDINATION_DAY = 60
"""A co-ordination number (samordningsnummer) has the day of birth plus 60."""

DASHES = r"+\-\u2010-\u2015\u2212"
"""Plus for those over a hundred; a hyphen, and every dash that a telephone may make of it."""
SEPARATOR = rf"\s?[{DASHES}]?\s?"
SHAPE = re.compile(rf"(?<!\d)(?:1[89]|20)?(\d{{2}}\s?\d{{2}}\s?\d{{2}}){SEPARATOR}(\d{{4}})(?!\d)")


def find(text: str) -> Iterator[Finding]:
    """Ten or twelve digits, however they are set apart, whose date exists and whose check digit fits.

    Source: Folkbokföringslagen (1991:481) § 18; the check digit is ISO/IEC 7812-1's (Luhn) over the last ten digits.
    """
    for match in SHAPE.finditer(text):
        digits = "".join(str(unicodedata.digit(sign)) for sign in match[1] + match[2] if not sign.isspace())
        if _is_date(digits) and luhn.is_valid(digits):
            yield Finding(match.start(), match.end(), Kind.PERSONNUMMER, refused=True)


def _is_date(digits: str) -> bool:
    """Whether the first six digits are a date; a leap year, so that 29 February of any century passes."""
    month, day = int(digits[2:4]), int(digits[4:6])
    try:
        date(2000, month, day - COORDINATION_DAY if day > COORDINATION_DAY else day)
    except ValueError:
        return False
    return True

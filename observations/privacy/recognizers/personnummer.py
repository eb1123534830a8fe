"""Swedish personal identity numbers and co-ordination numbers. They are refused: no observation needs one."""

import re
from collections.abc import Iterator
from datetime import date

from stdnum import luhn

from observations.privacy.findings import Finding, Kind

COORDINATION_DAY = 60
"""A co-ordination number (samordningsnummer) has the day of birth plus 60."""

DASH = r"[+\-\u2010-\u2015\u2212]"
"""Plus for those over a hundred; a hyphen, and every dash that a telephone may make of it."""
CENTURY = r"(?:1[89]|20)\s?"
TOGETHER = rf"(?P<born>\d{{2}}\s?\d{{2}}\s?\d{{2}})\s?{DASH}?\s?"
APART = rf"(?P<born>\d{{2}}(?P<sign>[\-./])\d{{2}}(?P=sign)\d{{2}})\s?(?:{DASH}\s?|(?!(?:[01]\d|2[0-3])[0-5]\d))"
"""1981-12-18-9876, also without the last dash, unless a time of day comes after the date: 2026-09-10 1432."""
SHAPES = tuple(
    re.compile(rf"(?<!\d)(?=(?P<all>{century}{date}(?P<last>\d{{4}}))(?!\d))")
    for century in (CENTURY, "")
    for date in (TOGETHER, APART)
)
"""Each looks ahead only, so that a number is seen also where an earlier one, as of a house, seems to begin it."""


def find(text: str) -> Iterator[Finding]:
    """Ten or twelve digits, however they are set apart, whose date exists and whose check digit fits.

    Source: Folkbokföringslagen (1991:481) § 18; the check digit is ISO/IEC 7812-1's (Luhn) over the last ten digits.
    """
    for shape in SHAPES:
        for match in shape.finditer(text):
            if _is_number(match):
                yield Finding(*match.span("all"), Kind.PERSONNUMMER, refused=True)


def _is_number(match: re.Match[str]) -> bool:
    digits = "".join(sign for sign in match["born"] + match["last"] if sign.isdecimal())
    return _is_date(digits) and bool(luhn.is_valid(digits))


def _is_date(digits: str) -> bool:
    """Whether the first six digits are a date; a leap year, so that 29 February of any century passes."""
    month, day = int(digits[2:4]), int(digits[4:6])
    try:
        date(2000, month, day - COORDINATION_DAY if day > COORDINATION_DAY else day)
    except ValueError:
        return False
    return True

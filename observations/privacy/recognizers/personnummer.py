"""Swedish personal identity numbers and co-ordination numbers. They are refused: no observation needs one."""

import re
from collections.abc import Iterator
from datetime import date

import phonenumbers
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


GAP = r"[\W_]{0,3}"
LOOSELY = re.compile(
    rf"(?<!\d)(?=(?P<all>(?:(?:1[89]|20){GAP})?"
    rf"(?P<born>\d{GAP}\d{GAP}\d{GAP}\d{GAP}\d{GAP}\d){GAP}(?P<last>\d{GAP}\d{GAP}\d{GAP}\d))(?!\d))"
)
"""The same digits with up to three signs of any kind between any two: 811218-98 76, 8 1 1 2 1 8 9 8 7 6."""
TIME_OF_DAY = re.compile(r"(?:[01]\d|2[0-3])[:.]?[0-5]\d")


def find(text: str) -> Iterator[Finding]:
    """Ten or twelve digits, however they are set apart, whose date exists and whose check digit fits.

    What is set apart as nobody does it, and is a telephone number or a time of day after a date, is left to others.

    Source: Folkbokföringslagen (1991:481) § 18; the check digit is ISO/IEC 7812-1's (Luhn) over the last ten digits.
    """
    for shape in SHAPES:
        for match in shape.finditer(text):
            if _is_number(match):
                yield Finding(*match.span("all"), Kind.PERSONNUMMER, refused=True)
    for match in LOOSELY.finditer(text):
        if _is_number(match) and not _is_something_else(match):
            yield Finding(*match.span("all"), Kind.PERSONNUMMER, refused=True)


def _is_something_else(match: re.Match[str]) -> bool:
    return bool(TIME_OF_DAY.fullmatch(match["last"])) or _is_telephone(match["all"])


def _is_telephone(text: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, "SE"))
    except phonenumbers.NumberParseException:
        return False


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

"""Telephone numbers that could be dialled from Sweden."""

import re
from collections.abc import Iterator

from phonenumbers import Leniency, PhoneNumberMatcher

from observations.privacy.findings import Finding, Kind

DIGITS_AT_LEAST = 6
LOOK_AT_MOST = 50
"""Candidates that are tried in one text; nobody's note has more, and a text made of digits must not cost time."""

_digit = re.compile(r"\d")


def find(text: str) -> Iterator[Finding]:
    """Numbers that the national numbering plan has, with or without country code.

    Source: the numbering plans of libphonenumber (Google), leniency VALID, region SE.
    """
    if len(_digit.findall(text)) < DIGITS_AT_LEAST:
        return
    for match in PhoneNumberMatcher(text, "SE", leniency=Leniency.VALID, max_tries=LOOK_AT_MOST):
        yield Finding(match.start, match.end, Kind.PHONE)

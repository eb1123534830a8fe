"""E-mail addresses."""

import re
from collections.abc import Iterator

from observations.privacy.findings import Finding, Kind

SHAPE = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,63}(?![\w-])")
"""The dot-atom form of RFC 5322, section 3.4.1, with letters of any language; lengths of RFC 5321, section 4.5.3."""


def find(text: str) -> Iterator[Finding]:
    """Whatever has the shape of an address, whether or not somebody reads it."""
    for match in SHAPE.finditer(text):
        yield Finding(match.start(), match.end(), Kind.EMAIL)

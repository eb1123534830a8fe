"""What a recognizer says: what kind of personal data stands where in a text."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of personal data that are looked for."""

    PERSONNUMMER = "personnummer"
    """Personal identity number, and the co-ordination number that stands in for one."""
    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True, order=True)
class Finding:
    """`text[start:end]` is of that kind. A refused one may not be stored; any other is a question to a person."""

    start: int
    end: int
    kind: Kind
    refused: bool = False

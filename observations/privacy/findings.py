"""What a recognizer says: what kind of personal data stands where in a text."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of personal data that are looked for."""

    PERSONNUMMER = "personnummer"
    """Personal identity number, and the co-ordination number that stands in for one."""
    EMAIL = "email"
    PHONE = "phone"
    PLATE = "plate"
    """Registration number of a vehicle."""
    HANDLE = "handle"
    """A name in social media."""
    APARTMENT = "apartment"
    """What tells one home from the others in a house."""
    NAME = "name"


@dataclass(frozen=True, order=True)
class Finding:
    """`text[start:end]` is of that kind. A refused one may not be stored; any other is a question to a person."""

    start: int
    end: int
    kind: Kind
    refused: bool = False


STRUCK, STRUCK_SHORT = "[…]", "…"


def without(text: str, finding: Finding) -> str:
    """The text with a finding struck out, never longer than it was; that something stood there can still be seen."""
    struck = STRUCK if finding.end - finding.start >= len(STRUCK) else STRUCK_SHORT
    return text[: finding.start] + struck + text[finding.end :]

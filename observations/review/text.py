"""How a report's own words are shown: findings set off, nothing that turns the reading direction."""

from dataclasses import dataclass
from itertools import pairwise

from flask_babel import LazyString, lazy_gettext

from observations.privacy import Finding, Kind, screen

STRUCK = "[…]"

KINDS: dict[Kind, LazyString] = {
    Kind.PERSONNUMMER: lazy_gettext("Personal identity number"),
    Kind.PHONE: lazy_gettext("Phone number"),
    Kind.EMAIL: lazy_gettext("E-mail address"),
}


@dataclass(frozen=True)
class Passage:
    """A stretch of text that is of one kind throughout; no kind means that nothing was found in it."""

    text: str
    kind: str = ""
    """What it may be, in the reader's language."""


def passages(text: str) -> list[Passage]:
    """The whole text in order, cut where a finding begins or ends; where two overlap, the first one names it.

    `text` is what `without_bidi` gave, so that what is marked is what is read.
    """
    findings = screen(text)
    cuts = sorted({0, len(text), *(at for finding in findings for at in (finding.start, finding.end))})
    pieces = []
    for start, end in pairwise(cuts):
        over = [finding for finding in findings if finding.start <= start and end <= finding.end]
        pieces.append(Passage(text[start:end], kind_name(over[0].kind) if over else ""))
    return pieces


def kind_name(kind: Kind) -> str:
    """What a kind of personal data is called, in the reader's language."""
    return str(KINDS.get(kind, lazy_gettext("Personal data")))


def without(text: str, finding: Finding) -> str:
    """The text with a finding struck out; that something stood there can still be seen."""
    return text[: finding.start] + STRUCK + text[finding.end :]

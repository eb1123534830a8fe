"""How a report's own words are shown: findings set off, nothing that turns the reading direction."""

from dataclasses import dataclass
from itertools import pairwise

from observations.privacy import screen
from observations.privacy.words import kind_name


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

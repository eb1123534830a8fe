"""Names of people, as likely as a list and the words around can tell."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from observations.privacy import names
from observations.privacy.findings import Finding, Kind
from observations.privacy.recognizers import _words as words

NAMES = names.read()
"""Read when the service starts, so that it does not start without them."""
GIVEN = NAMES.given | NAMES.given_elsewhere
SURNAMES = NAMES.surnames | NAMES.surnames_elsewhere
ANY = GIVEN | SURNAMES
SURE = ANY - words.ALSO_WORDS - words.OTHER_NAMES
"""Names that are one wherever they stand with a capital."""
SURE_IN_SMALL_LETTERS = SURE & (NAMES.given | NAMES.surnames) - words.WORDS_IN_SMALL_LETTERS
"""Names that are one however they are written: only of Sweden's, as more of the world's would be words by chance."""
FURTHER_IN_SMALL_LETTERS = SURE_IN_SMALL_LETTERS | NAMES.surnames
MEANT_BY_CAPITAL = NAMES.given & words.ALSO_WORDS - words.OTHER_NAMES
"""Words that are names where a capital within a sentence says so."""

WORD = re.compile(r"[Ss]:ta?(?!\w)|[Kk]v\.(?=\s)|[^\W\d_]+")
ENDS_SENTENCE = frozenset(".!?:;\n\r•*()\"”“»'’…–—")
NEXT_TO = frozenset((" ", "  ", "\xa0", "-"))
INTRODUCED = NEXT_TO | {": ", ":", ' "', " ”", " “", " '", " ’", ' ("', " ("}
LONGEST_NAME = 5
"""Words: a double given name, a particle, a double surname."""
GENITIVE = ("s", "x", "z")


class Word(NamedTuple):
    """A word of the text, and how it stands there."""

    start: int
    end: int
    small: str
    """In small letters."""
    has_capital: bool
    """At its beginning only: of a text all in capitals they tell nothing."""
    between: str
    """What stands between the word before and this one."""
    opens: bool
    """It may have its capital because a sentence begins."""

    @property
    def follows(self) -> bool:
        """Whether it stands directly after the word before."""
        return self.between in NEXT_TO


def find(text: str) -> Iterator[Finding]:
    """A name that is not a street's: with a capital, or in small letters where it can be nothing else.

    Where the name is a word too (Sten, Björn, Per), its capital must stand within a sentence, before a surname, or
    after a word for a person. What belongs to the name is part of the finding: surnames, known or not, and initials.
    """
    row = _words(text)
    at = 0
    while at < len(row):
        if not _begins_name(row, at):
            at += 1
            continue
        last = _last_of_name(row, at)
        end_of_place = _last_of_place(row, at, last)
        if end_of_place is None and not _is_known_otherwise(row[at : last + 1]):
            yield Finding(row[at].start, row[last].end, Kind.NAME)
        at = (last if end_of_place is None else end_of_place) + 1


def _words(text: str) -> list[Word]:
    row: list[Word] = []
    before = 0
    for match in WORD.finditer(text):
        start, end = match.span()
        written, between = match[0], text[before:start]
        has_capital = written[0].isupper() and (len(written) == 1 or not written.isupper())
        opens = not row or " -" in between or not ENDS_SENTENCE.isdisjoint(between)
        row.append(Word(start, end, written.casefold(), has_capital, between if row else "", opens))
        before = end
    return row


def _begins_name(row: Sequence[Word], at: int) -> bool:
    word = row[at]
    before = row[at - 1].small if at else ""
    if before in words.PLACES and word.follows:
        return False
    is_introduced = before in words.PEOPLE and word.between in INTRODUCED
    if not word.has_capital:
        return word.small in SURE_IN_SMALL_LETTERS or (is_introduced and word.small in NAMES.given)
    if word.small in SURE:
        return True
    if is_introduced and word.small not in NAMES.given:
        return not any(map(_is_place, row[max(0, at - 3) : at + 1]))
    if is_introduced or (word.small in MEANT_BY_CAPITAL and not word.opens):
        return True
    return word.small in GIVEN and _has_surname(row, at)


def _has_surname(row: Sequence[Word], at: int) -> bool:
    after = row[at + 1] if at + 1 < len(row) else None
    return after is not None and after.follows and after.has_capital and after.small in ANY


def _last_of_name(row: Sequence[Word], at: int) -> int:
    """Where the name ends: after further names, after whatever has a capital and follows a given name."""
    takes_any_capital = row[at].small in GIVEN or row[at].small not in ANY
    last = at
    while last + 1 < min(len(row), at + LONGEST_NAME):
        step = 2 if row[last + 1].small in words.PARTICLES and not row[last + 1].has_capital else 1
        further = row[last + 1 : last + 1 + step]
        if len(further) < step or not all(word.follows for word in further) or _is_place(further[-1]):
            break
        after = further[-1]
        if after.has_capital:
            belongs = takes_any_capital or after.small in ANY
        else:
            belongs = step == 1 and not row[at].has_capital and after.small in FURTHER_IN_SMALL_LETTERS
        if not belongs:
            break
        last += step
    return last


def _last_of_place(row: Sequence[Word], at: int, last: int) -> int | None:
    """Where the street or house ends that the name is the beginning of; None if it is none."""
    after, later = [*row[last + 1 : last + 3], None, None][:2]
    if after is None or not after.follows:
        return None
    if after.small in words.INSTITUTIONS or (_is_street(after) and row[last].small.endswith(GENITIVE)):
        return last + 1
    if _is_named_after_somebody(after) or (_is_place(after) and _is_genitive(row[last])):
        return last + 1
    if later is None or not later.follows or row[at].has_capital:
        return None
    return last + 2 if later.small in words.STREETS and after.small.endswith(GENITIVE) else None


def _is_street(word: Word) -> bool:
    return word.small in words.STREETS or (word.has_capital and word.small in words.STREETS_IF_CAPITAL)


def _is_place(word: Word) -> bool:
    """Whether it is a word for a street or house, or ends like one."""
    return _is_street(word) or word.small in words.INSTITUTIONS or word.small.endswith(words.ENDINGS_OF_PLACES)


def _is_genitive(word: Word) -> bool:
    """Whether the s is the genitive's, as in Fredriks, and not the name's own, as in Lars."""
    return word.small.endswith("s") and word.small[:-1] in ANY


def _is_named_after_somebody(word: Word) -> bool:
    """The second half of Birger Jarlsgatan or Karin Boye-biblioteket, but not Storgatan."""
    ending = next((ending for ending in words.ENDINGS_OF_PLACES if word.small.endswith(ending)), "")
    stem = word.small.removesuffix(ending)
    return bool(ending and stem) and stem not in words.USUAL_STREETS and (stem in ANY or stem.endswith(GENITIVE))


def _is_known_otherwise(name: Sequence[Word]) -> bool:
    return tuple(word.small for word in name) in words.NOT_PEOPLE

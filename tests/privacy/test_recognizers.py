"""What every recognizer keeps to, whatever is typed."""

import time
from collections.abc import Iterable, Iterator
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observations.plugins import discover
from observations.privacy import Finding, Kind, recognizers, screen
from observations.privacy.plain import plain
from observations.privacy.recognizers import Recognizer
from observations.privacy.screening import RECOGNIZERS
from observations.privacy.words import KINDS

MODULES = discover(recognizers)
PIECES = (
    "Anna Sten Berg von s:t kv. heter plats gata lgh lägenhet nr 1203 2 tr t.v. våning dörr insta: snap @ . - – + , / "
    "( ) 070 -174 06 +46 811228 1981 12 18 9876 19 a A é @anna b.c@d.se ABC 123 abc 12D reg bil 000 ١٢ \u0301 \u200b "
    "\u202e \u00ad \ud800 \0 \n \t \u2028 １２ ＡＢ ＠ ß İ ǅ"
).split(" ")
ANYTHING = st.text(st.characters(), max_size=300)
"""Halves of surrogate pairs and control characters too."""
NEARLY = st.lists(st.sampled_from([*PIECES, " ", "  "]), max_size=60).map("".join)
"""What looks like much that is looked for."""

LENGTH = 2000
REPEATED = (
    """
    1|1 |a|A|a@|@a|@|a.|a.b@|a@b.se |.|-|@a@a.|1/2/|12345678,|@anna |070-1234567 |0701234567|+46|(070) |811228-9874 |
    19 |19811218|1981-12-18-|ABC 123 |abc12|reg nr |lgh |lgh 1|lgh nr |lgh 1203 |2 tr |våning 3 |snap: |insta:|Anna |
    anna |Anna-|Sten Berg |Anna von |Annas väg |heter |s:t |kv. |e\u0301|\u0301|\u200b
""".strip()
    .replace("\n    ", "")
    .split("|")
)
HOSTILE = [(piece * LENGTH)[:LENGTH] for piece in REPEATED]
AT_MOST_S = 0.05


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
@given(ANYTHING | NEARLY)
def test_a_recognizer_keeps_its_contract(module: ModuleType, text: str) -> None:
    """It never raises, and what it finds lies in the text and is of the kind that the file is called after."""
    assert [] == _breaches(module.find, _kind(module), text)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_a_recognizer_takes_time_in_proportion(module: ModuleType) -> None:
    """Nobody can keep the service busy with a note of 2,000 characters, whatever it is made of."""
    assert [] == [text[:20] for text in HOSTILE if _seconds(module.find, text) > AT_MOST_S]


def test_screening_takes_time_in_proportion() -> None:
    """Nor by what only all of them together make slow."""
    assert [] == [text[:20] for text in HOSTILE if _seconds(screen, text) > 2 * AT_MOST_S]


@given(ANYTHING | NEARLY)
def test_findings_lie_in_the_text_in_order_and_apart(text: str) -> None:
    """So that a page can set each one off and strike it out by its number."""
    found = screen(text)

    assert sorted(found) == found
    edges = [place for finding in found for place in (finding.start, finding.end)]
    assert sorted(edges) == edges
    assert all(0 <= finding.start < finding.end <= len(text) for finding in found)


def test_every_kind_has_its_recognizer() -> None:
    """A kind without one would be promised and never found."""
    assert {kind.value for kind in Kind} == {_kind(module).value for module in MODULES}
    assert len(RECOGNIZERS) == len(MODULES)


def _raises(text: str) -> Iterator[Finding]:
    yield Finding(int(text), len(text), Kind.PHONE)


def _reaches_too_far(text: str) -> list[Finding]:
    return [Finding(0, len(text) + 1, Kind.PHONE)]


def _finds_nothing_somewhere(text: str) -> list[Finding]:
    return [Finding(0, 0, Kind.PHONE)]


def _finds_another_kind(text: str) -> list[Finding]:
    return [Finding(0, len(text), Kind.EMAIL)]


def _refuses(text: str) -> list[Finding]:
    return [Finding(0, len(text), Kind.PHONE, refused=True)]


@pytest.mark.parametrize(
    "planted", [_raises, _reaches_too_far, _finds_nothing_somewhere, _finds_another_kind, _refuses]
)
def test_a_recognizer_that_breaks_its_contract_is_noticed(planted: Recognizer) -> None:
    """Control: each fault that the contract rules out."""
    assert [] != _breaches(planted, Kind.PHONE, "Ring nu")


def test_a_slow_recognizer_is_noticed() -> None:
    """Control: one that looks at every pair of characters."""

    def pairs(text: str) -> list[Finding]:
        return [Finding(0, 1, Kind.PHONE) for one in text for other in text if one + other == "ab"]

    assert _seconds(pairs, HOSTILE[0]) > AT_MOST_S


def test_the_texts_that_are_tried_are_hostile() -> None:
    """Control: they are as long as they should be, and some hold what is looked for many times."""
    assert {LENGTH} == {len(text) for text in HOSTILE}
    assert {True} == {any(list(module.find(plain(text).text)) for text in HOSTILE) for module in MODULES}


def _kind(module: ModuleType) -> Kind:
    return Kind(module.__name__.rpartition(".")[2])


def _breaches(find: Recognizer, kind: Kind, text: str) -> list[str]:
    try:
        found = list(find(text))
    except Exception as error:  # whatever it is, it is a breach
        return [f"raises {error!r}"]
    breaches = [f"outside: {one}" for one in found if not 0 <= one.start < one.end <= len(text)]
    breaches += [f"another kind: {one}" for one in found if one.kind is not kind]
    return breaches + [f"refused: {one}" for one in found if one.refused is not (kind is Kind.PERSONNUMMER)]


def _seconds(find: Recognizer, text: str) -> float:
    """The least of three tries, so that what else the machine does counts little."""
    return min(_once(find, text) for _ in range(3))


def _once(find: Recognizer, text: str) -> float:
    began = time.process_time()
    _exhaust(find(text))
    return time.process_time() - began


def _exhaust(found: Iterable[Finding]) -> None:
    for _ in found:
        pass


def test_every_kind_has_its_words() -> None:
    """A new kind is not told by its name in the code."""
    assert set(Kind) == set(KINDS)

"""Registration plates in every spelling, and the words and numbers that are none."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from observations.privacy import Finding, Kind, screen
from observations.privacy.recognizers import plate

NEVER = "IQVÅÄÖ"
TRIPLES = st.text(plate.LETTERS, min_size=3, max_size=3)
ENDS = st.integers(1, 999).map(lambda number: f"{number:03}") | st.builds(
    lambda number, letter: f"{number:02}{letter}",
    st.integers(1, 99),
    st.sampled_from(plate.LETTERS.replace("O", "")),
)
BETWEEN = st.sampled_from(["", " ", "-", " - ", "–", "\N{NO-BREAK SPACE}", "  ", "·"])
CASES = st.sampled_from([str.upper, str.lower, str.title])


@given(TRIPLES, BETWEEN, ENDS, CASES)
def test_every_plate_in_every_spelling_is_found(letters: str, between: str, end: str, case: type[str]) -> None:
    """As people type it on a phone; only letters that are a word of everyday need more than themselves."""
    assume(letters.lower() not in plate.WORDS or (not between and case is str.upper))
    spelt = case(letters + between + end)

    assert Finding(8, 8 + len(spelt), Kind.PLATE) in screen(f"Där låg {spelt}, tom")


@given(TRIPLES, BETWEEN, ENDS, CASES, st.sampled_from(["regnr", "Reg.nr:", "bilen", "skylt", "moped med reg nr"]))
def test_after_a_word_for_a_vehicle_every_plate_is_found(
    letters: str, between: str, end: str, case: type[str], before: str
) -> None:
    """BUS 123 is a bus line, "bilen BUS 123" is a car."""
    spelt = case(letters + between + end)
    start = len(before) + 1

    assert Finding(start, start + len(spelt), Kind.PLATE) in list(plate.find(f"{before} {spelt} står kvar"))


@given(TRIPLES, st.integers(0, 2), st.sampled_from(NEVER), BETWEEN, ENDS, CASES)
def test_letters_that_no_plate_has_make_none(
    letters: str, place: int, never: str, between: str, end: str, case: type[str]
) -> None:
    """I, Q, V, Å, Ä and Ö are read as something else on a plate and are not used."""
    spelt = case(letters[:place] + never + letters[place + 1 :] + between + end)

    assert [] == list(plate.find(f"Regnr {spelt} igen"))


@pytest.mark.parametrize("text", ["regnr MLB 08O", "regnr MLB 000", "regnr MLB 0845", "regnr XMLB 084", "regnr MLB 08"])
def test_what_no_plate_looks_like_is_none(text: str) -> None:
    """No O at the end, no three zeros, not more or fewer signs."""
    assert [] == list(plate.find(text))


@pytest.mark.parametrize(
    "text",
    [
        "två st 100", "KLO 123", "BUS 123", "Buss 123", "rum 204", "Rum 204", "hus 12B", "HUS 123", "den 12e",
        "max 100", "Ringvägen 123", "kod 100", "kom 100 personer", "tel 070", "lgh 120", "hus 123-125", "led 100 meter",
        "mot 200-talet", "nr 123", "12B", "en 100", "ABC", "abc 1", "abc 12,5", "XTC 204.5", "plan 204", "elskåp 123",
    ],
)  # fmt: skip
def test_ordinary_words_and_numbers_are_no_plate(text: str) -> None:
    """Bus lines, rooms, houses, categories and amounts are what notes are about."""
    assert [] == list(plate.find(text))
    assert [] == list(plate.find(f"Klotter vid {text} igen"))


def test_the_list_of_words_holds_nothing_that_is_no_plate() -> None:
    """A word there that no plate could be read as would be dead weight."""
    assert [] == [word for word in plate.WORDS if len(word) != 3 or not set(word.upper()) <= set(plate.LETTERS)]
    assert len(plate.WORDS) < 0.03 * len(plate.LETTERS) ** 3

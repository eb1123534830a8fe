"""Personal identity numbers in every spelling: the one kind that is refused."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum import luhn

from observations.privacy import Kind, refusals, screen, without

BORN = st.dates()
CENTURIES = st.sampled_from(["", "18", "19", "20", "19 ", "20 "])
BETWEEN = ("", "-", "+", " ", "–", "—", "\N{MINUS SIGN}", " - ", "- ", "\N{NON-BREAKING HYPHEN}", "\N{NO-BREAK SPACE}")
SET_APART = st.sampled_from(["", " ", "-", ".", "/"])
DIGITS = ("0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩")
TIME_OF_DAY = re.compile(r"([01]\d|2[0-3])[0-5]\d")


@st.composite
def spellings(draw: st.DrawFn) -> tuple[str, str]:
    """A number that nobody need have, as somebody may write it, and the same with a wrong check digit."""
    born, serial = draw(BORN), draw(st.integers(0, 999))
    day = born.day + draw(st.sampled_from([0, 60]))
    digits = f"{born:%y%m}{day:02}{serial:03}"
    check = luhn.calc_check_digit(digits)
    century, apart, between = draw(CENTURIES), draw(SET_APART), draw(st.sampled_from(BETWEEN))
    if apart not in ("", " ") and not between.strip():
        assume(not TIME_OF_DAY.fullmatch(digits[6:] + check))
    script = str.maketrans(DIGITS[0], draw(st.sampled_from(DIGITS)))
    start = century + apart.join((digits[:2], digits[2:4], digits[4:6])) + between + digits[6:]
    wrong = str((int(check) + draw(st.integers(1, 9))) % 10)
    return (start + check).translate(script), (start + wrong).translate(script)


@given(
    spellings(),
    st.sampled_from(["", "Port 12 ", "Hittade: ", "(", "nr", "12, "]),
    st.sampled_from(["", ".", " 3 st", ")"]),
)
def test_every_number_in_every_spelling_is_refused(spelt: tuple[str, str], before: str, after: str) -> None:
    """All of it is pointed out, and as it stands in the text, also beside other numbers."""
    number, _ = spelt
    found = refusals(before + number + after)

    assert any(one.start <= len(before) and len(before + number) <= one.end for one in found)


@given(spellings(), st.sampled_from(["", "Hittade: "]), st.sampled_from(["", ".", " låg där"]))
def test_nothing_but_the_number_is_pointed_out(spelt: tuple[str, str], before: str, after: str) -> None:
    """What is struck is the number and no word beside it."""
    number, _ = spelt

    assert [number] == [(before + number + after)[one.start : one.end] for one in refusals(before + number + after)]


@given(spellings())
def test_a_wrong_check_digit_is_never_refused(spelt: tuple[str, str]) -> None:
    """Control: serial numbers of meters and lamp posts that look alike may be written down."""
    _, wrong = spelt

    assert [] == refusals(f"Mätare {wrong} är trasig")


@pytest.mark.parametrize(
    "text",
    [
        "Org.nr 556016-0680",
        "165560160680",  # the same, as tax forms have it
        "Sett 2026-09-10 1432",  # a time of day, whose check digit would fit
        "202100-5489",  # a state authority's
    ],
)
def test_what_only_looks_alike_is_no_persons(text: str) -> None:
    """An organisation's number is nobody's, and a date with a time is no number."""
    assert Kind.PERSONNUMMER not in {found.kind for found in screen(text)}


def test_a_number_after_a_house_number_is_seen() -> None:
    """12 1981 is no date, and what stands after it is read all the same."""
    text = "Ringvägen 12 19811218-9876"

    assert ["19811218-9876"] == [text[found.start : found.end] for found in refusals(text)]


LOOSE = (
    "811218-98 76",
    "8 1 1 2 1 8 9 8 7 6",
    "81 12 18 98 76",
    "811218--9876",
    "811218.9876",
    "811218/9876",
    "811218:9876",
    "811218_9876",
    "811218, 9876",
    "811218 ) 9876",
    "811218   9876",
    "811218\n9876",
    "1981–12–18–9876",
    "1981 - 12 - 18 - 9876",
    "1981-12-18  9876",
    "811218•9876",
    "8️⃣1️⃣1️⃣2️⃣1️⃣8️⃣9️⃣8️⃣7️⃣6️⃣",
    "811218\N{HANGUL FILLER}9876",
    "811218\N{BRAILLE PATTERN BLANK}9876",
    "811218\N{OBJECT REPLACEMENT CHARACTER}9876",
    "❽11218-9876",
    "⑻11218-9876",
)


@pytest.mark.parametrize("number", LOOSE)
def test_a_number_set_apart_in_whatever_way_is_refused(number: str) -> None:
    """As somebody types who is in a hurry, or who wants it to pass."""
    text = f"Hittade {number} på marken"

    assert [number] == [text[one.start : one.end] for one in refusals(text)]


@pytest.mark.parametrize(
    "text", ["070-123 45 70", "Ring 08-12 18 98 76", "2026-09-10 14:32", "kl. 10.30 den 2026-09-10", "59.0312, 18.0834"]
)
def test_telephone_numbers_times_and_places_are_not_refused(text: str) -> None:
    """They look alike only when one leaves out how they are written."""
    assert [] == refusals(text)


def test_whatever_is_struck_out_a_text_never_grows() -> None:
    """A field that is full stays within its length."""
    for text in ("Bo", "hos Bo", "Anna", "8112189876"):
        for one in screen(text):
            assert len(without(text, one)) <= len(text)

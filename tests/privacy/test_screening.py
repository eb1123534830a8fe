"""What in a text counts as personal, and what does not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from observations.privacy import Finding, Kind, refusals, screen

WHOLE_DAYS = st.tuples(st.integers(0, 99), st.integers(1, 12), st.integers(1, 28), st.integers(0, 999))
SEPARATORS = ("", "-", "+", " ", "–", " - ", "\N{NON-BREAKING HYPHEN}", "\N{NO-BREAK SPACE}")


def a_number(year: int, month: int, day: int, serial: int, separator: str = "-") -> str:
    """A personnummer that nobody need have: date and check digit fit."""
    digits = f"{year:02}{month:02}{day:02}{serial:03}"
    return f"{digits[:6]}{separator}{digits[6:]}{luhn.calc_check_digit(digits)}"


def kinds(text: str) -> list[Kind]:
    """The kinds of what was found."""
    return [finding.kind for finding in screen(text)]


@given(WHOLE_DAYS, st.sampled_from(SEPARATORS), st.sampled_from(("", "19", "20")), st.booleans())
def test_every_personnummer_is_refused(
    parts: tuple[int, int, int, int], separator: str, century: str, is_coordination: bool
) -> None:
    """However somebody types it, and also the co-ordination number of one who has no other."""
    year, month, day, serial = parts
    text = f"Hörde namnet {century}{a_number(year, month, day + 60 * is_coordination, serial, separator)} ropas"

    assert [Kind.PERSONNUMMER] == [finding.kind for finding in refusals(text)]


@pytest.mark.parametrize(
    "text",
    [
        "\uff11\uff19\uff18\uff11\uff11\uff12\uff11\uff18\uff0d\uff19\uff18\uff17\uff16",  # full width
        "811218\u200b-9876",  # zero-width space
        "8112\u202e18-9876",  # a direction character
        "8112\u00ad189876",  # soft hyphen
    ],
)
def test_a_personnummer_in_disguise_is_refused(text: str) -> None:
    """What a reader sees as a personnummer is one, whatever signs it was made of; all of it is pointed out."""
    assert [(4, 4 + len(text))] == [(finding.start, finding.end) for finding in refusals(f"Hej {text} hej")]


@given(WHOLE_DAYS)
def test_a_wrong_check_digit_is_no_personnummer(parts: tuple[int, int, int, int]) -> None:
    """Serial numbers on lamp posts and meters may be written down."""
    number = a_number(*parts)
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)

    assert [] == refusals(wrong)


@pytest.mark.parametrize(
    "text",
    [
        "Trasig lampa 2026-09-10 kl. 14.32, stolpe 4711",
        "811328-9878",  # no thirteenth month
        "811232-9871",  # no 32nd day
        "Elskåp 1234567890123456",
        "Ringvägen 12, port B, plan 3",
        "",
    ],
)
def test_ordinary_notes_are_let_through(text: str) -> None:
    """Dates, house numbers and long numbers are what notes are about."""
    assert [] == screen(text)


@pytest.mark.parametrize(
    "number", ["070-123 45 67", "0701234568", "+46 70 123 45 67", "0046701234567", "08-508 28 508", "(08) 508 285 08"]
)
def test_telephone_numbers_are_found(number: str) -> None:
    """A number on a wall may be a person's; that is asked, not refused."""
    text = f"Det stod {number} på väggen"
    (found,) = screen(text)

    assert (Kind.PHONE, False) == (found.kind, found.refused)
    assert number.strip("()") in text[found.start - 1 : found.end]


@pytest.mark.parametrize("address", ["anna.berg@exempel.se", "ANNA+1@mail.exempel.co.uk", "åsa_öberg@räksmörgås.se"])
def test_mail_addresses_are_found(address: str) -> None:
    """Exactly the address, so that it can be struck."""
    text = f"Skriv till {address}."

    assert [Finding(11, 11 + len(address), Kind.EMAIL)] == screen(text)


@pytest.mark.parametrize("text", ["@anna", "anna@", "a@b", "tagg@ vägg", "5 @ 20 kr"])
def test_a_sign_alone_is_no_mail_address(text: str) -> None:
    """Only what one could write to."""
    assert [] == kinds(text)


def test_findings_come_in_the_order_of_the_text() -> None:
    """The coordinator reads from left to right."""
    text = "anna@exempel.se, 070-123 45 67, 811228-9874"

    assert [Kind.EMAIL, Kind.PHONE, Kind.PERSONNUMMER] == kinds(text)


@given(st.text(max_size=400))
def test_screening_never_fails(text: str) -> None:
    """Whatever is typed, findings lie within it."""
    for found in screen(text):
        assert 0 <= found.start < found.end <= len(text)


@pytest.mark.parametrize(
    "text", ["1" * 2000, "a@" * 1000, "a" * 1999 + "@", "a." * 1000, "1 " * 1000, "070-1234567 " * 160, "(" * 2000]
)
def test_no_text_takes_long(text: str) -> None:
    """Nobody can keep the service busy with a note."""
    began = time.process_time()
    screen(text)

    assert time.process_time() - began < 1

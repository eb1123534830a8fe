"""What in a text counts as personal, and what does not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from observations.privacy import Finding, Kind, refusals, screen, without
from observations.privacy.plain import plain
from observations.privacy.screening import settled

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
    assert Kind.EMAIL not in kinds(text)


def test_findings_come_in_the_order_of_the_text() -> None:
    """The coordinator reads from left to right."""
    text = "anna@exempel.se, 070-123 45 67, 811228-9874"

    assert [Kind.EMAIL, Kind.PHONE, Kind.PERSONNUMMER] == kinds(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Skriv till anna.berg@example.se.", [("anna.berg@example.se", Kind.EMAIL)]),
        ("Följ @anna.berg", [("@anna.berg", Kind.HANDLE)]),
        ("Följ @anna@example.se", [("@anna@example.se", Kind.HANDLE)]),
        ("Taggat av @Anna Berg", [("@Anna Berg", Kind.NAME)]),
        ("Skåpbil ALF 123", [("ALF 123", Kind.PLATE)]),
        ("Ring 811228-9874 Anna", [("811228-9874", Kind.PERSONNUMMER), ("Anna", Kind.NAME)]),
        ("0708129874 och 070-812 98 74", [("0708129874", Kind.PHONE), ("070-812 98 74", Kind.PHONE)]),
    ],
)
def test_what_is_two_things_is_told_once(text: str, found: list[tuple[str, Kind]]) -> None:
    """The name before the @ of a mail address is no second question; nor does anything personal stay unmarked."""
    assert found == [(text[one.start : one.end], one.kind) for one in screen(text)]


FINDINGS = st.builds(
    lambda start, length, kind: Finding(start, start + length, kind, kind is Kind.PERSONNUMMER),
    st.integers(0, 40),
    st.integers(1, 12),
    st.sampled_from(Kind),
)


@given(st.lists(FINDINGS, max_size=12))
def test_no_finding_is_lost_among_others(found: list[Finding]) -> None:
    """Each character that any recognizer pointed at is still pointed at, unless a refused finding overlaps it there."""
    kept = settled(found)

    assert {place for one in found if one.refused for place in _places(one)} == {
        place for one in kept if one.refused for place in _places(one)
    }
    for one in found:
        hidden = any(_places(one) & _places(other) for other in kept if other.refused)
        assert hidden or any(_places(one) <= _places(other) for other in kept)


def test_the_longer_one_names_what_overlaps_whatever_their_order() -> None:
    """The same text is called the same, however the recognizers are called."""
    long, short = Finding(0, 9, Kind.NAME), Finding(3, 8, Kind.EMAIL)

    assert [long] == settled([long, short]) == settled([short, long])
    assert [Finding(0, 9, Kind.EMAIL)] == settled([long, Finding(0, 9, Kind.EMAIL)])


def test_striking_leaves_a_trace() -> None:
    """Who reads the note later sees that something stood there, and nothing of what it was."""
    text = "Ring Anna Lindqvist nu"
    (found,) = screen(text)

    assert "Ring […] nu" == without(text, found)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "Ring \uff10\uff17\uff10\uff0d\uff11\uff17\uff14 06 05 nu",
            "\uff10\uff17\uff10\uff0d\uff11\uff17\uff14 06 05",
        ),
        ("Bil M\u200bLB\u00ad 084.", "M\u200bLB\u00ad 084"),
        ("Bil \uff2d\uff2c\uff22 \u0660\u0668\u0664", "\uff2d\uff2c\uff22 \u0660\u0668\u0664"),
        ("Vi såg Bjo\u0308rn.", "Bjo\u0308rn"),
        ("Vi såg A\u200dnna", "A\u200dnna"),
        ("Vi såg \U0001d400\U0001d427\U0001d427\U0001d41a", "\U0001d400\U0001d427\U0001d427\U0001d41a"),
        ("Mejla anna\uff20example.se", "anna\uff20example.se"),
        ("Följ \ufe6bsprejkung", "\ufe6bsprejkung"),
        ("lgh\u2007\uff11\uff12\uff10\uff13", "lgh\u2007\uff11\uff12\uff10\uff13"),
    ],
)
def test_what_reads_the_same_is_the_same(text: str, shown: str) -> None:
    """Full-width and ornamental signs, accents by themselves and invisible ones hide nothing from any recognizer."""
    assert [shown] == [text[found.start : found.end] for found in screen(text)]


@given(st.text(st.characters()))
def test_the_way_back_from_the_plain_text_is_known(text: str) -> None:
    """Each plain sign stands for a stretch of the original, in order, and none for more than one."""
    reads = plain(text)

    assert len(reads.text) == len(reads.starts) == len(reads.ends)
    edges = [place for pair in zip(reads.starts, reads.ends, strict=True) for place in pair]
    assert sorted(edges) == edges
    assert all(0 <= place <= len(text) for place in edges)


def test_a_note_is_screened_in_under_a_millisecond() -> None:
    """It is done while somebody types, and for every text of the service in `check`."""
    note = (
        "Stor tagg i svart sprej på gaveln mot lekplatsen, ca 2 x 3 m. Fönstret i tvättstugan är krossat och dörren "
        "går inte att låsa. Ring Anna Lindqvist på 070-174 06 05, hon har nyckel till lgh 1203."
    )[:200]
    microseconds = min(_seconds(note) for _ in range(20)) * 1e6

    print(f"\n{microseconds:.0f} µs for {len(note)} characters")
    assert microseconds < 1000


def _seconds(note: str) -> float:
    began = time.process_time()
    for _ in range(10):
        screen(note)
    return (time.process_time() - began) / 10


def _places(finding: Finding) -> set[int]:
    return set(range(finding.start, finding.end))

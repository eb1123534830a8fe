"""The limits of a report, each with the value just inside and the value just outside."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observations import limits
from observations.clock import STOCKHOLM
from observations.intake.draft import Draft
from observations.intake.refused import Refusal, ReportRefused, Why
from observations.intake.validation import validated
from observations.intake.words import SENTENCES
from tests.intake.drafts import HERE, NOW, a_draft
from uploads import Reason

NAN = float("nan")
SECOND = timedelta(seconds=1)


def faults(draft: Draft) -> dict[str, Why]:
    """Why the draft is refused, field by field; empty when it is not."""
    try:
        validated(draft, now=NOW)
    except ReportRefused as refused:
        return refused.fields
    return {}


@pytest.mark.parametrize(
    ("observed_at", "why"),
    [
        (NOW, None),
        (None, None),
        (NOW + limits.AHEAD, None),
        (NOW + limits.AHEAD + SECOND, Refusal.TIME_AHEAD),
        (NOW - limits.OLDEST, None),
        (NOW - limits.OLDEST - SECOND, Refusal.TIME_TOO_EARLY),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), Refusal.TIME_TOO_EARLY),
        (datetime(1, 1, 1, tzinfo=STOCKHOLM), Refusal.TIME_TOO_EARLY),
        (datetime(9999, 12, 31, 23, 59, tzinfo=timezone(-timedelta(hours=14))), Refusal.TIME_AHEAD),
        (datetime(2026, 9, 15), Refusal.TIME_INVALID),  # noqa: DTZ001  # that it has no zone is the point
    ],
)
def test_a_time_is_within_five_years_and_ten_minutes(observed_at: datetime | None, why: Refusal | None) -> None:
    """Old enough for a forgotten report, ahead by no more than a phone's clock is wrong."""
    assert ({"observed_at": why} if why else {}) == faults(a_draft(observed_at=observed_at))


@pytest.mark.parametrize(
    ("number", "why"),
    [(0, Refusal.ID_INVALID), (1, None), (2**128 - 2, None), (2**128 - 1, Refusal.ID_INVALID)],
)
def test_the_ids_that_nobody_has_made_are_refused(number: int, why: Refusal | None) -> None:
    """Nil and max are what a program sends that forgot to make one: the second such report would be a conflict."""
    assert ({"id": why} if why else {}) == faults(a_draft(id=uuid.UUID(int=number)))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"latitude": 90.1}, "latitude"),
        ({"latitude": -90.1}, "latitude"),
        ({"latitude": NAN}, "latitude"),
        ({"longitude": 180.1}, "longitude"),
        ({"longitude": float("inf")}, "longitude"),
        ({"latitude": 0.0, "longitude": 0.0}, "latitude"),
        ({"accuracy_m": -1.0}, "accuracy_m"),
        ({"accuracy_m": NAN}, "accuracy_m"),
        ({"accuracy_m": float("inf")}, "accuracy_m"),
    ],
)
def test_a_point_is_a_place_on_earth(changed: dict[str, float], field: str) -> None:
    """Nothing that is not a number, nothing beyond the poles, and not the zeros of a phone without a fix."""
    assert {field} == set(faults(a_draft(point=replace(HERE, **changed))))  # type: ignore[arg-type]  # floats all


@pytest.mark.parametrize("changed", [{"latitude": 90.0}, {"longitude": -180.0}, {"accuracy_m": 0.0}])
def test_the_edges_of_the_earth_are_on_it(changed: dict[str, float]) -> None:
    """The control: a limit itself is allowed."""
    assert {} == faults(a_draft(point=replace(HERE, **changed)))  # type: ignore[arg-type]  # floats all


@pytest.mark.parametrize(("field", "most"), [("note", 2000), ("address", 120)])
def test_texts_have_a_longest_length(field: str, most: int) -> None:
    """Counted in signs, whatever they are."""
    assert {} == faults(a_draft(**{field: "Å" * most}))
    assert {field: Refusal.TEXT_TOO_LONG} == faults(a_draft(**{field: "Å" * (most + 1)}))


@pytest.mark.parametrize("sign", ["\0", "\x07", "\x1b", "\x7f", "\x85", chr(0xD800), "\ufffd"])
def test_signs_that_are_no_text_are_refused(sign: str) -> None:
    """NUL, bells, escapes, halves of pairs and what a decoder could not read."""
    assert {"note": Refusal.TEXT_INVALID, "address": Refusal.TEXT_INVALID} == faults(
        a_draft(note=f"Tagg{sign}", address=f"Ring{sign}vägen")
    )


def test_a_personnummer_is_refused_in_either_text() -> None:
    """With the reason, so that it can be taken out."""
    assert {"note": Refusal.PERSONNUMMER} == faults(a_draft(note="Hittade kort 811228-9874"))
    assert {"address": Refusal.PERSONNUMMER} == faults(a_draft(address="811228-9874"))


def test_five_photos_are_enough() -> None:
    """The sixth is refused before any is decoded."""
    assert {} == faults(a_draft(photos=(b"x",) * 5))
    assert {"photos": Refusal.TOO_MANY_PHOTOS} == faults(a_draft(photos=(b"x",) * 6))


def test_all_faults_are_told_at_once() -> None:
    """Nobody wants to mend a form one sentence at a time."""
    assert {"note", "address", "observed_at"} == set(
        faults(a_draft(note="\0", address="x" * 200, observed_at=NOW + timedelta(days=1)))
    )


def test_texts_are_kept_tidy() -> None:
    """One kind of line end and of å, no blanks around; an address on one line."""
    kept = validated(a_draft(note=" Rad ett\r\nrad tva\u030a\r ", address=" Ring\u00a0vägen\t 12\n"), now=NOW)

    assert ("Rad ett\nrad två", "Ring vägen 12") == (kept.note, kept.address)


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn"), exclude_characters="\ufffd"), max_size=100))
def test_ordinary_text_is_taken(text: str) -> None:
    """Any letter of any language, emoji too, as long as it is no personnummer."""
    assert set(faults(a_draft(note=text)).values()) <= {Refusal.PERSONNUMMER}


@given(st.datetimes(timezones=st.sampled_from([UTC, STOCKHOLM])))
def test_any_moment_is_judged(observed_at: datetime) -> None:
    """From year 1 to year 9999, taken or refused, never an error."""
    assert set(faults(a_draft(observed_at=observed_at))) <= {"observed_at"}


def test_every_reason_has_its_sentence() -> None:
    """Nobody is refused without a word."""
    assert {*Refusal, *Reason} == set(SENTENCES)

"""The choice that map, list and API share: from an address, to an address, and what is refused."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from observations.explore.filters import EARLIEST, LATEST, Filter
from observations.explore.squares import BBox
from observations.record.categories import Category
from observations.record.workflow import Review
from observations.web import BadInput

TODAY = date(2026, 11, 5)
RECENT = Filter.recent(TODAY)
EVERYTHING = Filter()

BARE = Flask(__name__)
"""Looks up sentences and does nothing else."""
Babel(BARE)

days = st.dates(EARLIEST, LATEST - timedelta(days=2))
boxes = st.builds(
    lambda west, south, width, height: BBox(west, south, west + width, south + height),
    st.floats(-179, 170),
    st.floats(-85, 80),
    st.floats(0.001, 5),
    st.floats(0.001, 5),
)


@st.composite
def filters(draw: st.DrawFn) -> Filter:
    """Any choice that can be made."""
    first = draw(st.none() | days)
    length = draw(st.integers(1, 400))
    to = draw(st.none() | st.just(min((first or TODAY) + timedelta(days=length), LATEST - timedelta(days=1))))
    chosen = draw(st.sets(st.sampled_from(Category)))
    return Filter(
        from_=first,
        to=to,
        categories=tuple(category for category in Category if category in chosen),
        area=draw(
            st.none() | st.integers(1, 999_999_999) | st.sampled_from(["Kvarnbacken", "Södra Åsen & Co", "7:an"])
        ),
        review=draw(st.none() | st.sampled_from(Review)),
        bbox=draw(st.none() | boxes),
    )


@given(filters())
def test_a_choice_survives_its_address(chosen: Filter) -> None:
    """A link that somebody sends shows the receiver the same thing, whatever the page begins with."""
    address = MultiDict(chosen.query())

    assert chosen == Filter.parse(address, RECENT if chosen.bbox is None else EVERYTHING)


def test_an_empty_address_is_what_the_page_begins_with() -> None:
    """Eight whole weeks up to today, accepted ones."""
    chosen = Filter.parse(MultiDict(), RECENT)

    assert RECENT == chosen
    assert (date(2026, 9, 11), TODAY, 56) == (chosen.from_, chosen.last, (TODAY - date(2026, 9, 11)).days + 1)


def test_a_cleared_field_takes_the_limit_away() -> None:
    """Who empties a date in the form means "from the beginning", not "the last 56 days"."""
    chosen = Filter.parse(MultiDict({"from": "", "through": "", "review": ""}), RECENT)

    assert (None, None, None) == (chosen.from_, chosen.to, chosen.review)


def test_the_form_counts_the_last_day_in() -> None:
    """Till och med 5 november ends before the sixth."""
    assert date(2026, 11, 6) == Filter.parse(MultiDict({"through": "2026-11-05"}), RECENT).to


def test_categories_may_be_repeated_or_listed() -> None:
    """As a form sends them and as people write them."""
    repeated = Filter.parse(MultiDict([("category", "SKR"), ("category", "KLO")]), EVERYTHING)

    assert (Category.KLO, Category.SKR) == repeated.categories
    assert repeated == Filter.parse(MultiDict({"category": "KLO,SKR"}), EVERYTHING)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("from", "2026-13-01"),
        ("from", "20260901"),
        ("from", "2026-W37-1"),
        ("from", "0001-01-01"),
        ("to", "2100-01-01"),
        ("through", "i går"),
        ("category", "XXX"),
        ("category", "klo"),
        ("area", "x" * 81),
        ("area", "a\0b"),
        ("review", "duplicate"),
        ("bbox", "1,2,3"),
        ("bbox", "18,59,17,60"),
        ("bbox", "nan,59,18,60"),
        ("bbox", "-inf,59,18,60"),
        ("bbox", "17,59,18,91"),
        ("bbox", "17,59,18,60,61"),
    ],
)
def test_what_cannot_be_understood_is_said(app: Flask, name: str, value: str) -> None:
    """A sentence and the field's name, rather than a list that silently shows something else."""
    with app.test_request_context(), pytest.raises(BadInput) as refused:
        Filter.parse(MultiDict({name: value}), EVERYTHING)

    assert name in refused.value.fields
    assert refused.value.message


def test_a_period_that_ends_before_it_begins_is_said(app: Flask) -> None:
    """Two dates in the wrong order are a slip, not an empty list."""
    with app.test_request_context(), pytest.raises(BadInput):
        Filter.parse(MultiDict({"from": "2026-09-10", "to": "2026-09-10"}), EVERYTHING)


@given(st.dictionaries(st.sampled_from(["from", "to", "through", "category", "area", "review", "bbox"]), st.text()))
def test_any_text_is_a_choice_or_a_sentence(values: dict[str, str]) -> None:
    """No address whatever makes the service stumble."""
    with BARE.test_request_context(), suppress(BadInput):
        Filter.parse(MultiDict(values), EVERYTHING)

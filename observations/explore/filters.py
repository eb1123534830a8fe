"""What one looks at: a choice of days, place, categories and review that the map, the list and the API share."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Protocol, Self, TypeVar

import sqlalchemy as sa
from flask_babel import gettext

from observations.clock import start_of
from observations.explore.squares import SPOT, SPOT_DEPTH, BBox, window
from observations.places.tables import Area
from observations.record.categories import Category
from observations.record.tables import Observation
from observations.record.workflow import Review
from observations.web import BadInput

DAYS_SHOWN = 56
"""Eight whole weeks: about the time between two meetings, and every weekday counted equally often."""
FEW_SPOTS = 6
"""Squares of 315 m: a box that touches no more is looked up by place, since few rows lie in it."""
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
AREA_NAME_MAX = 80

Member = TypeVar("Member", bound=StrEnum)


class Arguments(Protocol):
    """The part of werkzeug's MultiDict that is read here."""

    def getlist(self, key: str, /) -> list[str]:
        """Every value under the name."""
        ...


@dataclass(frozen=True)
class Filter:
    """A choice; None and the empty tuple mean that nothing is left out on that account.

    In an address a name that is missing takes the default that the page or the API has, and a name without a
    value takes the limit away: so a cleared field in a form means what it looks like.
    """

    from_: date | None = None
    """First local date."""
    to: date | None = None
    """The local date after the last one."""
    categories: tuple[Category, ...] = ()
    area: int | str | None = None
    """Number or name of an area."""
    review: Review | None = None
    bbox: BBox | None = None

    @classmethod
    def recent(cls, today: date) -> Self:
        """What the pages begin with: accepted observations of the last 56 days, today included."""
        to = today + timedelta(days=1)
        return cls(from_=to - timedelta(days=DAYS_SHOWN), to=to, review=Review.ACCEPTED)

    @classmethod
    def parse(cls, arguments: Arguments, default: Self) -> Self:
        """The choice that an address makes. `through` is an inclusive end, for forms, used when `to` is missing.

        Raises BadInput, with a sentence on the first value that cannot be understood.
        """
        given = {name: read(values) for name, read in READERS.items() if (values := arguments.getlist(name))}
        last = given.pop("through", None)
        if "to" not in given and arguments.getlist("through"):
            given["to"] = last and last + timedelta(days=1)
        chosen = replace(default, **{FIELDS.get(name, name): value for name, value in given.items()})
        if chosen.from_ and chosen.to and chosen.from_ >= chosen.to:
            raise _wrong("to", gettext("The period ends before it begins."))
        return chosen

    @property
    def last(self) -> date | None:
        """The last local date, for people, who count it in."""
        return self.to - timedelta(days=1) if self.to else None

    def query(self, **changed: Any) -> dict[str, Any]:
        """The choice as the names and values of an address, for url_for; `changed` replaces fields."""
        chosen = replace(self, **changed)
        values: dict[str, Any] = {
            "from": str(chosen.from_ or ""),
            "to": str(chosen.to or ""),
            "category": ",".join(chosen.categories),
            "area": "" if chosen.area is None else str(chosen.area),
            "review": chosen.review.value if chosen.review else "",
        }
        return values | ({"bbox": str(chosen.bbox)} if chosen.bbox else {})

    def area_id(self) -> Any:
        """Its number, or how the database finds it; None where no area is chosen."""
        if self.area is None or isinstance(self.area, int):
            return self.area
        return sa.select(Area.id).where(Area.name == self.area).scalar_subquery()

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """The choice as conditions on Observation; `bbox` leaves out what has no point.

        Area, and review where most rows are, stand in expressions on purpose: SQLite knows no statistics and would
        otherwise take the index of the one equality, with most rows behind it, rather than walk the list's own index,
        which covers them all. A small box is looked up by place.
        """
        found: list[sa.ColumnElement[bool]] = []
        if self.from_:
            found.append(Observation.observed_at >= start_of(self.from_))
        if self.to:
            found.append(Observation.observed_at < start_of(self.to))
        if self.categories:
            found.append(Observation.category.in_(self.categories))
        if (area_id := self.area_id()) is not None:
            found.append(Observation.area_id + 0 == area_id)
        if self.review is Review.ACCEPTED:
            found.append(sa.cast(Observation.review, sa.String) == self.review.value)
        elif self.review:
            found.append(Observation.review == self.review)
        if self.bbox:
            if (spots := window(self.bbox, SPOT_DEPTH)).size <= FEW_SPOTS:
                found.append(SPOT.in_(spots.squares()))
            found.append(Observation.longitude.between(self.bbox.west, self.bbox.east))
            found.append(Observation.latitude.between(self.bbox.south, self.bbox.north))
        return found


def _wrong(name: str, sentence: str) -> BadInput:
    return BadInput(gettext("That choice cannot be shown."), fields={name: sentence})


def _date(name: str, values: Sequence[str]) -> date | None:
    text = values[0].strip()
    if not text:
        return None
    try:
        value = date.fromisoformat(text) if ISO_DATE.fullmatch(text) else None
    except ValueError:
        value = None
    if value is None or not EARLIEST <= value < LATEST:
        raise _wrong(name, gettext("Write the date as 2026-09-10, a day between 2000 and 2099."))
    return value


def _members(name: str, kind: type[Member], texts: Sequence[str]) -> tuple[Member, ...]:
    known = {member.value for member in kind}
    unknown = [text for text in texts if text not in known]
    if unknown:
        raise _wrong(
            name,
            gettext(
                "%(name)s can be %(choices)s, not %(given)s.",
                name=name,
                choices=", ".join(member.value for member in kind),
                given=unknown[0][:40],
            ),
        )
    return tuple(member for member in kind if member.value in texts)


def _categories(values: Sequence[str]) -> tuple[Category, ...]:
    """Repeated, or with commas between, in the order in which people meet them."""
    texts = [part.strip() for value in values for part in value.split(",")]
    return _members("category", Category, [text for text in texts if text])


def _review(values: Sequence[str]) -> Review | None:
    text = values[0].strip()
    return _members("review", Review, [text])[0] if text else None


def _area(values: Sequence[str]) -> int | str | None:
    text = values[0].strip()
    if len(text) > AREA_NAME_MAX or "\0" in text:
        raise _wrong("area", gettext("There is no such area."))
    is_number = text.isascii() and text.isdigit() and len(text) < 10
    return int(text) if is_number else text or None


def _bbox(values: Sequence[str]) -> BBox | None:
    if not values[0].strip():
        return None
    try:
        west, south, east, north = (float(part) for part in values[0].split(","))
    except ValueError:
        west = south = east = north = math.nan
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise _wrong("bbox", gettext("bbox is west, south, east and north in degrees, with commas between."))
    return BBox(west, south, east, north)


FIELDS = {"from": "from_", "category": "categories"}
"""Names in an address that differ from the field's."""

READERS: Mapping[str, Any] = {
    "from": lambda values: _date("from", values),
    "to": lambda values: _date("to", values),
    "through": lambda values: _date("through", values),
    "category": _categories,
    "area": _area,
    "review": _review,
    "bbox": _bbox,
}

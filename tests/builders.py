"""Builds rows for tests: name only what the test is about, the rest is ordinary."""

import uuid
from datetime import UTC, datetime
from itertools import count
from typing import Any

from shapely import box
from sqlalchemy.orm import Session

from observations.clock import local_date
from observations.places.cells import cell
from observations.places.tables import Address, Area
from observations.record.categories import Category
from observations.record.tables import Observation, Photo, PositionSource, TimeSource
from observations.record.workflow import Review

NOON = datetime(2026, 9, 15, 10, 0, tzinfo=UTC)
"""A Tuesday at noon in Sweden, in summer time."""


_refs = count(1)


def an_observation(session: Session, **named: Any) -> Observation:
    """An accepted graffiti report with a place, flushed; `named` replaces any column."""
    observed_at = named.get("observed_at", NOON)
    latitude, longitude = named.get("latitude", 59.3371), named.get("longitude", 18.0835)
    values: dict[str, Any] = {
        "id": uuid.uuid4(),
        "category": Category.KLO,
        "observed_at": observed_at,
        "observed_on": local_date(observed_at),
        "observed_source": TimeSource.TYPED,
        "received_at": observed_at,
        "latitude": latitude,
        "longitude": longitude,
        "position_source": PositionSource.DEVICE,
        "cell": None if latitude is None else cell(latitude, longitude),
        "address": "Ringvägen 12",
        "review": Review.ACCEPTED,
    }
    observation = Observation(**(values | named))
    session.add(observation)
    session.flush()
    return observation


def a_photo(session: Session, observation: Observation, **named: Any) -> Photo:
    """A photo's row, flushed; without a file in any store."""
    values: dict[str, Any] = {
        "observation": observation,
        "position": len(observation.photos),
        "name": uuid.uuid4().hex,
        "sha256": "0" * 64,
        "dhash": 0,
        "width_px": 1600,
        "height_px": 1200,
        "size_bytes": 250_000,
    }
    photo = Photo(**(values | named))
    session.add(photo)
    session.flush()
    return photo


def an_area(session: Session, name: str = "Kvarnbacken", **named: Any) -> Area:
    """A square area around the ordinary observation, flushed; give `bounds=(west, south, east, north)` for another."""
    west, south, east, north = named.pop("bounds", (18.07, 59.33, 18.10, 59.35))
    values: dict[str, Any] = {
        "name": name,
        "position": 1,
        "outline": box(west, south, east, north).wkb,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
    }
    area = Area(**(values | named))
    session.add(area)
    session.flush()
    return area


def an_address(session: Session, street: str = "Ringvägen", number: str = "12", **named: Any) -> Address:
    """An entrance in the register, flushed."""
    values: dict[str, Any] = {
        "street": street,
        "number": number,
        "search": f"{street} {number}".casefold(),
        "latitude": 59.3371,
        "longitude": 18.0835,
        "source": "osm",
        "source_ref": f"n{next(_refs)}",
    }
    address = Address(**(values | named))
    session.add(address)
    session.flush()
    return address

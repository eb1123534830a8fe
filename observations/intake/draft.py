"""What goes into the gate and what comes out of it."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from observations.record.categories import Category
from observations.record.tables import PositionSource, TimeSource
from observations.record.workflow import Review


@dataclass(frozen=True)
class Point:
    """A place in WGS 84 degrees, how it is known, and how far off it may be."""

    latitude: float
    longitude: float
    source: PositionSource
    accuracy_m: float | None = None


@dataclass(frozen=True)
class Draft:
    """A report as a channel understood it; nothing of it has been checked yet."""

    id: uuid.UUID
    """Made by the client before it first tries to send, so that sending again is harmless."""
    category: Category
    observed_at: datetime | None
    """Aware. None is the moment at which the report is received."""
    time_source: TimeSource
    point: Point | None = None
    address: str = ""
    note: str = ""
    urgent: bool = False
    photos: tuple[bytes, ...] = field(default=(), repr=False)
    """The files as sent. They exist in memory only, and only until the gate has cleaned them."""


@dataclass(frozen=True)
class AfterDraft:
    """An after-photo as it was sent; nothing of it has been checked yet."""

    id: uuid.UUID
    """Made by the client before it first tries to send."""
    observation_id: uuid.UUID
    taken_at: datetime | None
    """Aware. None is the moment at which it is received."""
    photo: bytes = field(repr=False)


@dataclass(frozen=True)
class ReceiptPhoto:
    """A kept photo: its address and its size in pixels."""

    id: uuid.UUID
    width_px: int
    height_px: int


@dataclass(frozen=True)
class Receipt:
    """The promise that a report is kept. `created` is False when it was kept already."""

    id: uuid.UUID
    number: int
    review: Review
    photos: tuple[ReceiptPhoto, ...]
    created: bool


@dataclass(frozen=True)
class AfterReceipt:
    """The promise that an after-photo is kept. `number` is the observation's."""

    id: uuid.UUID
    number: int
    photo: ReceiptPhoto
    created: bool

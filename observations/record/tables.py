"""The tables that features meet in: observations, their photos, the keys of reports, meetings."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from observations.database import Base, BigKey, UtcDateTime, text_enum
from observations.places.tables import Area
from observations.record.attributes import Cleaning, Feeling, Size, Surface
from observations.record.categories import Category
from observations.record.workflow import Rejection, Remediation, Review


class PositionSource(StrEnum):
    """Where the point came from; says how far it can be trusted."""

    DEVICE = "device"
    ADDRESS = "address"
    PHOTO = "photo"
    MAP = "map"
    API = "api"


class TimeSource(StrEnum):
    """Where the time came from."""

    TYPED = "typed"
    PHOTO = "photo"
    SENT = "sent"
    API = "api"


class PhotoKind(StrEnum):
    """What a photo shows: the trace as it was found, or the place once it is cleaned or repaired."""

    BEFORE = "before"
    AFTER = "after"


COVERED = ("review", "category", "area_id", "observed_on", "cell", "latitude", "longitude")
"""What the list is filtered by and the map is made of: with these in its index neither reads a row too many."""


SPOT = "(cell >> 28)"
"""The square of 315 m around a point, at 59° N: what is asked about one place is found by it (places.cells)."""


COUNTED: dict[str, Any] = {"active_history": True}
"""A column that decides where an observation is counted (record.counting): what it was is always known."""


STILL_TO_DO = {
    "unscreened": sa.text("screened_at IS NULL"),
    "suggested": sa.text("suggestions IS NOT NULL"),
    "to_burn": sa.text("to_burn IS NOT NULL"),
}
"""Few photos of many: each kind has an index of just those."""


class Observation(Base):
    """What was seen, where and when. Nothing in this row leads to the one who reported it.

    `number` is the key inside and the receipt outside; `id` was made by the client and is the address of the
    observation in the API.
    """

    __tablename__ = "observation"
    __table_args__ = (
        sa.Index("ix_observation_queue", "review", "urgent", "number"),
        sa.Index("ix_observation_list", "observed_at", "number", *COVERED),
        sa.Index("ix_observation_review", "review", "observed_at", "number"),
        sa.Index("ix_observation_cell", "cell"),
        sa.Index("ix_observation_spot", sa.text(SPOT), "observed_at", "number", *COVERED),
        sa.Index("ix_observation_reviewed_at", "reviewed_at"),
        {"sqlite_autoincrement": True},  # a receipt number is never given twice
    )

    number: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=True)
    id: Mapped[uuid.UUID] = mapped_column(unique=True)
    category: Mapped[Category] = mapped_column(text_enum(Category), **COUNTED)
    observed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    observed_on: Mapped[date] = mapped_column(**COUNTED)
    """The local date of `observed_at`: with area and category it names the occasion."""
    observed_source: Mapped[TimeSource] = mapped_column(text_enum(TimeSource))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    latitude: Mapped[float | None] = mapped_column(**COUNTED)
    longitude: Mapped[float | None] = mapped_column(**COUNTED)
    accuracy_m: Mapped[float | None]
    position_source: Mapped[PositionSource | None] = mapped_column(text_enum(PositionSource))
    cell: Mapped[int | None] = mapped_column(sa.BigInteger, **COUNTED)
    """The point as one z-order number (places.cells): neighbours on the map are neighbours in the index."""
    address: Mapped[str] = mapped_column(sa.String(120), default="")
    """As people say it: "Ringvägen 12", or "Lindparken"."""
    area_id: Mapped[int | None] = mapped_column(sa.ForeignKey("area.id", ondelete="SET NULL"), index=True, **COUNTED)
    note: Mapped[str] = mapped_column(sa.String(2000), default="")
    urgent: Mapped[bool] = mapped_column(default=False)
    surface: Mapped[Surface | None] = mapped_column(text_enum(Surface))
    size: Mapped[Size | None] = mapped_column(text_enum(Size))
    cleaning: Mapped[Cleaning | None] = mapped_column(text_enum(Cleaning))
    """What the reporter thinks; how far cleaning has come is `remediation`."""
    new_to_me: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """The reporter has not seen such a thing here before."""
    review: Mapped[Review] = mapped_column(text_enum(Review), default=Review.RECEIVED, **COUNTED)
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rejection: Mapped[Rejection | None] = mapped_column(text_enum(Rejection))
    remediation: Mapped[Remediation] = mapped_column(text_enum(Remediation), default=Remediation.NOT_APPLICABLE)
    version: Mapped[int] = mapped_column(default=1)
    """Counts changes: SQLAlchemy refuses to overwrite somebody else's."""

    area: Mapped[Area | None] = relationship()
    photos: Mapped[list["Photo"]] = relationship(
        back_populates="observation", order_by="Photo.position", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads a plain dict here

    @property
    def subject(self) -> str:
        """How the journal calls this observation."""
        return f"observation:{self.id}"

    @property
    def before_photos(self) -> list["Photo"]:
        """Those that the report came with."""
        return [photo for photo in self.photos if photo.kind is PhotoKind.BEFORE]

    @property
    def after_photos(self) -> list["Photo"]:
        """Those that were taken once it was cleaned up, in the order in which they came."""
        return [photo for photo in self.photos if photo.kind is PhotoKind.AFTER]


class Photo(Base):
    """Pixels only. The camera's name for the file is not kept; `name` is random and is where the store has it."""

    __tablename__ = "photo"
    __table_args__ = tuple(
        sa.Index(f"ix_photo_{name}", "id", sqlite_where=rows, postgresql_where=rows)
        for name, rows in STILL_TO_DO.items()
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    observation_number: Mapped[int] = mapped_column(sa.ForeignKey("observation.number", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    """Among all photos of the observation: those of the report come first, since none of them comes later."""
    kind: Mapped[PhotoKind] = mapped_column(
        text_enum(PhotoKind), default=PhotoKind.BEFORE, server_default=PhotoKind.BEFORE.value
    )
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Of an after-photo. When the report's own were taken is what the report says: `observed_at`."""
    name: Mapped[str] = mapped_column(sa.String(64), unique=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    dhash: Mapped[int] = mapped_column(sa.BigInteger)
    """Likeness of the picture as a whole: the same one sent twice."""
    width_px: Mapped[int]
    height_px: Mapped[int]
    size_bytes: Mapped[int]
    screened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was looked through for faces; None as long as nothing has looked."""
    suggestions: Mapped[list[dict[str, Any]] | None] = mapped_column(sa.JSON(none_as_null=True))
    """Boxes that nobody has answered yet, as `record.redaction` writes them; None when there are none."""
    to_burn: Mapped[list[list[float]] | None] = mapped_column(sa.JSON(none_as_null=True))
    """Boxes that are ordered and not burned in yet. As long as there are any, nobody is shown the picture."""
    ordered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when there are any."""

    observation: Mapped[Observation] = relationship(back_populates="photos")

    @property
    def is_looked_over(self) -> bool:
        """Something has looked through it, and nothing is open: no box is suggested, none waits to be burned in."""
        return self.screened_at is not None and not self.suggestions and not self.to_burn


class Condemned(Base):
    """A photo's file that must be destroyed. Written with the change that took its row away, gone with the file."""

    __tablename__ = "condemned"

    name: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Submission(Base):
    """The key under which a report was sent: what makes sending it again harmless.

    The digest and the device are cut when the link to the reporter is cut; the id stays, so that a late
    repetition is still known.
    """

    __tablename__ = "submission"
    __table_args__ = (sa.Index("ix_submission_device_id_received_at", "device_id", "received_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    digest: Mapped[str | None] = mapped_column(sa.String(64))
    """HMAC-SHA-256, with the instance's secret, over the fields and the photos' bytes as sent."""
    device_id: Mapped[uuid.UUID | None]
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    number: Mapped[int] = mapped_column(sa.BigInteger)
    """The observation that it became."""


class Followup(Base):
    """The key under which an after-photo was sent, with what its sender was told: sending it again is harmless.

    Digest and device are cut when the link to the reporter is cut, as with a Submission; the rest stays.
    """

    __tablename__ = "followup"
    __table_args__ = (sa.Index("ix_followup_device_id_received_at", "device_id", "received_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    digest: Mapped[str | None] = mapped_column(sa.String(64))
    """HMAC-SHA-256, with the instance's secret, over the fields and the photo's bytes as sent."""
    device_id: Mapped[uuid.UUID | None]
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    number: Mapped[int] = mapped_column(sa.BigInteger)
    """The observation that it belongs to."""
    photo_id: Mapped[uuid.UUID]
    width_px: Mapped[int]
    height_px: Mapped[int]


class Sighting(Base):
    """Somebody stood before what an observation tells of, and it was still there.

    `id` was made by the phone, so that sending again is harmless. The device is cut when the link to the reporter is.
    """

    __tablename__ = "sighting"
    __table_args__ = (sa.Index("ix_sighting_device_id_seen_at", "device_id", "seen_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    observation_number: Mapped[int] = mapped_column(sa.ForeignKey("observation.number", ondelete="CASCADE"), index=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    device_id: Mapped[uuid.UUID | None]


class Round(Base):
    """A planned walk through an area: the effort without which more reports cannot be told from more damage.

    `id` was made by the phone. The device is cut when the link to the reporter is; who walked stands nowhere else.
    """

    __tablename__ = "round"
    __table_args__ = (sa.Index("ix_round_device_id_started_at", "device_id", "started_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    area_id: Mapped[int | None] = mapped_column(sa.ForeignKey("area.id", ondelete="SET NULL"), index=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    feeling: Mapped[Feeling | None] = mapped_column(text_enum(Feeling))
    reports: Mapped[int] = mapped_column(default=0)
    """Sent from the same phone meanwhile; counted at its end."""
    device_id: Mapped[uuid.UUID | None]

    area: Mapped[Area | None] = relationship()

    @property
    def subject(self) -> str:
        """How the journal calls this round."""
        return f"round:{self.id}"


class Meeting(Base):
    """A date on which the council meets; two of them bound the period of a briefing."""

    __tablename__ = "meeting"

    id: Mapped[int] = mapped_column(primary_key=True)
    held_on: Mapped[date] = mapped_column(unique=True)

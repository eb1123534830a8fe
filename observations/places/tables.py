"""The tables of places: areas that trends are counted by, and the address register."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from observations.database import Base, BigKey


class Area(Base):
    """A part of the municipality that people know by name; its outline is WGS 84 (EPSG:4326)."""

    __tablename__ = "area"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80), unique=True)
    position: Mapped[int]
    """Where it stands in lists and in the matrix."""
    outline: Mapped[bytes] = mapped_column(sa.LargeBinary)
    """Polygon or MultiPolygon as WKB, longitude first."""
    west: Mapped[float]
    south: Mapped[float]
    east: Mapped[float]
    north: Mapped[float]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    """First and last date in force; an area that is no longer used keeps its history."""


class Address(Base):
    """One address point of a source: street and number, at a point (WGS 84).

    Several points may carry the same address, as an entrance and the shop behind it do; people are shown one of them.
    """

    __tablename__ = "address"
    __table_args__ = (
        sa.UniqueConstraint("source", "source_ref"),
        sa.Index("ix_address_latitude_longitude", "latitude", "longitude"),
        sa.Index("ix_address_street", "street"),
        sa.Index("ix_address_search", "search"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=True)
    street: Mapped[str] = mapped_column(sa.String(80))
    number: Mapped[str] = mapped_column(sa.String(12))
    locality: Mapped[str] = mapped_column(sa.String(60), default="")
    """Post town, where the source has one for this point or for the same address close by; otherwise empty."""
    search: Mapped[str] = mapped_column(sa.String(100).with_variant(sa.String(100, collation="C"), "postgresql"))
    """Lower case, folded (å ä ö stay), for look-ups that forgive. Compared by code points on both databases, so that a
    prefix is a range of the index."""
    latitude: Mapped[float]
    longitude: Mapped[float]
    area_id: Mapped[int | None] = mapped_column(sa.ForeignKey("area.id", ondelete="SET NULL"), index=True)
    source: Mapped[str] = mapped_column(sa.String(20))
    """The file in places/sources/ that it came through; a new import replaces its own rows only."""
    source_ref: Mapped[str] = mapped_column(sa.String(40))
    """What the source calls it, the same from one import to the next."""

    @property
    def label(self) -> str:
        """What people call it: "Ringvägen 12"."""
        return f"{self.street} {self.number}"

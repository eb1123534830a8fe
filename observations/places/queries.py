"""Reading the register: from point to area and address, and back. (Its room is writing this.)"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from observations.places.tables import Address, Area


@dataclass(frozen=True)
class Near:
    """An address and how far it is."""

    address: Address
    distance_m: float


def area_at(session: Session, latitude: float, longitude: float) -> Area | None:
    """The area that the point lies in, or None."""
    raise NotImplementedError

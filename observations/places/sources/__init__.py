"""Where addresses come from: each file here reads one kind of file, and is found by being here.

A source is a module with

- `SUFFIXES`, the endings of the file names that it reads, and
- `read(path, bbox)`, which gives a `Found`.

Its own name is what `Address.source` says, so that a new import replaces the rows of its own kind only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

MAX_LATITUDE = 85.0


class SourceUnreadable(Exception):
    """The file is of no kind that is known, or broken; the text says which and where."""


class Box(NamedTuple):
    """A rectangle in WGS 84 degrees."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether the point lies in it; its edge counts."""
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east

    @property
    def centre(self) -> tuple[float, float]:
        """Latitude and longitude of the middle."""
        return (self.south + self.north) / 2, (self.west + self.east) / 2


@dataclass(frozen=True)
class FoundAddress:
    """One address point of a file."""

    ref: str
    """What the source calls it, at most 40 characters: its own, and the same when next year's file is read."""
    street: str
    number: str
    locality: str
    latitude: float
    longitude: float
    plain: bool = True
    """Whether it is only an address; a restaurant that states where it is counts less than the entrance itself."""


@dataclass(frozen=True)
class Found:
    """What a file holds: its rectangle, the municipality's name ("" where it does not say), its address points."""

    box: Box
    name: str
    addresses: tuple[FoundAddress, ...]

    @property
    def streets(self) -> frozenset[str]:
        """The names of the streets that have an address."""
        return frozenset(address.street for address in self.addresses)


def box_of(text: str) -> Box:
    """A box from "west,south,east,north". Raises ValueError with a sentence when it is none."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise ValueError(f"four numbers are needed, west,south,east,north in degrees, not {text!r}") from error
    box = Box(west, south, east, north)
    if not (-180 <= west < east <= 180 and -MAX_LATITUDE <= south < north <= MAX_LATITUDE):
        raise ValueError(f"west must be less than east and south less than north, in degrees, not {text!r}")
    return box


def source_of(path: Path, sources: list[ModuleType]) -> ModuleType:
    """The source that reads such a file. Raises SourceUnreadable when none does."""
    for source in sources:
        if path.name.endswith(tuple(source.SUFFIXES)):
            return source
    endings = ", ".join(_suffixes(sources))
    raise SourceUnreadable(f"{path.name}: files that can be read end in {endings}")


def name_of(source: ModuleType) -> str:
    """What the register calls a source: its file's name."""
    return source.__name__.rpartition(".")[2]


def _suffixes(sources: list[ModuleType]) -> Iterator[str]:
    for source in sources:
        yield from source.SUFFIXES

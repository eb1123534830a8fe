"""The two imports that an administrator runs from the shell: the map with its addresses, and the areas."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from config import Settings
from observations.database import Database
from observations.places import actions, basemap, outlines, sources, tiles
from observations.places.sources import Box, SourceUnreadable, name_of, source_of
from observations.plugins import discover

Say = Callable[[str], None]


@dataclass(frozen=True)
class PlacesImported:
    """What a map import brought."""

    addresses: actions.Changed
    streets: int
    map_bytes: int


def import_places(
    settings: Settings, database: Database, path: Path, *, bbox: Box | None, by: str, at: datetime, say: Say
) -> PlacesImported:
    """Take over the addresses of a file, in one transaction, and then draw its map.

    Raises SourceUnreadable before anything is changed, and MapNotBuilt with the addresses in and the former map kept.
    """
    source = source_of(path, discover(sources))
    say(f"Reading {path.name}")
    found: sources.Found = source.read(path, bbox)
    if not found.addresses:
        raise SourceUnreadable(f"{path.name}: there are no addresses in it; nothing was changed")
    with database.writing() as session:
        changed = actions.replace_addresses(session, name_of(source), found.addresses, by=by, at=at)
        session.commit()
    say("Drawing the map")
    size = tiles.build(settings, path, found.box, found.addresses)
    basemap.write_facts(settings, basemap.MapFacts(found.name, found.box, at))
    return PlacesImported(changed, len(found.streets), size)


def import_areas(database: Database, path: Path, *, by: str, at: datetime) -> actions.Changed:
    """Take over the areas of a GeoJSON file, in one transaction. Raises AreasUnreadable before anything is changed.

    Where there are observations already, record.areas.place_again comes next: it counts them in the new outlines.
    """
    found = outlines.read(path)
    with database.writing() as session:
        changed = actions.replace_areas(session, found, by=by, at=at)
        session.commit()
    return changed

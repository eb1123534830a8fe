"""The imported map: where its file is, and what pages say about it."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from config import Settings
from observations.places.sources import Box

TILES = "map.pmtiles"
FACTS = "map.json"
ATTRIBUTION = "© OpenStreetMap contributors"


@dataclass(frozen=True)
class MapFacts:
    """What there is to say about the map in force."""

    name: str
    """The municipality, as the extract calls it; may be empty."""
    bbox: Box
    imported_at: datetime
    attribution: str = ATTRIBUTION

    @property
    def centre(self) -> tuple[float, float]:
        """Longitude and latitude of the middle, in that order, as maps take them."""
        latitude, longitude = self.bbox.centre
        return longitude, latitude


def tiles_path(settings: Settings) -> Path:
    """Where the map's tiles are, if there are any."""
    return settings.instance / TILES


def map_facts(settings: Settings) -> MapFacts | None:
    """The facts of the imported map; None when there is no map. Reads one small file."""
    try:
        read = json.loads((settings.instance / FACTS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    if not tiles_path(settings).is_file():
        return None
    return MapFacts(
        read["name"], Box(*read["bbox"]), datetime.fromisoformat(read["imported_at"]), attribution=read["attribution"]
    )


def municipality(settings: Settings) -> str:
    """The municipality's name: as set, else as the imported map calls it, else empty."""
    if settings.municipality:
        return settings.municipality
    facts = map_facts(settings)
    return facts.name if facts else ""


def write_facts(settings: Settings, facts: MapFacts) -> None:
    """Put the facts beside the tiles, whole or not at all."""
    written = {
        "name": facts.name,
        "bbox": list(facts.bbox),
        "imported_at": facts.imported_at.isoformat(),
        "attribution": facts.attribution,
    }
    new = settings.instance / f"{FACTS}.new"
    new.write_text(json.dumps(written, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    new.replace(settings.instance / FACTS)

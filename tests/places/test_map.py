"""The map's file: what is in it, how it is replaced, and how the browser gets it."""

import gzip
import re
import sys
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import pytest
from pmtiles.reader import MemorySource, Reader

from config import Settings
from observations.access import Role
from observations.places import basemap, layers, style, tiles
from observations.places.basemap import map_facts, tiles_path
from observations.places.cells import unit_square
from tests.conftest import ClientFor
from tests.places.conftest import Import, told
from tests.places.towns import BOX, Extract

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)


def drawn(path: Path, zoom: int) -> dict[str, list[dict[str, Any]]]:
    """What the tiles of a zoom hold, by layer."""
    reader: Any = Reader(MemorySource(path.read_bytes()))  # type: ignore[no-untyped-call]  # pmtiles has few types
    west, south, east, north = BOX
    (left, top), (right, bottom) = (unit_square(north, west), unit_square(south, east))
    many = 1 << zoom
    found: dict[str, list[dict[str, Any]]] = {}
    for x in range(int(left * many), int(right * many) + 1):
        for y in range(int(top * many), int(bottom * many) + 1):
            data = reader.get(zoom, x, y)
            for name, layer in mapbox_vector_tile.decode(gzip.decompress(data)).items() if data else ():
                found.setdefault(name, []).extend(layer["features"])
    return found


def values(features: list[dict[str, Any]], key: str) -> set[str]:
    """The values of one attribute."""
    return {feature["properties"].get(key, "") for feature in features}


def test_the_tiles_hold_the_layers(importing: Import, town: Path, settings: Settings) -> None:
    """The map has houses, streets with names, parks, water, rails, names and house numbers, each in its layer."""
    importing(town)
    near = drawn(tiles_path(settings), layers.MAX_ZOOM)

    assert set(near) == {"earth", "water", "green", "buildings", "rail", "roads", "paths", "places", "housenumbers"}
    assert values(near["roads"], "name") == {"Ringvägen", "Åsgränd"}
    assert values(near["roads"], "class") == {"street", "main"}
    assert values(near["rail"], "class") == {"rail"}  # not the one in the tunnel
    assert values(near["places"], "name") == {"Kvarnbacken", "Lindparken"}
    assert values(near["housenumbers"], "number") == {"1", "2", "3", "4", "5", "12", "14", "7 B"}


def test_from_afar_there_is_little(importing: Import, town: Path, settings: Settings) -> None:
    """The map of a whole municipality is light: houses and paths come when one is near."""
    importing(town)

    assert set(drawn(tiles_path(settings), 11)) == {"earth", "water", "roads", "rail", "places"}


def test_the_facts_are_beside_the_map(importing: Import, town: Path, settings: Settings) -> None:
    """Pages can say whose map it is and from when."""
    assert map_facts(settings) is None
    importing(town)
    facts = map_facts(settings)

    assert facts is not None
    assert facts.name == "Almhamra kommun"
    assert facts.bbox == pytest.approx(BOX)
    assert facts.centre == pytest.approx((15.005, 58.003))
    assert "OpenStreetMap" in facts.attribution
    assert facts.imported_at.isoformat() == "2026-09-15T10:00:00+00:00"


def test_nothing_but_the_map_and_its_facts_is_left(importing: Import, town: Path, settings: Settings) -> None:
    """Importing leaves no half-made files in the instance, and tells phones nothing of the machine's folders."""
    importing(town)

    assert {path.name for path in settings.instance.iterdir()} - {"ogon.sqlite3"} == {basemap.TILES, basemap.FACTS}
    assert str(settings.instance).encode() not in tiles_path(settings).read_bytes()
    reader: Any = Reader(MemorySource(tiles_path(settings).read_bytes()))  # type: ignore[no-untyped-call]
    assert "/" not in reader.metadata()["generator_options"]


def test_a_map_that_cannot_be_made_leaves_the_old_one(
    importing: Import, town: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failed import is no reason to be without a map."""
    importing(town)
    before = tiles_path(settings).read_bytes()
    failing = settings.instance.parent / "tippecanoe"
    failing.write_text(f"#!{sys.executable}\nimport sys\nsys.exit('no room left')\n", encoding="utf-8")
    failing.chmod(0o755)
    monkeypatch.setattr(tiles, "PROGRAM", failing)
    with pytest.raises(tiles.MapNotBuilt, match="no room left"):
        importing(town)

    assert tiles_path(settings).read_bytes() == before


def test_a_shore_gives_the_map_its_sea(importing: Import, tmp_path: Path, settings: Settings) -> None:
    """The same, all the way from the extract to the tiles."""
    coast = Extract(tmp_path / "coast.osm.pbf")
    coast.point(15.001, 58.001, addr__street="Hamngatan", addr__housenumber="1")
    coast.line((15.005, 58.007), (15.005, 57.999), natural="coastline")
    importing(coast.close())

    assert "sea" in values(drawn(tiles_path(settings), 12)["water"], "class")


def test_the_map_is_fetched_in_pieces(client: ClientFor, importing: Import, town: Path, settings: Settings) -> None:
    """A phone loads the few kilobytes of the map that it shows, and asks only whether they are still good."""
    importing(town)
    whole = tiles_path(settings).read_bytes()
    browser = client(Role.REPORTER)
    piece = browser.get("/tiles/map.pmtiles", headers={"Range": "bytes=0-126"})
    tail = browser.get("/tiles/map.pmtiles", headers={"Range": f"bytes={len(whole) - 10}-"})
    beyond = browser.get("/tiles/map.pmtiles", headers={"Range": f"bytes={len(whole) + 10}-"})
    again = browser.get("/tiles/map.pmtiles", headers={"If-None-Match": piece.headers["ETag"]})

    assert (206, whole[:127]) == (piece.status_code, piece.data)
    assert piece.headers["Content-Range"] == f"bytes 0-126/{len(whole)}"
    assert (206, whole[-10:]) == (tail.status_code, tail.data)
    assert beyond.status_code == 416
    assert again.status_code == 304
    assert piece.headers["Cache-Control"] == "private, no-cache"
    assert piece.headers["Content-Type"] == "application/vnd.pmtiles"


def test_without_a_map_one_is_told_so(client: ClientFor) -> None:
    """An empty instance works: the address says that there is no map, and the style is plain ground."""
    browser = client(Role.COORDINATOR)
    missing = browser.get("/tiles/map.pmtiles")
    plain = browser.get("/tiles/style-dark.json")

    assert missing.status_code == 404
    assert told(missing)["detail"]
    assert plain.status_code == 200
    assert told(plain)["sources"] == {}
    assert [layer["type"] for layer in told(plain)["layers"]] == ["background"]


def test_the_style_fits_the_tiles(client: ClientFor, importing: Import, town: Path) -> None:
    """Every layer of the style is one of the map's, and font and tiles are this service's own."""
    importing(town)
    browser = client(Role.COUNCIL)
    for theme in style.THEMES:
        told_style = told(browser.get(f"/tiles/style-{theme}.json"))
        named = {layer["source-layer"] for layer in told_style["layers"] if "source-layer" in layer}
        (url,) = told_style["font-faces"].values()

        assert named <= set(layers.LAYERS)
        assert "glyphs" not in told_style
        assert re.fullmatch(r"/static/\w+/vendor/fonts/schibsted-grotesk\.woff2", url)
        assert told_style["sources"]["map"]["url"].startswith("pmtiles:///tiles/map.pmtiles?v=")
        assert told_style["metadata"]["bbox"] == pytest.approx(list(BOX))
    assert browser.get("/tiles/style-pink.json").status_code == 404


def test_the_style_is_asked_about_again(client: ClientFor) -> None:
    """A new map is seen at the next visit, an old one costs no bytes."""
    browser = client(Role.REPORTER)
    first = browser.get("/tiles/style-light.json")
    again = browser.get("/tiles/style-light.json", headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304
    assert first.headers["Cache-Control"] == "private, no-cache"


def test_the_real_quarter_has_the_layers(importing: Import, quarter: Path, settings: Settings) -> None:
    """The same on real data, and light: under 100 kB for a square kilometre in the middle of a city."""
    importing(quarter)
    reader: Any = Reader(MemorySource(tiles_path(settings).read_bytes()))  # type: ignore[no-untyped-call]
    named = {layer["id"] for layer in reader.metadata()["vector_layers"]}

    assert named == {"earth", "green", "squares", "buildings", "roads", "paths", "places", "housenumbers"}
    assert tiles_path(settings).stat().st_size < 100_000
    assert map_facts(settings) is not None

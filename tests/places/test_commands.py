"""`places import` and `areas import` from a shell."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from config import Settings
from observations.cli import cli
from observations.places.basemap import map_facts

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)


@pytest.fixture
def shell(settings: Settings) -> CliRunner:
    """A shell whose environment names the instance."""
    return CliRunner(env={"OGON_INSTANCE": str(settings.instance), "OGON_DATABASE_URL": settings.database_url})


def test_both_commands_work_from_a_shell(settings: Settings, shell: CliRunner, town: Path, tmp_path: Path) -> None:
    """An administrator types one line for each, and reads what came of it."""
    areas = tmp_path / "areas.geojson"
    ring = [[15.0, 58.0], [15.01, 58.0], [15.01, 58.006], [15.0, 58.0]]
    feature = {
        "type": "Feature",
        "properties": {"name": "Väst"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    areas.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    lines = {
        ("places", "import", str(town)): "9 addresses on 2 streets\n9 new, 0 changed, 0 as before",
        ("areas", "import", str(areas)): "1 new, 0 redrawn, 0 as before\nObservations that got another area: 0\n",
    }
    for arguments, said in lines.items():
        done = shell.invoke(cli, arguments, catch_exceptions=False)
        assert done.exit_code == 0, done.stderr
        assert done.stdout.startswith(said)
    assert map_facts(settings) is not None


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("places", "import", "none.osm.pbf"), "does not exist"),
        (("places", "import", "TOWN", "--bbox", "1,2,3"), "west,south,east,north"),
        (("places", "import", "TOWN", "--bbox", "1,2,3,4"), "there are no addresses in it"),
        (("areas", "import", "TOWN"), "not GeoJSON"),
    ],
)
def test_a_command_that_fails_says_why(shell: CliRunner, town: Path, arguments: tuple[str, ...], says: str) -> None:
    """Non-zero, one sentence on stderr, nothing on stdout."""
    done = shell.invoke(cli, [str(town) if part == "TOWN" else part for part in arguments], catch_exceptions=False)

    assert done.exit_code != 0
    assert says in done.stderr
    assert done.stdout == ""

"""`places import` and `areas import`: the municipality's own map, addresses and areas."""

from pathlib import Path

import click

from observations.cli.instance import COMMAND_LINE, database, settings, tell
from observations.clock import now

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def places() -> None:
    """The map and its addresses."""


@places.command("import")
@click.argument("file", type=FILE)
@click.option("--bbox", metavar="W,S,E,N", help="Only this rectangle, in degrees.")
def import_places(file: Path, bbox: str | None) -> None:
    """Take over the addresses of an extract (FILE.osm.pbf), replacing those of the last one, and draw its map."""
    from observations.places import imports, sources, tiles  # here, since reading maps takes large libraries

    try:
        box = sources.box_of(bbox) if bbox else None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--bbox") from error
    with database() as opened:
        try:
            came = imports.import_places(settings(), opened, file, bbox=box, by=COMMAND_LINE, at=now(), say=tell)
        except (sources.SourceUnreadable, tiles.MapNotBuilt) as error:
            raise click.ClickException(str(error)) from error
    rows = came.addresses
    click.echo(f"{rows.total} addresses on {came.streets} streets")
    click.echo(f"{rows.added} new, {rows.changed} changed, {rows.same} as before, {rows.removed} removed")
    click.echo(f"Map: {came.map_bytes / 1000:.0f} kB")


@click.group()
def areas() -> None:
    """The areas that trends are counted by."""


@areas.command("import")
@click.argument("file", type=FILE)
def import_areas(file: Path) -> None:
    """Add the areas of FILE.geojson, or redraw those of the same name; each feature needs a name and a polygon.

    Addresses and observations are then counted in the area that they lie in now.
    """
    from observations.places import imports, outlines  # here, since reading maps takes large libraries
    from observations.record.areas import place_again

    with database() as opened:
        try:
            rows = imports.import_areas(opened, file, by=COMMAND_LINE, at=now())
        except outlines.AreasUnreadable as error:
            raise click.ClickException(str(error)) from error
        moved = place_again(opened, by=COMMAND_LINE, at=now())
    click.echo(f"{rows.added} new, {rows.changed} redrawn, {rows.same} as before")
    click.echo(f"Observations that got another area: {moved}")

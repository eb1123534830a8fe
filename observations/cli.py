"""The command line: `python -m observations <command>`. Logs go to stderr, results to stdout."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.orm import Session

import config
from observations import create_app
from observations.access import Role
from observations.accounts import actions as accounts
from observations.accounts.links import invitation_link
from observations.clock import now
from observations.database import Database
from observations.migrations import migrate

COMMAND_LINE = "command"
"""How the journal calls whoever has a shell."""


@click.group()
def cli() -> None:
    """1 000 ögon."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s")


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def serve(host: str, port: int) -> None:
    """Answer requests, in the foreground."""
    from waitress import serve as waitress_serve  # here, so that other commands start without a server

    app = create_app(settings())
    click.echo(f"Serving on {host}:{port}", err=True)
    limit = app.request_class.max_content_length or 0
    waitress_serve(
        app,
        host=host,
        port=port,
        threads=8,
        connection_limit=300,
        channel_timeout=30,
        max_request_body_size=limit,
        inbuf_overflow=limit + 1_048_576,  # a body is never spooled to a file
        ident=None,
    )


@cli.command()
def demo() -> None:
    """Fill an empty instance with a made-up municipality, and print one sign-in link for each role."""
    from observations.demo.fill import fill  # here, since drawing takes large libraries

    chosen = settings()
    with _database() as database:
        if not fill(chosen, database, at=now(), say=lambda text: click.echo(text, err=True)):
            click.echo("There is something here already; nothing was added.", err=True)
        for role in Role:
            with database.writing() as session:
                _, secret = accounts.invite(session, role=role, team="", by=COMMAND_LINE, at=now())
                session.commit()
            click.echo(f"{role.value:12} {invitation_link(chosen.base_url, secret)}")


@cli.command()
@click.option("--reports", type=click.IntRange(1, 10_000_000), required=True)
@click.option("--years", type=click.IntRange(1, 10), default=3, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
def simulate(reports: int, years: int, seed: int) -> None:
    """Add a synthetic history, for measuring; never to an instance that is in use."""
    from observations.demo.simulate import simulate as add_history  # here, since numpy is slow to load

    database = Database(settings().database_url)
    migrate(database)
    with click.progressbar(length=reports, label="Reports", file=sys.stderr) as bar, database.writing() as session:
        total = add_history(
            session,
            reports=reports,
            years=years,
            seed=seed,
            until=now(),
            progress=lambda done: bar.update(done - bar.pos),
        )
        session.commit()
    click.echo(total)


@cli.command()
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--team", default="", help="A group, not a person.")
def invite(role: str, team: str) -> None:
    """Make an invitation and print its link: one device, once, within 24 hours."""
    with _changing() as session:
        _, secret = accounts.invite(session, role=Role(role), team=team, by=COMMAND_LINE, at=now())
        session.commit()
    click.echo(invitation_link(settings().base_url, secret))


@cli.command()
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--name", required=True, help="The system that gets it; names may repeat.")
def token(role: str, name: str) -> None:
    """Make a token for another system and print it; it is shown only now."""
    with _changing() as session:
        _, secret = accounts.create_token(session, role=Role(role), name=name, by=COMMAND_LINE, at=now())
        session.commit()
    click.echo(secret)


@cli.group()
def places() -> None:
    """The map and its addresses."""


@places.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--bbox", metavar="W,S,E,N", help="Only this rectangle, in degrees.")
def import_places(file: Path, bbox: str | None) -> None:
    """Take over the addresses of an extract (FILE.osm.pbf), replacing those of the last one, and draw its map."""
    from observations.places import imports, sources, tiles  # here, since reading maps takes large libraries

    try:
        box = sources.box_of(bbox) if bbox else None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--bbox") from error
    with _database() as database:
        try:
            came = imports.import_places(
                settings(),
                database,
                file,
                bbox=box,
                by=COMMAND_LINE,
                at=now(),
                say=lambda text: click.echo(text, err=True),
            )
        except (sources.SourceUnreadable, tiles.MapNotBuilt) as error:
            raise click.ClickException(str(error)) from error
    rows = came.addresses
    click.echo(f"{came.points} address points: {rows.total} addresses on {came.streets} streets")
    click.echo(f"{rows.added} new, {rows.changed} changed, {rows.same} as before, {rows.removed} removed")
    click.echo(f"Map: {came.map_bytes / 1000:.0f} kB")


@cli.group()
def areas() -> None:
    """The areas that trends are counted by."""


@areas.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_areas(file: Path) -> None:
    """Add the areas of FILE.geojson, or redraw those of the same name; each feature needs a name and a polygon."""
    from observations.places import imports, outlines  # here, since reading maps takes large libraries

    with _database() as database:
        try:
            rows = imports.import_areas(database, file, by=COMMAND_LINE, at=now())
        except outlines.AreasUnreadable as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"{rows.added} new, {rows.changed} redrawn, {rows.same} as before")


@contextmanager
def _database() -> Iterator[Database]:
    """The instance's database, made and migrated as needed."""
    database = Database(settings().database_url)
    migrate(database)
    try:
        yield database
    finally:
        database.dispose()


@contextmanager
def _changing() -> Iterator[Session]:
    """A writing session on the instance's database, made and migrated as needed; a wrong name ends in a sentence."""
    database = Database(settings().database_url)
    migrate(database)
    try:
        with database.writing() as session:
            yield session
    except accounts.NameUnusable as error:
        raise click.ClickException("A name has at most 60 ordinary characters.") from error
    finally:
        database.dispose()


def settings() -> config.Settings:
    """The settings of this process's environment; a wrong one ends the command with a sentence."""
    try:
        return config.load(os.environ)
    except config.SettingsInvalid as error:
        raise click.ClickException(str(error)) from error


def main() -> None:
    """Run the command that was asked for."""
    cli(prog_name=f"{Path(sys.executable).name} -m observations")

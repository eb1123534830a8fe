"""`check`, `recount`, `backup`, `restore`, `retention`: what whoever runs the service does for it, or a timer does."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.exc import OperationalError

import config
from observations import audit
from observations import backup as copies
from observations import retention as disposal
from observations.cli.instance import COMMAND_LINE, database, settings, tell
from observations.clock import now
from observations.record import counting
from observations.record.sweep import TooManyOrphans
from uploads.stores import PhotoStore, StoreUnavailable, StoreUnknown, open_store


@click.command()
def check() -> None:
    """Look at every photo, file and text, and print what is wrong, by id; exit 1 if anything is."""
    chosen = settings()
    with database(chosen) as opened:
        store = _store(chosen)
        with _trouble(), click.progressbar(length=audit.rows(opened), label="Looking", file=sys.stderr) as bar:
            tally = audit.audit(opened, store, at=now(), found=_print, progress=bar.update)
            audit.note(opened, tally, by=COMMAND_LINE, at=now())
    click.echo(f"photos: {tally.photos} looked at")
    if tally.unscreened or tally.hidden:
        click.echo(f"photos: {tally.unscreened} not looked through for faces, {tally.hidden} hidden until boxes are in")
    click.echo(f"files: {tally.files} in the store, {tally.young_files} without a row and under an hour old")
    asked = ", ".join(f"{kind.value} {count}" for kind, count in sorted(tally.questions.items())) or "none"
    click.echo(f"texts: {tally.texts} looked at; to be read by a person: {asked}")
    click.echo(f"findings: {tally.findings}")
    if tally.findings:
        sys.exit(1)


@click.command()
def recount() -> None:
    """Compare the counts that the map and the lists are read from with the observations; if they differ, count anew.

    Exit 1 if they differed: something was changed past the service.
    """
    with database(settings()) as opened, opened.writing() as session:
        different = counting.differences(session)
        if different:
            counting.rebuild(session)
            session.commit()
    click.echo(f"counts: {different} rows differed" + (", counted anew" if different else ""))
    if different:
        sys.exit(1)


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def backup(folder: Path) -> None:
    """Copy database, photos, map and secret into the new folder DIR while the service runs."""
    chosen = settings()
    with database(chosen) as opened, _trouble():
        store = _store(chosen)
        with click.progressbar(length=copies.photos_to_copy(opened), label="Copying", file=sys.stderr) as bar:
            made = copies.write(chosen, opened, store, folder, at=now(), progress=bar.update)
    click.echo(f"{folder}: {made.photos} photos, {made.database}, {made.made_at.isoformat(timespec='seconds')}")
    if made.lost:
        tell(f"The backup is whole, but {len(made.lost)} photos are lost or damaged in the store: run check.")
    if made.covered:
        tell(f"{made.covered} photos got boxes while the backup was made and are not in it: make another one.")
    if made.lost or made.covered:
        sys.exit(1)


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
def restore(folder: Path) -> None:
    """Verify the backup in DIR, and fill this empty instance from it; the service must not run meanwhile."""
    chosen = settings()
    tell("Verifying")
    with _trouble(), click.progressbar(length=copies.count_photos(folder), label="Photos", file=sys.stderr) as bar:
        found = copies.restore(chosen, folder, by=COMMAND_LINE, at=now(), progress=bar.update)
    click.echo(f"{found.photos} photos and the database of {found.made_at.isoformat(timespec='seconds')} are in place")
    tell("Run check before the service is started.")


@click.command()
def retention() -> None:
    """Remove what may no longer be kept, and what crashes left in the photo store; print how many of what."""
    chosen = settings()
    with database(chosen) as opened, _trouble():
        counts = disposal.run(opened, _store(chosen), chosen, by=COMMAND_LINE, at=now())
    for kind, count in counts.items():
        click.echo(f"{kind.replace('_', ' ')}: {count}")


def _store(chosen: config.Settings) -> PhotoStore:
    with _trouble():
        return open_store(chosen.photo_store)


@contextmanager
def _trouble() -> Iterator[None]:
    """What keeps the work from being done ends it with a sentence."""
    try:
        yield
    except (StoreUnknown, StoreUnavailable, TooManyOrphans) as error:
        raise click.ClickException(f"Photo store: {error}") from error
    except OperationalError as error:
        raise click.ClickException(f"Database: {type(error.orig).__name__}") from error
    except (copies.BackupUnusable, copies.DestinationTaken, copies.InstanceNotEmpty, copies.ToolFailed) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename or 'Disk'}: {error.strerror}") from error


def _print(finding: audit.Finding) -> None:
    click.echo(f"{finding.subject}: {finding.fault.value}")

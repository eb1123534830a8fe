"""`check`: what whoever runs the service does for it, by hand or by a timer."""

import sys

import click

from observations import audit
from observations.cli.instance import database, settings
from observations.clock import now
from uploads.stores import StoreUnavailable, StoreUnknown, open_store


@click.command()
def check() -> None:
    """Look at every photo, file and text, and print what is wrong, by id; exit 1 if anything is."""
    chosen = settings()
    with database(chosen) as opened:
        try:
            store = open_store(chosen.photo_store)
            with click.progressbar(length=audit.rows(opened), label="Looking", file=sys.stderr) as bar:
                tally = audit.audit(opened, store, at=now(), found=_print, progress=bar.update)
        except (StoreUnknown, StoreUnavailable) as error:
            raise click.ClickException(f"Photo store: {error}") from error
    click.echo(f"photos: {tally.photos} looked at")
    click.echo(f"files: {tally.files} in the store, {tally.young_files} without a row and under an hour old")
    asked = ", ".join(f"{kind.value} {count}" for kind, count in sorted(tally.questions.items())) or "none"
    click.echo(f"texts: {tally.texts} looked at; to be read by a person: {asked}")
    click.echo(f"findings: {tally.findings}")
    if tally.findings:
        sys.exit(1)


def _print(finding: audit.Finding) -> None:
    click.echo(f"{finding.subject}: {finding.fault.value}")

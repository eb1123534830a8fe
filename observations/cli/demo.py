"""`demo` and `simulate`: something to look at, and something to measure on."""

import sys

import click

from observations.access import Role
from observations.accounts import actions as accounts
from observations.accounts.links import invitation_link
from observations.cli.instance import COMMAND_LINE, database, settings, tell
from observations.clock import now
from uploads.stores import open_store


@click.command()
def demo() -> None:
    """Fill an empty instance with a made-up municipality, and print one sign-in link for each role."""
    from observations.demo.fill import fill  # here, since drawing takes large libraries

    chosen = settings()
    with database(chosen) as opened:
        if not fill(chosen, opened, at=now(), say=tell):
            tell("There is something here already; nothing was added.")
        for role in Role:
            with opened.writing() as session:
                _, secret = accounts.invite(session, role=role, team="", by=COMMAND_LINE, at=now())
                session.commit()
            click.echo(f"{role.value:12} {invitation_link(chosen.base_url, secret)}")


@click.command()
@click.option("--reports", type=click.IntRange(1, 10_000_000), required=True)
@click.option("--years", type=click.IntRange(1, 10), default=3, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--photos", is_flag=True, help="Give every report a drawn photo; takes 5 ms and 100 kB each.")
def simulate(reports: int, years: int, seed: int, photos: bool) -> None:
    """Add a synthetic history, for measuring; never to an instance that is in use."""
    from observations.demo.photos import add_photos  # here, since drawing and numpy take large libraries
    from observations.demo.simulate import simulate as add_history

    chosen = settings()
    with (
        database(chosen) as opened,
        click.progressbar(length=reports, label="Reports", file=sys.stderr) as bar,
        opened.writing() as session,
    ):
        total = add_history(
            session,
            reports=reports,
            years=years,
            seed=seed,
            until=now(),
            progress=lambda done: bar.update(done - bar.pos),
        )
        session.commit()
        if photos:
            tell("Photos")
            add_photos(session, open_store(chosen.photo_store))
    click.echo(total)

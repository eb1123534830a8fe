"""`invite`, `token` and `sign-out`: whoever has a shell lets people and systems in, and puts them out."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.orm import Session

from observations.access import Role
from observations.accounts import actions as accounts
from observations.accounts import members
from observations.accounts.links import invitation_link
from observations.cli.instance import COMMAND_LINE, database, settings
from observations.clock import now

ROLES = click.Choice([role.value for role in Role])


@click.command()
@click.option("--role", type=ROLES, required=True)
@click.option("--team", default="", help="A group, not a person.")
@click.option("--shared", is_flag=True, help="For a device that goes from hand to hand: signed in for 12 hours.")
def invite(role: str, team: str, shared: bool) -> None:
    """Make an invitation and print its link: one device, once, within 24 hours."""
    with _changing() as session:
        _, secret = accounts.invite(session, role=Role(role), team=team, shared=shared, by=COMMAND_LINE, at=now())
        session.commit()
    click.echo(invitation_link(settings().base_url, secret))


@click.command()
@click.option("--role", type=ROLES, required=True)
@click.option("--name", required=True, help="The system that gets it; names may repeat.")
def token(role: str, name: str) -> None:
    """Make a token for another system and print it; it is shown only now."""
    with _changing() as session:
        _, secret = accounts.create_token(session, role=Role(role), name=name, by=COMMAND_LINE, at=now())
        session.commit()
    click.echo(secret)


@click.command("sign-out")
@click.option("--role", type=ROLES, help="Only the devices of this role.")
@click.option("--accounts", "with_accounts", is_flag=True, help="End their accounts too, so that no passkey lets in.")
def sign_out(role: str | None, with_accounts: bool) -> None:
    """Sign every device out and void every invitation, or those of a role; print how many devices. For an emergency."""
    chosen, at = Role(role) if role else None, now()
    with _changing() as session:
        ended = members.end_everything(session, role=chosen, with_accounts=with_accounts, by=COMMAND_LINE, at=at)
        session.commit()
    click.echo(ended)


@contextmanager
def _changing() -> Iterator[Session]:
    """A writing session on the instance's database; a wrong name ends in a sentence."""
    with database() as opened:
        try:
            with opened.writing() as session:
                yield session
        except accounts.NameUnusable as error:
            raise click.ClickException("A name has at most 60 ordinary characters.") from error

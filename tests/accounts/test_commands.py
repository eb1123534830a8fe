"""`invite`, `token` and `sign-out` from a shell."""

import re

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from config import Settings
from observations.access import Role
from observations.accounts.tables import Account
from observations.cli import cli
from observations.clock import now
from observations.database import Database
from tests.accounts.doors import is_in, open_invitation
from tests.conftest import ClientFor, MovableClock


@pytest.fixture
def shell(settings: Settings) -> CliRunner:
    """A shell whose environment names the instance."""
    environment = {
        "OGON_INSTANCE": str(settings.instance),
        "OGON_DATABASE_URL": settings.database_url,
        "OGON_BASE_URL": settings.base_url,
    }
    return CliRunner(env=environment)


def test_invite_prints_one_link_that_works(client: ClientFor, shell: CliRunner) -> None:
    """The first administrator gets in with what the shell printed."""
    done = shell.invoke(cli, ["invite", "--role", "admin", "--team", "IT"], catch_exceptions=False)
    link = re.fullmatch(r"http://localhost/in#([\w-]{43})\n", done.stdout)

    assert link is not None
    browser = client()
    open_invitation(browser, link[1])
    assert is_in(browser, "/personal")


def test_token_prints_a_token_that_works_and_names_may_repeat(client: ClientFor, shell: CliRunner) -> None:
    """Another system can be given a second token before the first one is ended."""
    for _ in range(2):
        done = shell.invoke(cli, ["token", "--role", "admin", "--name", "Ärenden"], catch_exceptions=False)
        assert re.fullmatch(r"[\w-]{43}\n", done.stdout)
        header = {"Authorization": f"Bearer {done.stdout.strip()}"}
        assert client().get("/personal", headers=header).status_code == 200


def test_an_invitation_for_a_shared_device_lasts_a_shift(
    client: ClientFor, shell: CliRunner, clock: MovableClock
) -> None:
    """The depot's phone goes from hand to hand."""
    browser = client()
    done = shell.invoke(cli, ["invite", "--role", "reporter", "--shared"], catch_exceptions=False)
    clock.at = now()
    open_invitation(browser, done.stdout.strip())
    clock.tick(hours=12)

    assert not is_in(browser)


def test_in_an_emergency_everybody_is_put_out(client: ClientFor, shell: CliRunner) -> None:
    """A phone was stolen and nobody knows which: one command, and nobody is in any more."""
    browsers = {role: client(role) for role in (Role.REPORTER, Role.ADMIN)}
    some = shell.invoke(cli, ["sign-out", "--role", "reporter"], catch_exceptions=False)
    assert ("1\n", False, True) == (
        some.stdout,
        is_in(browsers[Role.REPORTER]),
        is_in(browsers[Role.ADMIN], "/personal"),
    )

    assert "1\n" == shell.invoke(cli, ["sign-out"], catch_exceptions=False).stdout
    assert not is_in(browsers[Role.ADMIN], "/personal")


def test_in_an_emergency_nobody_comes_in_by_an_old_link(client: ClientFor, shell: CliRunner) -> None:
    """Whoever took the time to make a link for later finds it void."""
    link = shell.invoke(cli, ["invite", "--role", "admin"], catch_exceptions=False).stdout.strip()
    other = shell.invoke(cli, ["invite", "--role", "council"], catch_exceptions=False).stdout.strip()
    shell.invoke(cli, ["sign-out", "--role", "admin"], catch_exceptions=False)

    assert [410, 303] == [open_invitation(client(), each).status_code for each in (link, other)]


def test_accounts_end_only_when_that_is_said(client: ClientFor, shell: CliRunner, database: Database) -> None:
    """Signing everybody out leaves people their passkeys; ending accounts does not."""
    done = shell.invoke(cli, ["invite", "--role", "coordinator"], catch_exceptions=False)
    open_invitation(client(), done.stdout.strip())
    left = []
    for words in (["sign-out"], ["sign-out", "--role", "admin", "--accounts"], ["sign-out", "--accounts"]):
        shell.invoke(cli, words, catch_exceptions=False)
        with database.reading() as session:
            left.append(len(session.scalars(sa.select(Account.id).where(Account.ended_at.is_(None))).all()))

    assert [1, 1, 0] == left


@pytest.mark.parametrize(
    "wrong", [["invite", "--role", "chief"], ["token", "--role", "admin", "--name", "x" * 61], ["token"]]
)
def test_a_wrong_command_prints_nothing_and_fails(shell: CliRunner, database: object, wrong: list[str]) -> None:
    """A script that takes what is printed notices that there is nothing."""
    done = shell.invoke(cli, wrong)

    assert done.exit_code != 0
    assert done.stdout == ""

"""`invite` and `token` from a shell."""

import re

import pytest
from click.testing import CliRunner

from config import Settings
from observations.cli import cli
from tests.accounts.doors import is_in, open_invitation
from tests.conftest import ClientFor


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


@pytest.mark.parametrize(
    "wrong", [["invite", "--role", "chief"], ["token", "--role", "admin", "--name", "x" * 61], ["token"]]
)
def test_a_wrong_command_prints_nothing_and_fails(shell: CliRunner, database: object, wrong: list[str]) -> None:
    """A script that takes what is printed notices that there is nothing."""
    done = shell.invoke(cli, wrong)

    assert done.exit_code != 0
    assert done.stdout == ""

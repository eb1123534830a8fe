"""The command line: `python -m observations <command>`. Logs go to stderr, results to stdout."""

import os
import sys
from pathlib import Path

import click

from observations.cli import logs
from observations.cli.care import backup, check, recount, restore, retention
from observations.cli.demo import demo, simulate
from observations.cli.describe import openapi
from observations.cli.people import invite, sign_out, token
from observations.cli.places import areas, places
from observations.cli.serve import serve

COMMANDS = (
    serve,
    demo,
    simulate,
    invite,
    token,
    sign_out,
    places,
    areas,
    check,
    recount,
    backup,
    restore,
    retention,
    openapi,
)


@click.group(commands=COMMANDS)
def cli() -> None:
    """1 000 ögon."""
    logs.install()


def main() -> None:
    """Run the command that was asked for; what it writes is for its own user only."""
    os.umask(0o077)
    cli(prog_name=f"{Path(sys.executable).name} -m observations")

"""`openapi`: the API described for programs, without a running service."""

import json

import click


@click.command()
def openapi() -> None:
    """Print the OpenAPI 3.1 document of the API."""
    from observations.api.openapi import document  # here, so that other commands start without the API

    click.echo(json.dumps(document(), ensure_ascii=False, indent=2))

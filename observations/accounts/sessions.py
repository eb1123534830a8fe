"""Finds who is signed in; to be written by its room."""

from observations.access import Actor


def look_up() -> Actor | None:
    """The actor of this request."""
    return None

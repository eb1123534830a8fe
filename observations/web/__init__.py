"""The floor of every page: the request's session, errors in plain words, headers, static files, how things are written.

What a feature needs is here; the modules behind are this package's own business.
"""

from observations.web.errors import BadInput, Busy, problem
from observations.web.pages import MenuItem, render
from observations.web.runtime import (
    Runtime,
    SecretUnusable,
    current_database,
    current_runtime,
    current_session,
    current_settings,
    now,
    photo_store,
    secret_key,
)
from observations.web.setup import install

__all__ = [
    "BadInput",
    "Busy",
    "MenuItem",
    "Runtime",
    "SecretUnusable",
    "current_database",
    "current_runtime",
    "current_session",
    "current_settings",
    "install",
    "now",
    "photo_store",
    "problem",
    "render",
    "secret_key",
]

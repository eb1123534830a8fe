"""What may be added to a report after it is sent, one tap each; read from the chips of the receipt."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from observations.record.attributes import CLEANINGS, SIZES, SURFACES, Cleaning, Size, Surface
from observations.web import BadInput

KINDS: Mapping[str, type[StrEnum]] = {"surface": Surface, "size": Size, "cleaning": Cleaning}
TICKS = ("urgent", "new_to_me")
TICKED = {"1": True, "0": False}


def read(form: MultiDict[str, str]) -> dict[str, Any]:
    """The columns that the form names, with their new values; empty takes a choice back.

    A tick that is not set is not sent, so a page puts a hidden 0 before it: of several values the last one counts.
    Raises BadInput for a value that there is none of.
    """
    more: dict[str, Any] = {}
    for name in (*KINDS, *TICKS):
        if name not in form:
            continue
        value = form.getlist(name)[-1]
        try:
            more[name] = TICKED[value] if name in TICKS else KINDS[name](value) if value else None
        except (KeyError, ValueError):
            raise BadInput(gettext("There is no such choice. Choose again."), fields={name: value[:40]}) from None
    return more


def choices() -> dict[str, Mapping[Any, object]]:
    """Every choice with its words, for the chips."""
    return {"surface": SURFACES, "size": SIZES, "cleaning": CLEANINGS}

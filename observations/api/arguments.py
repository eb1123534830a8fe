"""Refuses what stands in an address and is not in the description: a misspelt `catgory` must not mean "all of them"."""

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import islice

from flask import request
from flask_babel import gettext

from observations.api.openapi import document
from observations.api.openapi_parts import REPEATED
from observations.web import BadInput

NAME_SHOWN = 40
"""Characters of an unknown name that the answer repeats."""
NAMES_SHOWN = 20
"""Unknown names that it repeats."""


def refuse_unknown() -> None:
    """Raise BadInput, 422, for each name that the operation has not, and for one that is there twice."""
    described = names().get((template(str(request.url_rule)), request.method.replace("HEAD", "GET")))
    if described is None:
        return
    wrong = {
        name[:NAME_SHOWN]: gettext("There is no such choice. Those there are: %(names)s.", names=", ".join(described))
        if described
        else gettext("There is no such field.")
        for name in request.args
        if name not in described
    }
    wrong = dict(islice(wrong.items(), NAMES_SHOWN))
    for name, values in request.args.lists():
        if name in described and len(values) > 1 and name not in REPEATED:
            wrong[name] = gettext("This field may be there only once.")
    if wrong:
        raise BadInput(gettext("That choice cannot be shown."), fields=wrong)


@lru_cache(maxsize=1)
def names() -> Mapping[tuple[str, str], tuple[str, ...]]:
    """The names that each operation, by path and method, takes in its address, in the description's order."""
    return {
        (path, method.upper()): tuple(each["name"] for each in operation["parameters"] if each["in"] == "query")
        for path, operations in document()["paths"].items()
        for method, operation in operations.items()
    }


def template(rule: str) -> str:
    """A route's path as the description writes it: `<uuid:id>` is `{id}` there."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)

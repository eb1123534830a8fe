"""The list of names that people in Sweden have, made when the checkout is set up: nothing works without it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

LIST = Path(__file__).resolve().parent / "names.txt"
AT_LEAST = 5000
"""A list with fewer names was cut off while it was written or copied."""
NO_GENITIVE = ("s", "x", "z")
"""Names that end in these have none of their own."""


class NamesMissing(Exception):
    """The list is not there or not whole, so that texts would be screened without it. The message says what to do."""


@dataclass(frozen=True)
class Names:
    """Names in small letters, as they are and in the genitive."""

    given: frozenset[str]
    """Of Sweden's thousand commonest."""
    surnames: frozenset[str]
    """Of Sweden's five hundred commonest."""
    given_elsewhere: frozenset[str]
    surnames_elsewhere: frozenset[str]


def read(path: Path = LIST) -> Names:
    """The list as setup/names.py wrote it. Raises NamesMissing."""
    kinds: dict[str, list[str]] = {"given": [], "surname": [], "given-elsewhere": [], "surname-elsewhere": []}
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            kind, _, name = line.partition(" ")
            if kind in kinds and name:
                kinds[kind].append(name)
    except (OSError, UnicodeDecodeError) as error:
        raise NamesMissing(f"{path} cannot be read, so names would not be found. `make set-up` writes it.") from error
    if sum(map(len, kinds.values())) < AT_LEAST or not all(kinds.values()):
        raise NamesMissing(f"{path} is not whole, so names would not be found. Remove it; `make set-up` writes it.")
    return Names(*(frozenset(_with_genitives(names)) for names in kinds.values()))


def _with_genitives(names: Iterable[str]) -> Iterable[str]:
    for name in names:
        small = name.casefold()
        yield small
        if not small.endswith(NO_GENITIVE):
            yield small + "s"

"""Bring the Swedish catalogue in step with the words in code and templates: `make words`.

New messages come in without a translation, those that nothing uses any more go out.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "observations" / "translations" / "sv" / "LC_MESSAGES" / "messages.po"

SOURCES = (("observations", "*.py", "python"), ("templates", "*.html", "jinja2"))
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_ngettext": (1, 2), "lazy_pgettext": ((1, "c"), 2)}

Key = tuple[str | tuple[str, ...], str | None]
"""A message, or its singular and plural, and its context."""

HEADER = "# The Swedish words of 1 000 ögon. The English ones stand in code and templates.\n"
NOT_KEPT = ("Project-Id", "POT-Creation", "PO-Revision", "Last-Trans", "Language-Team", "Report-Msgid", "Generated-By")
"""Header lines that would differ from one developer to the next and tell nothing."""


def used(root: Path = ROOT) -> dict[Key, list[str]]:
    """Every message in code and templates below `root`, and the files that it stands in."""
    found: dict[Key, list[str]] = {}
    for path, method in _sources(root):
        where = path.relative_to(root).as_posix()
        for _line, message, _comments, context in extract_from_file(method, path, keywords=KEYWORDS):
            files = found.setdefault((message, context), [])
            if where not in files:
                files.append(where)
    return found


def catalogue(path: Path = CATALOGUE) -> Catalog:
    """The catalogue as it stands in the file."""
    with path.open("rb") as file:
        return read_po(file, locale="sv")


def brought_up_to_date(old: Catalog, messages: dict[Key, list[str]]) -> Catalog:
    """A catalogue of just these messages, with the translations that `old` has for them."""
    new = Catalog(locale="sv", project="1 000 ögon", charset="utf-8", fuzzy=False, header_comment=HEADER.strip())
    for (message, context), files in messages.items():
        known = old.get(message if isinstance(message, str) else message[0], context)
        same_shape = known is not None and isinstance(known.id, str) == isinstance(message, str)
        string = known.string if known is not None and same_shape else None
        new.add(message, string, locations=[(file, 0) for file in sorted(files)], context=context)
    return new


def write(new: Catalog, path: Path = CATALOGUE) -> None:
    """Write the catalogue in the order of its messages, without dates and line numbers, so that changes are small."""
    with path.open("wb") as file:
        write_po(file, new, sort_output=True, width=120, include_lineno=False)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(tuple(f'"{n}' for n in NOT_KEPT))), "utf-8")


def _sources(root: Path) -> Iterator[tuple[Path, str]]:
    for folder, pattern, method in SOURCES:
        for path in sorted((root / folder).rglob(pattern)):
            yield path, method


def main() -> int:
    """Rewrite the catalogue and name what still has no Swedish."""
    new = brought_up_to_date(catalogue(), used())
    write(new)
    missing = [message.id for message in new if message.id and not (message.string and all(message.string))]
    for message in missing:
        print(f"without Swedish: {message}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())

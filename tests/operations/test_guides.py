"""The guides can be relied on: what they name exists, and what exists is in them."""

import re

from click import Group

from observations.cli import cli
from tests.contracts import ROOT

NAMED = re.compile(r"`((?:uploads|observations|tests|docs)/[\w./-]+\.(?:py|md))(?:::(test_\w+))?`")
LINKED = re.compile(r"\]\(([\w./-]+\.md)(?:#([\w-]+))?\)")


def test_every_file_and_test_in_the_guides_exists() -> None:
    """An auditor who follows a promise finds what keeps it and what proves it."""
    for guide in ("privacy.md", "operations.md"):
        assert [] == _dangling(_guide(guide)), guide


def test_a_name_that_leads_nowhere_is_noticed() -> None:
    """Control: a file, a test and a heading that are not there."""
    text = "`uploads/gone.py` `tests/contracts/test_look.py::test_gone` [x](operations.md#gone) [](no.md)"

    lost = ["uploads/gone.py", "tests/contracts/test_look.py::test_gone", "operations.md#gone", "no.md"]
    assert lost == _dangling(text)


def test_every_promise_names_a_test() -> None:
    """A promise without proof is a wish."""
    rows = [line for line in _guide("privacy.md").splitlines() if line.startswith("| ") and "| promise" not in line]

    assert len(rows) > 15
    assert [] == [row for row in rows if "`tests/" not in row.split("|")[3]]


def test_every_command_is_in_the_operations_guide() -> None:
    """Whoever runs the service need not read code to know what it can do."""
    guide = _guide("operations.md")
    names = [
        f"{name} {inner}" if inner else name
        for name, command in cli.commands.items()
        for inner in (command.commands if isinstance(command, Group) else [""])
    ]

    assert [] == [name for name in names if f"| `{name}" not in guide]


def _guide(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def _dangling(text: str) -> list[str]:
    names = []
    for path, test in NAMED.findall(text):
        there = (ROOT / path).is_file()
        if not there or (test and f"def {test}(" not in (ROOT / path).read_text(encoding="utf-8")):
            names.append(f"{path}::{test}" if test else path)
    for path, heading in LINKED.findall(text):
        there = (ROOT / "docs" / path).is_file()
        if not there or (heading and heading not in _headings(_guide(path))):
            names.append(f"{path}#{heading}" if heading else path)
    return names


def _headings(text: str) -> set[str]:
    lines = (line for line in text.splitlines() if line.startswith("#"))
    return {re.sub(r"[^\w-]", "", line.lstrip("#").strip().lower().replace(" ", "-")) for line in lines}

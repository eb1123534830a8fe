"""What long runs say of themselves: figures, at the end of the report."""

import os
from collections.abc import Callable

import pytest

FIGURES = pytest.StashKey[list[str]]()


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Takes a line that `make faults` prints at its end."""
    lines: list[str] = request.config.stash.setdefault(FIGURES, [])
    return lines.append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the figures where a long run was asked for."""
    lines = config.stash.get(FIGURES, [])
    if lines and os.environ.get("FAULTS"):
        terminalreporter.section("figures")
        for line in sorted(lines):
            terminalreporter.line(line)

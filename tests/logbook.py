"""What the log of the process would hold, as text."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from observations.cli.logs import FORM, DiscreetFormatter

Entries = Callable[[], str]


@contextmanager
def kept() -> Iterator[Entries]:
    """As long as the block lasts, everything that `serve` would log; what it is so far."""
    written: list[str] = []
    formatter = DiscreetFormatter(FORM)

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(formatter.format(record))

    root, keeper = logging.getLogger(), Keeper()
    level = root.level
    root.addHandler(keeper)
    root.setLevel(logging.INFO)
    try:
        yield lambda: "\n".join(written)
    finally:
        root.removeHandler(keeper)
        root.setLevel(level)

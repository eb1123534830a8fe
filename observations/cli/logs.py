"""What the process writes about itself, on stderr: when, what, where in the code. No content, no addresses."""

import copy
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType

from observations.web import tracing

FORM = "%(asctime)s %(levelname)s %(name)s %(message)s"
_CONNECTION = re.compile(r"<waitress[^>]*>")
"""How the web server calls a connection, with the address at its other end."""

_PATH = re.compile(r"(?<= while serving) .*", re.DOTALL)
"""What it calls a request: by its address, as it was typed."""

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class DiscreetFormatter(logging.Formatter):
    """Tells an error by its kind and its places in the code, not by its message: that may quote what somebody typed.

    Of the system's own errors (a full disk, a broken pipe) the system's words stay; they quote nothing.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One entry, with the name of the request and without the addresses that the web server would name.

        What is told stays on one line, so that nothing that came from outside can look like an entry of its own.
        """
        fresh = copy.copy(record)
        fresh.exc_text = None  # another handler may have left its own, more talkative wording there
        told = _CONNECTION.sub("<a connection>", _PATH.sub("", record.getMessage()))
        told = "".join(sign if sign.isprintable() else " " for sign in told)
        name = tracing.current()
        fresh.msg, fresh.args = f"{told} request={name}" if name else told, None
        return super().format(fresh)

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802  # logging's own name
        """The error and those that led to it, first to last."""
        return "\n".join(_told(error) for error in _chain(ei[1]))


def install() -> None:
    """Send every entry to stderr in this form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(DiscreetFormatter(FORM))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # says of every request that it has to wait
    logging.getLogger("alembic").setLevel(logging.WARNING)  # says at each start that there is nothing to do


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    if error is not None:
        yield from _chain(error.__cause__ or (None if error.__suppress_context__ else error.__context__))
        yield error


def _told(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    words = f": {error.strerror}" if isinstance(error, OSError) and error.strerror else ""
    return "".join(traceback.format_tb(error.__traceback__)) + kind + words

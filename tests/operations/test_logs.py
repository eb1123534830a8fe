"""The form of the log: one entry, one line, and its request's name where there is one."""

import logging

from observations.web import tracing
from tests import logbook


def test_outside_a_request_nothing_is_named() -> None:
    """The sweep and the start belong to nobody's request."""
    with logbook.kept() as entries:
        logging.getLogger("observations").info("swept")

    assert entries().endswith(" INFO observations swept")


def test_nothing_that_was_sent_can_look_like_a_line_of_its_own() -> None:
    """A line end in a path, which waitress would log as it is."""
    with logbook.kept() as entries:
        logging.getLogger("waitress").error("Exception while serving /a\n2026-09-15 10:00:00 ERROR planted")
        logging.getLogger("observations").error("said: %s", "x\r\n2026-09-15\u2028ERROR planted")

    assert 2 == len(entries().splitlines())
    assert "/a" not in entries()


def test_whatever_is_said_during_a_request_bears_its_name() -> None:
    """So that one search brings all there is about it; what was broken is told after it, in lines of its own."""
    with logbook.kept() as entries:
        with tracing.traced("3f2a9c0012345678"):
            try:
                raise ValueError("Anna")
            except ValueError:
                logging.getLogger("observations").exception("unexpected")
        logging.getLogger("observations").info("later")
    first, *_, error, last = entries().splitlines()

    assert first.endswith(" ERROR observations unexpected request=3f2a9c0012345678")
    assert "builtins.ValueError" == error
    assert last.endswith(" INFO observations later")

"""A row of recognizers. Each file has `find(text)`, which yields a Finding for each thing of its kind, in any order.

The text is as `plain` leaves it. `find` never raises, never keeps the text, and takes time in proportion to its length.
A `KIND` says what the file finds.
"""

from collections.abc import Callable, Iterable

from observations.privacy.findings import Finding

Recognizer = Callable[[str], Iterable[Finding]]

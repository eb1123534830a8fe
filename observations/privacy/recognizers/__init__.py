"""A row of recognizers. Each file has `find(text)`, which yields a Finding for each thing of its kind, in any order.

`find` never raises, never keeps the text, and takes time in proportion to the text's length.
"""

from collections.abc import Callable, Iterable

from observations.privacy.findings import Finding

Recognizer = Callable[[str], Iterable[Finding]]

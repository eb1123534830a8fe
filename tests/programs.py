"""The programs that some tests look at results with: exiftool, pdftotext, djpeg, strace, Chromium."""

import os
import shutil

import pytest


def needed(name: str) -> str:
    """Where a program is. Without it the test is skipped with that as its reason, but fails where CI=true."""
    path = shutil.which(name)
    if path is not None:
        return path
    reason = f"{name} is not installed; make test says how to get it"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)

"""Where real files are found, on machines that have them."""

import os
from pathlib import Path

import pytest

from tests.contracts import ROOT

CORPUS = Path(os.environ.get("CORPUS_DIR") or ROOT.parent / "shared" / "corpus")
TRUTHS = ".txt"
"""What is known of some photos lies beside them."""


def needed(name: str) -> Path:
    """A file or folder of the corpus; where it is missing the test is skipped with that as its reason."""
    path = CORPUS / name
    if not path.exists():
        pytest.skip(f"{path} is missing: CORPUS_DIR names the folder that has {name}")
    return path


def photos() -> list[Path]:
    """Every photo of the corpus."""
    return sorted(path for path in needed("photos").glob("*/*") if path.suffix != TRUTHS)

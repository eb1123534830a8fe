"""Architecture tests: what holds for every room at once. Each comes with a planted fault that it must catch."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
"""The checkout."""

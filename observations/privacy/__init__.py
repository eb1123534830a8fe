"""Personal data in what people type: found by small recognizers, one file each, without asking anybody else."""

from observations.privacy.findings import STRUCK, Finding, Kind, without
from observations.privacy.screening import refusals, screen

__all__ = ["STRUCK", "Finding", "Kind", "refusals", "screen", "without"]

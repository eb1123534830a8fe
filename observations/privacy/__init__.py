"""Personal data in what people type: found by small recognizers, one file each, without asking anybody else."""

from observations.privacy.findings import Finding, Kind
from observations.privacy.screening import refusals, screen

__all__ = ["Finding", "Kind", "refusals", "screen"]

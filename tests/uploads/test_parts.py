"""Metadata is taken out before a decoder sees it."""

import pytest

from uploads import parts
from uploads.kinds import Kind


@pytest.mark.parametrize("kind", [b"Exif", b"mime"])
@pytest.mark.parametrize(
    "entry",
    [b"infe\x02\0\0\0\0\x02\0\0", b"infe\x03\0\0\0\0\0\0\x02\0\0"],
    ids=["version 2", "version 3"],
)
def test_metadata_items_of_both_versions_are_renamed(entry: bytes, kind: bytes) -> None:
    """A phone, or somebody hostile, may number its items in two or in four bytes; neither reaches the decoder."""
    raw = b"\0\0\0\x20" + entry + kind + b"\0rest"

    taken = parts.take_apart(raw, Kind.AVIF).picture

    assert kind not in taken
    assert (len(raw), entry in taken) == (len(taken), True)

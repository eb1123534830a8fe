"""Looks at a photo that is in the store, as the audit does: whether it is a picture alone, and how large."""

from io import BytesIO

import exifread

from uploads import markers


class NotClean(Exception):
    """The file holds more than a picture, or is no whole picture."""


def proven(jpeg: bytes) -> tuple[int, int]:
    """Width and height in pixels of a file that is a picture and nothing else; about a millisecond.

    Two pairs of eyes: our own walk over the markers, and exifread, which looks for EXIF wherever it may be.
    Raises NotClean.
    """
    try:
        markers.walk(jpeg)
        size = markers.size(jpeg)
    except markers.MarkerNotAllowed as error:
        raise NotClean(str(error)) from None
    if _seen_by_exifread(jpeg):
        raise NotClean("exifread finds tags in it")
    return size


def _seen_by_exifread(jpeg: bytes) -> bool:
    try:
        return bool(exifread.process_file(BytesIO(jpeg), details=False))
    except Exception:  # it stumbles only over what it takes for EXIF
        return True

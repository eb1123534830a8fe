"""The one error that a photo can cause, and the reasons there are for it."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a photo was not accepted. The words for people are looked up where they are shown."""

    NOT_A_PHOTO = "not_a_photo"
    """The first bytes are of no format that telephones and cameras write: SVG, PDF, GIF, TIFF, an empty file…"""
    TOO_LARGE = "too_large"
    """More bytes than a request may have."""
    TOO_MANY_PIXELS = "too_many_pixels"
    """The header declares more pixels than are decoded, or decoding needed more memory than there was."""
    DAMAGED = "damaged"
    """Cut off, or no decoder can make pixels of it."""
    NOT_CLEAN = "not_clean"
    """What came out was not provably pixels only. Never seen; the kernel fails closed should it happen."""


class PhotoRejected(Exception):
    """The photo is refused and nothing of it was kept; `reason` says why.

    Carries no other text, since a decoder's message may quote the photo.
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)  # the argument itself, so that the error can be sent from one process to another
        self.reason = reason

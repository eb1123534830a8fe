"""The privacy kernel: bytes of a photo in, a picture built from pixels only out.

Here an auditor finds everything that ever touches an original photo. It is never written to disk, and what leaves
this folder has passed one gate.

    kinds       which formats are let in, told by the bytes
    parts       takes a file apart: the picture, the EXIF block, the colour profile; the rest is dropped unread
    iso_media   does that for HEIC and AVIF, whose tables items reads: a fresh file of the picture that is shown
    decode      opens the picture with the one decoder of its kind; upright, sRGB, 2000 px
    gate        the only way out: a fresh picture, encoded as JPEG
    markers     proves that a JPEG holds nothing but a picture
    sanitise    the way through: parts → decode → gate → markers
    exif, facts two suggestions for the form, when and where; nothing else is read
    redact      solid boxes burned into pixels
    recognizers find what may be personal in a picture, as suggestions; apart from the server
    stores      where clean photos are kept
    slots       how many photos are decoded at a time
    limits      every number
    proof       looks at what is in the store, as the audit does
    rejected    why a photo is refused

No Flask and no SQLAlchemy: nothing here knows of a request or a table.
"""

from uploads.facts import Facts, TakenAtSource, facts
from uploads.gate import SanitisedPhoto
from uploads.redact import Box, burn
from uploads.rejected import PhotoRejected, Reason
from uploads.sanitise import sanitise, thumbnail
from uploads.slots import Busy, DecodeSlots

__all__ = [
    "Box",
    "Busy",
    "DecodeSlots",
    "Facts",
    "PhotoRejected",
    "Reason",
    "SanitisedPhoto",
    "TakenAtSource",
    "burn",
    "facts",
    "sanitise",
    "thumbnail",
]

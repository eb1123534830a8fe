"""Every limit of the kernel in one place, each with the reason for its size."""

from typing import Final

REQUEST_BYTES: Final = 25_000_000
"""A whole report with its photos. One photo may use all of it."""

PHOTOS_PER_REPORT: Final = 5
"""More than anybody needs for one spot; fewer than keeps a decode slot busy for long."""

DECLARED_PIXELS: Final = 50_000_000
"""JPEG and HEIC, the formats in which telephones photograph at up to 50 megapixels."""

DECLARED_PIXELS_OTHER: Final = 16_000_000
"""PNG, WebP and AVIF. They cannot be decoded at a reduced size and arrive as screenshots or already shrunk."""

CODED_PIXELS: Final = 90_000_000
"""What the pieces of a HEIC come to: tiles stick out over the edge, and what is see-through is a second picture.

Pixels in full colour, of more than eight bits or of transparency count twice, since they take twice the memory.
"""

CODED_PIXELS_OTHER: Final = 70_000_000
"""The same for AVIF, which may leave room for pictures of up to four times the declared size."""

HEAVY_PIXELS: Final = 16_000_000
"""A JPEG or HEIC above this takes every decode slot, so that two of them are never in memory at once."""

HEAVY_PIXELS_OTHER: Final = 6_000_000
"""The same for the others, which need up to 19 bytes for each pixel: 300 MB for the largest, measured."""

LONG_SIDE_PX: Final = 2000
"""Longest edge of what is kept. At 2000, and not at 2048, a 4000 px photo decodes at half scale in one step."""

THUMBNAIL_SIDES_PX: Final = (800, 320)
"""Longest edges of the smaller copies: the review queue and the list."""

JPEG_QUALITY: Final = 82
"""Tags and damage stay legible; a 2000 px photo takes about half a megabyte."""

JPEG_PASSED_PIXELS: Final = 600_000_000
"""Pixels of a JPEG times its scans, each being a pass over the whole picture: 12 scans at 50 megapixels, 50 at 12.

Encoders write ten, seldom fifteen. The dearest file within this takes 1.6 CPU-seconds, measured: 49 megapixels of
noise, looked at twice because they end in grey.
"""

ARITHMETIC_COST: Final = 5
"""So many times dearer is a pass over a JPEG in arithmetic coding, measured. No camera writes that."""

FILE_PARTS: Final = 10_000
"""Segments of a JPEG or chunks of a PNG. A real 25 MB file has some thousands; a hostile one could have millions."""

FILE_ITEMS: Final = 1_000
"""Pictures and tiles that a HEIC or AVIF is made of, which is as many as libheif takes."""

ITEM_TABLE_BYTES: Final = 200_000
"""Each table of a HEIC or AVIF. Those of a photo of 1,000 tiles have up to 40 kB; in larger ones one can be lost."""

ICC_BYTES: Final = 4_000_000
"""A colour profile after unpacking; the largest printing profiles are about 3 MB. A larger one is ignored."""

EARLIEST_YEAR: Final = 2000
"""A capture time before this is a camera whose clock was never set."""

CLOCK_AHEAD_MINUTES: Final = 10
"""How far ahead of ours a telephone's clock may be before its capture time counts as absurd."""

ERROR_RADIUS_M: Final = 100_000
"""A stated error of a position beyond this says nothing and is dropped."""

SCREENED_SIDE_PX: Final = 1280
"""Longest edge of the copy that is looked through for faces: one of 16 pixels there is 25 in what is kept."""

FACE_CONFIDENCE: Final = 50
"""Of 100. Below it, walls and leaves begin to be faces."""

FACE_MARGIN: Final = 0.25
"""Of the face's own width and height, on every side: what a detector calls a face ends at brow and chin."""

SCREENING_WAIT_S: Final = 20.0
"""A photo takes a third of a second, on a busy machine a few; what takes longer hangs."""

BOXES_PER_PHOTO: Final = 50
"""At a time. Whoever needs more rejects the photo."""

SLOT_WAIT_S: Final = 2.0
"""How long an upload waits for a decode slot before it is asked to come back."""

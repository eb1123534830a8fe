"""What a report may be, in numbers. Bytes of a request are bounded in web.requests, photos in uploads.limits."""

from datetime import timedelta
from typing import Final

from uploads import limits as uploads

NOTE_CHARACTERS: Final = 200
"""In the form: a sentence or two, since every sentence may hold something personal."""
NOTE_CHARACTERS_AT_MOST: Final = 2000
"""From another system, whose texts are as long as they are."""
ADDRESS_CHARACTERS: Final = 120
PHOTOS: Final = uploads.PHOTOS_PER_REPORT

OLDEST: Final = timedelta(days=5 * 365 + 1)
"""Five years back: old enough for another system to hand over its history."""
AHEAD: Final = timedelta(minutes=10)
"""What a phone's clock may be fast by."""

WINDOW: Final = timedelta(hours=1)
"""The time within which a device's reports are counted against Settings.reports_per_hour."""

LABEL_WITHIN_M: Final = 60.0
"""A point gets the name of the nearest address up to this distance; farther off the name would mislead."""

MINE_FOR: Final = timedelta(days=14)
"""How long a device sees what became of its reports."""
MINE_ROWS: Final = 200

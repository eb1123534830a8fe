"""Every limit of requests and reports, each with the reason for its size.

Those of a single photo are in uploads.limits, part of the privacy kernel; how long a sign-in lasts is in
accounts.limits.
"""

from datetime import timedelta
from typing import Final

from uploads import limits as uploads

# A request

BODY_BYTES: Final = 25 * 1024 * 1024
"""A report with all its photos, and the words around them. What is larger is answered 413."""

FORM_BYTES: Final = 256 * 1024
"""The fields of a form without its files: the longest note takes 8 kB."""

FORM_PARTS: Final = 40
"""Fields and files of one form. That of a report has some fifteen, and five photos."""

JSON_BYTES: Final = 256 * 1024
"""A body of JSON, where a view does not want less: 50 boxes on a photo take 6 kB."""

JSON_DEPTH: Final = 20
"""Brackets within brackets. What is meant has three; Python's own reader gives up at about a thousand."""

FORMS_LAST: Final = timedelta(days=365)
"""How long a page that lies open can still be sent: as long as a reporter's sign-in lasts."""

# A report

NOTE_CHARACTERS: Final = 200
"""In the form: a sentence or two, since every sentence may hold something personal."""

NOTE_CHARACTERS_AT_MOST: Final = 2000
"""From another system, whose texts are as long as they are."""

ADDRESS_CHARACTERS: Final = 120
"""A street and its number, or words about a place; what is longer tells a story and belongs into the note."""

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

WITHDRAW_FOR: Final = timedelta(hours=24)
"""How long the one who sent a report may take it back, as long as nobody has reviewed it."""

AFTER_PHOTOS: Final = 3
"""Of one observation: a wall, a step back, and one that came out better."""

AFTER_BEFORE: Final = timedelta(days=1)
"""How much earlier than the observation an after-photo may have been taken: the time of either may have been chosen."""

MINE_ROWS: Final = 200
"""Of its own reports, shown at a time."""

SAME_FOR: Final = timedelta(days=60)
"""How old a report may be that a reporter is asked about: "the same?" What lay there for longer is news again."""

SAME_NOT_OWN_FOR: Final = timedelta(hours=12)
"""For so long one is not asked about what one has sent oneself: one knows of it."""

SAME_AT_MOST: Final = 3
"""Of such reports, the nearest ones: what one takes in at a glance."""

ROUND_LASTS: Final = timedelta(hours=12)
"""A round that nobody ended is over after that: a long day's work, and never still the one of yesterday."""

ROUNDS_LISTED: Final = 200
"""On the coordinator's page of rounds, the newest ones."""

# The web server

PAGE_THREADS: Final = 8
"""Requests worked on at once, apart from those with a photo: a page never waits for somebody's photos."""

UPLOAD_THREADS_AT_MOST: Final = 7
"""Requests with a photo at once: two more than there are cores to decode on, up to this.

Each of these and of the others may need two of the 30 connections to the database.
"""

CONNECTIONS: Final = 500
"""Open at once. When one more comes, the one is closed that has waited longest without a whole header."""

HEADER_BYTES: Final = 32 * 1024
"""Request line and headers together; a browser's are about 1 kB."""

SMALL_BODY_BYTES: Final = 64 * 1024
"""Of each body, not counted against Settings.upload_memory_mb: a decision finds room when photos do not."""

DISCARDED_BYTES: Final = 8 * BODY_BYTES
"""A body that is refused is read to its end, up to this, and thrown away: who still sends hears no answer."""

CHUNK_LINE_BYTES: Final = 1024
"""The line before each chunk of a body that comes in chunks; it holds a number."""

TRAILER_BYTES: Final = 8 * 1024
"""What may follow the last chunk; nothing here reads it."""

IDLE_S: Final = 30
"""After which a connection is closed on which nothing has moved in either direction."""

HEADER_S: Final = 30
"""From the first byte of a request to the end of its headers."""

REQUEST_S: Final = 300
"""From its first byte to its last: five photos shrunk by a phone, 2.5 MB, pass in this time at 70 kbit/s."""

ANSWER_S: Final = 300
"""From the end of a request until its answer has been taken."""

UNSENT_BYTES: Final = 64 * 1024 * 1024
"""Of all answers that wait for slow readers. Beyond it the one that has waited longest is given up."""

GRACE_S: Final = 5
"""Nobody is called a slow sender before this."""

QUEUE_S: Final = 10
"""A request with a photo that nobody could work on for so long is asked to come back."""

STOP_S: Final = 5
"""What is under way when the server is told to stop has this long to finish."""

BUSY_RETRY_S: Final = 5
"""What a client is asked to wait before it sends again (Retry-After)."""

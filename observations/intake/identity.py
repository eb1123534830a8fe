"""Whether two reports under one id are the same report."""

import hashlib
import hmac
import json
from datetime import UTC

from observations.intake.draft import Draft

PURPOSE = "report"
"""The secret is also used elsewhere; a digest made for one purpose must mean nothing for another."""


def digest(draft: Draft, secret: bytes) -> str:
    """64 hexadecimal digits over all that was sent, photos by their bytes as sent.

    Keyed, because a note or an address is short enough to be found by trying them all against a plain digest.
    Source: HMAC-SHA-256, RFC 2104.
    """
    point = draft.point
    sent = [
        PURPOSE,
        str(draft.id),
        draft.category.value,
        draft.observed_at and draft.observed_at.astimezone(UTC).isoformat(),
        draft.time_source.value,
        point and [point.latitude, point.longitude, point.source.value, point.accuracy_m],
        draft.address,
        draft.note,
        draft.urgent,
        [hashlib.sha256(photo).hexdigest() for photo in draft.photos],
    ]
    return hmac.new(secret, json.dumps(sent).encode(), hashlib.sha256).hexdigest()

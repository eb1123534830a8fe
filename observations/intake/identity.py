"""Whether two reports under one id are the same report."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime

from observations.intake.draft import AfterDraft, Draft

PURPOSE, AFTER = "report", "after-photo"
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
        _written(draft.observed_at),
        draft.time_source.value,
        point and [point.latitude, point.longitude, point.source.value, point.accuracy_m],
        draft.address,
        draft.note,
        draft.urgent,
        [hashlib.sha256(photo).hexdigest() for photo in draft.photos],
    ]
    return _keyed(sent, secret)


def after_digest(draft: AfterDraft, secret: bytes) -> str:
    """The same over an after-photo, and over which observation it is of."""
    sent = [
        AFTER,
        str(draft.id),
        str(draft.observation_id),
        _written(draft.taken_at),
        hashlib.sha256(draft.photo).hexdigest(),
    ]
    return _keyed(sent, secret)


def _written(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def _keyed(sent: Sequence[object], secret: bytes) -> str:
    return hmac.new(secret, json.dumps(sent).encode(), hashlib.sha256).hexdigest()

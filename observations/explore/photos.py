"""A photo on its way to a browser: from the store, smaller if asked, under headers that let it be a picture only."""

import logging
import threading
from typing import Final

from cachetools import TTLCache
from flask import Response, abort, request

from observations.record.sweep import has_row
from observations.record.tables import Photo, PhotoKind
from observations.record.workflow import WAITING
from observations.web import Busy, current_database, photo_store
from uploads import PhotoRejected, limits, thumbnail
from uploads.stores import PhotoMissing, StoreUnavailable

log = logging.getLogger(__name__)

SIZES_PX = limits.THUMBNAIL_SIDES_PX
"""Longest edges that there are smaller copies for."""
POLICY = "sandbox; default-src 'none'"

_SMALLER_BYTES: Final = 16_000_000
_SMALLER_FOR_S: Final = 60
_smaller: TTLCache[tuple[str, int], bytes] = TTLCache(_SMALLER_BYTES, _SMALLER_FOR_S, getsizeof=len)
"""Smaller copies of the last minute, by the file's name, in memory only: nothing has to be destroyed with the photo.

A queue shows the same fifty at every step. A photo that gets boxes gets a new name, so none is shown by mistake.
"""
_lock = threading.Lock()


def send(photo: Photo, size_px: int | None = None) -> Response:
    """The picture, whole or with a longest edge of `size_px`; 304 without reading it when the browser has it already.

    While a photo waits for review no browser may keep it: what it shows is not decided yet. Nor may it keep an
    after-photo, which nobody reviews, before something has looked through it. A row whose file is
    missing or damaged is an alarm in the log and a 404. Raises Busy when the store is away, and as long as boxes are
    ordered that are not burned in yet.
    """
    if photo.to_burn:
        raise Busy
    response = Response(mimetype="image/jpeg")
    tag = f"{photo.sha256}-{size_px or 'whole'}"
    response.set_etag(tag)
    response.headers["Content-Security-Policy"] = POLICY
    is_new = photo.kind is PhotoKind.AFTER and photo.screened_at is None
    undecided = photo.observation.review in WAITING or bool(photo.suggestions) or is_new
    response.headers["Cache-Control"] = "private, no-store" if undecided else "private, no-cache"
    response.headers["Content-Disposition"] = f'inline; filename="{photo.id}.jpg"'
    if request.if_none_match.contains(tag):
        response.status_code = 304
    else:
        response.set_data(_picture(photo, size_px))
    return response


def _picture(photo: Photo, size_px: int | None) -> bytes:
    try:
        if size_px is None or max(photo.width_px, photo.height_px) <= size_px:
            return photo_store().get(photo.name)
        return _made_smaller(photo.name, size_px)
    except PhotoMissing:
        if not has_row(current_database(), photo.name):  # it was covered or destroyed since the row was read
            raise Busy from None
        log.error("ALARM photo %s has a row but no file", photo.id)
    except PhotoRejected:
        log.error("ALARM photo %s is damaged in the store", photo.id)
    except StoreUnavailable as error:
        raise Busy from error
    abort(404)


def _made_smaller(name: str, size_px: int) -> bytes:
    """20 to 50 ms, or nothing if it was asked for within the last minute."""
    with _lock:
        kept: bytes | None = _smaller.get((name, size_px))
    if kept is None:
        kept = thumbnail(photo_store().get(name), size_px)
        with _lock:
            _smaller[name, size_px] = kept
    return kept

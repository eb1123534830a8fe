"""A photo on its way to a browser: from the store, smaller if asked, under headers that let it be a picture only."""

import logging

from flask import Response, abort, request

from observations.record.tables import Photo
from observations.web import Busy, photo_store
from uploads import PhotoRejected, thumbnail
from uploads.stores import PhotoMissing, StoreUnavailable

log = logging.getLogger(__name__)

SIZES_PX = (320, 800)
"""Longest edges that there are smaller copies for."""
POLICY = "sandbox; default-src 'none'"


def send(photo: Photo, size_px: int | None = None) -> Response:
    """The picture, whole or with a longest edge of `size_px`; 304 without reading it when the browser has it already.

    A smaller copy is made each time, 20 to 50 ms: it is never kept, so nothing has to be destroyed with the photo.
    A row whose file is missing or damaged is an alarm in the log and a 404. Raises Busy when the store is away.
    """
    response = Response(mimetype="image/jpeg")
    tag = f"{photo.sha256}-{size_px or 'whole'}"
    response.set_etag(tag)
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "private"
    response.headers["Content-Disposition"] = f'inline; filename="{photo.id}.jpg"'
    if request.if_none_match.contains(tag):
        response.status_code = 304
    else:
        response.set_data(_picture(photo, size_px))
    return response


def _picture(photo: Photo, size_px: int | None) -> bytes:
    try:
        jpeg = photo_store().get(photo.name)
        return jpeg if size_px is None or max(photo.width_px, photo.height_px) <= size_px else thumbnail(jpeg, size_px)
    except PhotoMissing:
        log.error("ALARM photo %s has a row but no file", photo.id)
    except PhotoRejected:
        log.error("ALARM photo %s is damaged in the store", photo.id)
    except StoreUnavailable as error:
        raise Busy from error
    abort(404)

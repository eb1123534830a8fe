"""The small copy of a photo that reporters may see: enough to know a wall again, too little to read a small thing."""

from flask import Response, abort

from observations.record.tables import Photo
from observations.web import Busy, photo_store
from uploads import PhotoRejected, limits, thumbnail
from uploads.stores import PhotoMissing, StoreUnavailable

SIDE_PX = min(limits.THUMBNAIL_SIDES_PX)
"""Its longest edge."""
POLICY = "sandbox; default-src 'none'"


def send(photo: Photo, name: str) -> Response:
    """A picture and nothing else, which no browser keeps. 20 to 50 ms.

    404 for a file that is lost or damaged, which is not told here: the self-check raises that alarm. Raises web.Busy
    when the store is away.
    """
    response = Response(_small(photo), mimetype="image/jpeg")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = f'inline; filename="{name}.jpg"'
    return response


def size_px(photo: Photo) -> tuple[int, int]:
    """Width and height of the small copy."""
    smaller = min(1.0, SIDE_PX / max(photo.width_px, photo.height_px))
    return max(1, round(photo.width_px * smaller)), max(1, round(photo.height_px * smaller))


def _small(photo: Photo) -> bytes:
    try:
        return thumbnail(photo_store().get(photo.name), SIDE_PX)
    except (PhotoMissing, PhotoRejected):
        abort(404)
    except StoreUnavailable as error:
        raise Busy from error

"""Other systems: REST v1. Errors are application/problem+json (RFC 9457).

A request carries `Authorization: Bearer`, or the cookie of a page of ours: the look-up of who is signed in takes a
cookie only from there, so no other site can have a browser post here.
"""

from flask import Blueprint

bp = Blueprint("api", __name__, url_prefix="/api/v1")

# The routes hang on bp, which must be there first.
from observations.api import (  # noqa: E402
    after_photos,  # noqa: F401
    arguments,
    figures,  # noqa: F401
    observations_post,  # noqa: F401
    openapi,  # noqa: F401
    reading,  # noqa: F401
    redactions,  # noqa: F401
    sightings,  # noqa: F401
)

bp.before_request(arguments.refuse_unknown)

"""Other systems: REST v1. Errors are application/problem+json (RFC 9457).

A request carries `Authorization: Bearer`, or the cookie of a page of ours: the look-up of who is signed in takes a
cookie only from there, so no other site can have a browser post here.
"""

from flask import Blueprint

bp = Blueprint("api", __name__, url_prefix="/api/v1")

# The routes hang on bp, which must be there first.
from observations.api import arguments, figures, observations_post, openapi, reading, redactions  # noqa: E402, F401

bp.before_request(arguments.refuse_unknown)

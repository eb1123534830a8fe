"""What makes the reporter's page an app on the phone: its service worker, its manifest, what it keeps, and how lightly.

Nothing here knows who asks. The pages that the phone keeps hold nothing of anybody.
"""

import gzip
import json
import re
import uuid
from typing import Any, Final

from flask import Blueprint, Response, jsonify, request, url_for
from flask_babel import gettext

from observations.access import allow
from observations.record.categories import Category
from observations.record.categories import label as category_label
from observations.web import render

bp = Blueprint("phone", __name__)

MODULES: Final = (
    "js/draft.js",
    "js/fields.js",
    "js/offers.js",
    "js/outbox.js",
    "js/phone.js",
    "js/position.js",
    "js/questions.js",
    "js/sending.js",
    "js/store.js",
    "js/where.js",
    "vendor/idb.js",
)
"""What report.js is made of: fetched with it, since one that is only found in another costs the net's delay again."""

KEPT_FILES: Final = (
    "css/base.css",
    "css/controls.css",
    "css/parts.css",
    "css/phone.css",
    "css/pin.css",
    "css/report.css",
    "css/tokens.css",
    "img/favicon.svg",
    "img/symbols.svg",
    "js/addresses.js",
    "js/boxes-phone.js",
    "js/exif.js",
    "js/outbox-page.js",
    "js/photo.js",
    "js/photos.js",
    "js/pin.js",
    "js/report.js",
    "js/same.js",
    "js/suggest.js",
    *MODULES,
)
"""The files of the pages that are kept; a test opens the pages without a net."""

KEPT_LATER: Final = (
    "css/after.css",
    "css/fonts.css",
    "js/after.js",
    "js/camera.js",
    "vendor/fonts/schibsted-grotesk.woff2",
)
"""Not needed to report: fetched once the page has been used."""

KEPT_PAGES: Final = ("intake.start", "phone.outbox")
EACH_TIME_ANEW: Final = re.compile(rb'(name="(?:csrf_token|id)" value=")[^"]*')
"""What differs from one copy of a page to the next although the page is the same."""

SIGHTINGS: Final = "/api/v1/observations/{id}/sightings"
"""Written out: the API stands above the pages."""

BARE_POLICY: Final = "default-src 'none'; frame-ancestors 'none'"

THEME: Final = "#F4F4EE"


@bp.get("/sw.js")
@allow.anyone
def service_worker() -> Response:
    """The service worker: a few lines that name this version's files, so that it changes exactly when they do."""
    code = url_for("static", filename="js/sw.js")
    begins = {
        "version": code.split("/")[2],
        "files": [url_for("static", filename=name) for name in KEPT_FILES],
        "later": [url_for("static", filename=name) for name in KEPT_LATER],
        "pages": [url_for(endpoint) for endpoint in KEPT_PAGES],
        "away": [
            (url_for("front"), url_for("intake.start")),
            (url_for("intake.mine"), url_for("phone.outbox")),
            (receipt_address().removesuffix("{id}"), url_for("phone.outbox")),
            ("/efterbild/", url_for("phone.outbox")),
        ],
    }
    response = Response(
        f"import {{ begin }} from {json.dumps(code)};\n\nbegin({json.dumps(begins, indent=1)});\n",
        mimetype="text/javascript",
    )
    return _asked_again(response)


@bp.get("/manifest.webmanifest")
@allow.anyone
def manifest() -> Response:
    """What the phone needs to put the page on its home screen. Source: W3C Web Application Manifest."""
    icons = [
        ("app-icon.svg", "any", "any"),
        ("app-icon-192.png", "192x192", "any"),
        ("app-icon-512.png", "512x512", "any"),
    ]
    icons += [("app-icon-maskable-512.png", "512x512", "maskable")]
    response = jsonify(
        id=url_for("intake.start"),
        name="1 000 ögon",
        short_name="1 000 ögon",
        description=gettext("Report what you have seen"),
        start_url=url_for("intake.start"),
        scope=url_for("front"),
        display="standalone",
        background_color=THEME,
        theme_color=THEME,
        icons=[_icon(*icon) for icon in icons],
    )
    response.mimetype = "application/manifest+json"
    return _asked_again(response)


def _icon(name: str, sizes: str, purpose: str) -> dict[str, Any]:
    kind = "image/svg+xml" if name.endswith(".svg") else "image/png"
    return {"src": url_for("static", filename=f"img/{name}"), "sizes": sizes, "type": kind, "purpose": purpose}


@bp.get("/utkorg")
@allow.anyone
def outbox() -> str:
    """The page that lists what the phone has not sent yet. The list is the phone's own; this is its empty frame."""
    categories = {code.value: str(category_label(code)) for code in Category}
    return render("intake/outbox.html", categories=categories)


@bp.app_context_processor
def _for_templates() -> dict[str, Any]:
    return {"phone_modules": MODULES, "receipt_address": receipt_address(), "sightings_address": SIGHTINGS}


def receipt_address() -> str:
    """The address of a receipt, with `{id}` where the report's id stands."""
    nobody = uuid.UUID(int=0)
    return url_for("intake.receipt", id=nobody).replace(str(nobody), "{id}")


@bp.after_app_request
def _lightly(response: Response) -> Response:
    """A kept page is sent compressed, and not at all when the phone has it already.

    Compressing does no harm here: nothing of what a request says is repeated on these pages.
    """
    if request.endpoint == "static" and (request.view_args or {}).get("filename") in KEPT_FILES:
        response.headers["Content-Security-Policy"] = BARE_POLICY  # the long one is of no use to what is no page
    if request.endpoint not in KEPT_PAGES or request.method != "GET" or response.status_code != 200:
        return response
    body = response.get_data()
    response.set_data(EACH_TIME_ANEW.sub(rb"\1", body))
    response.add_etag(weak=True)
    response.set_data(body)
    response.headers["Vary"] = "Accept-Encoding, Cookie"
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.set_data(gzip.compress(body, 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response.make_conditional(request)  # type: ignore[return-value]  # it is the same response


def _asked_again(response: Response) -> Response:
    """To be kept, but asked for each time whether it is still so."""
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request)  # type: ignore[return-value]  # it is the same response

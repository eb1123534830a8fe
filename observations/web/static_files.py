"""Static files: one digest of them all in the path, so that modules find each other and a copy is good for ever."""

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, request, send_from_directory

from observations.access import allow

FOLDER = Path(__file__).resolve().parent.parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"
COMPRESSED = {".css", ".js", ".mjs", ".svg", ".json", ".html", ".txt"}
TYPES = {".mjs": "text/javascript", ".woff2": "font/woff2", ".webmanifest": "application/manifest+json"}


def install(app: Flask) -> None:
    """Serve the folder at /static/<digest>/…, and let url_for("static", filename=…) know the digest."""
    digest = digest_of(FOLDER)

    @app.url_defaults
    def add_digest(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values.setdefault("digest", digest)

    app.add_url_rule("/static/<digest>/<path:filename>", endpoint="static", view_func=serve)


@allow.anyone
def serve(digest: str, filename: str) -> Response:
    """One file, compressed where that helps. An old digest still answers, with the present file."""
    suffix = Path(filename).suffix
    path = _existing(filename) or abort(404)
    if suffix in COMPRESSED and "gzip" in request.headers.get("Accept-Encoding", ""):
        response = Response(_gzipped(path, path.stat().st_mtime_ns), mimetype=TYPES.get(suffix) or _mimetype(suffix))
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = send_from_directory(FOLDER, filename, mimetype=TYPES.get(suffix))
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = FOR_EVER
    return response


def _existing(filename: str) -> Path | None:
    """The file of that name in the folder; a name that no disk could hold (NUL, too long) is none either."""
    try:
        path = (FOLDER / filename).resolve()
        return path if path.is_relative_to(FOLDER) and path.is_file() else None
    except (OSError, ValueError):
        return None


def digest_of(folder: Path) -> str:
    """Ten hex digits over names and contents of all files below `folder`."""
    whole = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        whole.update(path.relative_to(folder).as_posix().encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()[:10]


@lru_cache(maxsize=256)
def _gzipped(path: Path, _modified_ns: int) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)


def _mimetype(suffix: str) -> str:
    kinds = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".json": "application/json"}
    return kinds.get(suffix, "text/plain")

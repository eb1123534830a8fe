"""Requests that never touch a disk: an upload stays in memory until the privacy kernel has seen it."""

from io import BytesIO
from typing import IO

from flask import Request

BODY_LIMIT_BYTES = 25 * 1024 * 1024
FORM_MEMORY_LIMIT_BYTES = 256 * 1024
FORM_PARTS_LIMIT = 40


class InMemoryRequest(Request):
    """Werkzeug would write uploads over 500 KiB to a temporary file: a raw photo, with its position, on a disk."""

    max_content_length = BODY_LIMIT_BYTES
    max_form_memory_size = FORM_MEMORY_LIMIT_BYTES
    max_form_parts = FORM_PARTS_LIMIT

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()

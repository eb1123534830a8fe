"""Requests that never touch a disk: an upload stays in memory until the privacy kernel has seen it."""

from enum import StrEnum
from io import BytesIO
from typing import IO, Final

from flask import Flask, Request, request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from observations import limits
from observations.web.errors import Busy, FormTooLarge

REFUSED: Final = "ogon.refused"
"""In the environment of a request: why the web server kept nothing of its body."""


class Refused(StrEnum):
    """What a web server that bounds its memory says of a body that it has read to its end and thrown away."""

    TOO_LARGE = "too large"
    NO_ROOM = "no room"


class InMemoryRequest(Request):
    """Werkzeug would write uploads over 500 KiB to a temporary file: a raw photo, with its position, on a disk."""

    max_content_length = limits.BODY_BYTES
    max_form_memory_size = limits.FORM_BYTES
    max_form_parts = limits.FORM_PARTS

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()

    def _load_form_data(self) -> None:
        """Reads the form. Raises BadRequest, RequestEntityTooLarge, and FormTooLarge where it is not the whole body.

        Werkzeug bounds the memory and the fields of multipart forms only; of the other kind the whole body is fields.
        """
        if self.mimetype == "application/x-www-form-urlencoded":
            self.max_content_length = limits.FORM_BYTES
        try:
            super()._load_form_data()
        except RequestEntityTooLarge as error:
            if self.content_length is not None and self.content_length <= limits.BODY_BYTES:
                raise FormTooLarge from error
            raise
        if None in self.form or None in self.files:  # a part without a name, on which others would stumble
            raise BadRequest


def install(app: Flask) -> None:
    """Keep uploads in memory, and answer in the service's own words for a body that the web server threw away."""
    app.request_class = InMemoryRequest
    app.before_request(_refuse_as_told)


def _refuse_as_told() -> None:
    """Before anything asks for the form. A server that says nothing has kept the body, and Werkzeug measures it."""
    told = request.environ.get(REFUSED)
    if told == Refused.TOO_LARGE:
        raise RequestEntityTooLarge
    if told == Refused.NO_ROOM:
        raise Busy

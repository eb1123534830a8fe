"""A row of channels: each turns what it was sent into a Draft, which `hand_in` takes to the gate.

A channel is a module with `read(sent, *, now) -> Draft`. It understands what was sent, field by field, and raises
ReportRefused for what it cannot; whether the report may be kept is judged behind it, by the gate, alike for all.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Request
from flask_babel import gettext
from werkzeug.datastructures import FileStorage, MultiDict

from observations.access import current_actor
from observations.intake.draft import Draft, Receipt
from observations.intake.receive import Gate, receive
from observations.web import BadInput, current_runtime, now
from uploads import DecodeSlots

PHOTOS = "photos"
BOUNDARY_CHARACTERS = 100
"""The longest line between two parts of a form. RFC 2046 has 70; Werkzeug's own client makes 73 now and then."""
SLOTS = DecodeSlots()
"""One set for all channels of the process, since they share its memory."""


@dataclass(frozen=True)
class Sent:
    """The fields and files of one multipart request, in memory."""

    fields: MultiDict[str, str]
    files: MultiDict[str, FileStorage]

    @classmethod
    def of(cls, request: Request) -> "Sent":
        """What this request carries. Raises BadInput, 400, for a body that is no whole form of named parts."""
        if len(request.mimetype_params.get("boundary", "")) > BOUNDARY_CHARACTERS:
            raise _not_whole()
        fields, files = request.form, request.files
        names = [*fields, *files]
        if not names or not all(names):
            raise _not_whole()
        return cls(fields, files)

    def photos(self) -> tuple[bytes, ...]:
        """The bytes of every photo. A browser sends an empty nameless one where no file was chosen."""
        return tuple(self._bytes(self.files.getlist(PHOTOS)))

    @staticmethod
    def _bytes(files: Iterable[FileStorage]) -> Iterable[bytes]:
        for file in files:
            raw = file.read()
            if raw or file.filename:
                yield raw


def _not_whole() -> BadInput:
    return BadInput(gettext("The form did not arrive whole. Send it again."), status=400)


def hand_in(draft: Draft) -> Receipt:
    """Take a draft of the current request to the gate. Raises what `receive` does."""
    return receive(draft, gate(), actor=current_actor(), now=now())


def gate() -> Gate:
    """What the current request's process keeps reports by."""
    runtime = current_runtime()
    return Gate(
        database=runtime.database,
        store=runtime.store,
        slots=SLOTS,
        secret=runtime.secret,
        reports_per_hour=runtime.settings.reports_per_hour,
    )

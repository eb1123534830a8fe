"""One request as it comes in, byte by byte."""

import time
from typing import cast

from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.receiver import ChunkedReceiver
from waitress.utilities import BadRequest, RequestEntityTooLarge

from observations import limits
from observations.server.body import Body, Room
from observations.web.requests import Refused


class Request(HTTPRequestParser):
    """A request whose body is kept in the common room, or read to its end and thrown away.

    One that is too large is no error of waitress's, which would answer while the client still sends and so break its
    pipe. It reaches the application without a body and with the reason, and is answered there like everything else.
    """

    def __init__(self, adj: Adjustments, room: Room) -> None:
        super().__init__(adj)
        self._room = room
        self._body: Body | None = None
        self.began = time.monotonic()
        """When its first byte came."""
        self.whole_since = self.began
        """When its last byte had come."""

    @property
    def refused(self) -> Refused | None:
        """Why nothing is kept of its body."""
        return self._body.refused if self._body is not None else None

    @property
    def large(self) -> bool:
        """Whether it holds memory of the common room."""
        return self._body is not None and self._body.taken > 0

    def refuse(self, why: Refused) -> None:
        """Forget its body."""
        if self._body is not None:
            self._body.refuse(why)

    def parse_header(self, header_plus: bytes) -> None:
        """Let the body, if one is announced, go where bodies go here. Raises waitress's ParsingError, answered 400.

        A length beside chunks is refused: a proxy that goes by the length would see another request in the rest.
        Source: RFC 9112, 6.3.
        """
        try:
            super().parse_header(header_plus)
        except ValueError:  # an address that is none, a length of thousands of digits
            raise ParsingError("Bad request") from None
        if self.chunked and "CONTENT_LENGTH" in self.headers:
            raise ParsingError("Bad request")
        if self.body_rcv is None:
            return
        self._body = Body(self._room)
        self.body_rcv.buf = self._body  # type: ignore[assignment]  # in the place of waitress's own, which goes to a file
        if self.content_length > limits.BODY_BYTES:
            self.refuse(Refused.TOO_LARGE)

    def received(self, data: bytes) -> int:
        """Take what belongs to this request; how many bytes that was."""
        consumed = super().received(data)
        if isinstance(self.error, RequestEntityTooLarge):  # even to be thrown away
            self.error = None
            self._answer_at_once()
        elif self.expect_continue and self.refused:
            self._answer_at_once()
        elif self._line_too_long():
            self.error = BadRequest("Chunk not properly terminated")
            self.completed = True
        if self.completed:
            self.whole_since = time.monotonic()
            if self._body is not None:
                self._body.arrived()
        return consumed

    def close(self) -> None:
        """Give the memory of its body back."""
        if self._body is not None:
            self._body.close()

    def _answer_at_once(self) -> None:
        """Without reading on, so the connection cannot be used again."""
        self.refuse(Refused.TOO_LARGE)
        self.expect_continue = False
        self.completed = True
        cast(dict[str, str], self.headers)["CONNECTION"] = "close"

    def _line_too_long(self) -> bool:
        """Waitress puts the pieces of such a line together again for each piece that comes: a minute for 25 MB."""
        receiver = self.body_rcv
        if not isinstance(receiver, ChunkedReceiver) or self.completed:
            return False
        return len(receiver.control_line) > limits.CHUNK_LINE_BYTES or len(receiver.trailer) > limits.TRAILER_BYTES

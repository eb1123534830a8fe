"""One connection, and the answer that goes out on it."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.task import ErrorTask, Task, WSGITask

from observations.server.request import Request
from observations.web import headers, tracing
from observations.web.requests import REFUSED, Refused

if TYPE_CHECKING:
    from observations.server.hub import Listener


class Answer(WSGITask):
    """What the application says to a request."""

    def get_environment(self) -> dict[str, Any]:
        """The request as WSGI has it, and with it the reason if its body was thrown away."""
        request = cast(Request, self.request)
        if request.large and time.monotonic() - request.whole_since > _listener(self).bounds.queue_s:
            request.refuse(Refused.NO_ROOM)
        environ = super().get_environment()
        if request.refused:
            environ |= {REFUSED: request.refused, "CONTENT_LENGTH": "0"}
        return environ


class Complaint(ErrorTask):
    """What waitress itself says to what is not HTTP, under the same headers as every answer."""

    def execute(self) -> None:
        """Status and its name, and not a word about what was sent or who answers."""
        error = cast(Any, self.request).error
        self.status = f"{error.code} {error.reason}"
        with tracing.traced() as name:
            kind = {"Content-Type": "text/plain; charset=utf-8", tracing.HEADER: name}
            said = {**kind, **headers.bare(_listener(self).https)}
            cast(list[tuple[str, str]], self.response_headers).extend(said.items())
            body = f"{self.status}\r\n".encode()
            self.set_close_on_finish()
            self.content_length = len(body)
            tracing.note(status=error.code, began=self.start_time, bytes_out=len(body))
            self.write(body)


def _listener(task: Task) -> "Listener":
    return cast("Listener", task.channel.server)


class Channel(HTTPChannel):
    """A connection that gives back what it held when it breaks, and that is closed when it takes too long."""

    task_class = Answer
    error_task_class = Complaint
    requests: Sequence[Request]
    request: Request | None
    server: "Listener"

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.asked_at = time.time()
        """When the last whole request had come."""

    def parser_class(self, adj: Adjustments) -> Request:  # type: ignore[override]  # called like the class it replaces
        """What takes in the next request."""
        return Request(adj, self.server.room)

    def received(self, data: bytes) -> bool:
        """Take in what has come."""
        taken = super().received(data)
        if self.requests:
            self.asked_at = time.time()
        return taken

    def handle_close(self) -> None:
        """Close, and forget the request that was half there; a whole one is closed by who works on it."""
        if self.request is not None:
            self.request.close()
        super().handle_close()

    def handle_error(self) -> None:
        """Close after a fault of ours; waitress would log it with the address at the other end."""
        self.logger.error("a connection failed", exc_info=True)
        self.handle_close()

    @property
    def waits(self) -> bool:
        """Whether it is the client's turn: to ask, or to go on asking."""
        return not (self.requests or self.total_outbufs_len or self.will_close)

    @property
    def loss(self) -> tuple[bool, float]:
        """What would be lost by closing it while it waits, least first: nothing much, a body; each oldest first.

        Half a header counts from its first byte, so nobody stays by sending a little now and then.
        """
        request = self.request
        age_s = time.time() - self.last_activity if request is None else time.monotonic() - request.began
        return (bool(request and request.headers_finished), -age_s)

    @property
    def at_rest(self) -> bool:
        """Whether nothing is going on."""
        return self.waits and self.request is None

    def overdue(self, now: float) -> bool:
        """Whether it has taken too long, at whatever it does."""
        bounds = self.server.bounds
        if self.total_outbufs_len:
            return now - self.last_activity > bounds.idle_s or now - self.asked_at > bounds.answer_s
        if self.requests:
            return False  # being worked on
        if self.request is not None:
            most = bounds.request_s if self.request.headers_finished else bounds.header_s
            if time.monotonic() - self.request.began > most:
                return True
        return now - self.last_activity > bounds.idle_s

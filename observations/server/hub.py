"""The server itself: where it listens, who works, what it gives up when there is too much of it."""

import logging
import time
from typing import TYPE_CHECKING, Any, cast

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from config import Settings
from observations import limits
from observations.server.body import Room
from observations.server.bounds import Bounds
from observations.server.channel import Channel
from uploads.slots import cores

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

log = logging.getLogger(__name__)

NEVER = 1 << 40
"""Bytes from which waitress would write an answer into a temporary file; what leaves is on no disk either."""


class WebServer:
    """Listens at every address of a host, with one room for bodies and one set of workers for all."""

    def __init__(
        self, app: "WSGIApplication", settings: Settings, *, host: str, port: int, bounds: Bounds | None = None
    ) -> None:
        """Begin to listen; nothing is answered before `run`. Raises OSError when the port is taken."""
        self._bounds = bounds or Bounds()
        self.room = Room(settings.upload_memory_mb * 1024 * 1024)
        self._map: dict[int, Any] = {}
        self._stopping = False
        self._tended = 0.0
        adj = Adjustments(**_options(host, port, settings, self._bounds))
        self._pages, self._uploads = _workers(limits.PAGE_THREADS), _workers(_upload_threads())
        self._channels: dict[int, Channel] = {}
        self.listeners = [
            Listener(app, self._map, dispatcher=self._pages, adj=adj, sockinfo=where).shared(
                self._channels, self.room, self._uploads, self._bounds, https=settings.https
            )
            for where in cast(list[Any], adj.listen)
        ]

    @property
    def port(self) -> int:
        """Where it listens; of use when 0 was asked for."""
        return int(self.listeners[0].effective_port)

    def run(self) -> None:
        """Answer until `stop` is called, then finish what is under way and return."""
        for listener in self.listeners:
            log.info("Serving on http://%s:%s", _written(listener.effective_host), listener.effective_port)
        while not self._stopping:
            self._turn(1.0)
        self._finish()

    def stop(self) -> None:
        """End soon; from any thread, and from a signal. Safe to repeat."""
        if not self._stopping:
            self._stopping = True
            self.listeners[0].pull_trigger()

    def _tend(self) -> None:
        """Once a second: end what has taken too long, and answers that nobody takes when there are too many.

        Waitress would wait with closing until the other end takes something, and so for ever.
        """
        now = time.time()
        if now - self._tended < 1:
            return
        self._tended = now
        channels = list(self._channels.values())
        late = [channel for channel in channels if channel.overdue(now)]
        unsent = sorted((c for c in channels if c.total_outbufs_len), key=lambda channel: channel.asked_at)
        total = sum(channel.total_outbufs_len for channel in unsent)
        for channel in unsent:
            if total > self._bounds.unsent_bytes:
                total -= channel.total_outbufs_len
                late.append(channel)
        for channel in late:
            channel.handle_close()

    def _turn(self, most_s: float) -> None:
        self._tend()
        wasyncore.loop(timeout=most_s, use_poll=True, map=self._map, count=1)

    def _finish(self) -> None:
        """Take no more connections, let those that are at something end it, then close."""
        for listener in self.listeners:
            wasyncore.dispatcher.close(listener)
        until = time.monotonic() + self._bounds.stop_s
        while self._channels and time.monotonic() < until:
            for channel in list(self._channels.values()):
                if channel.at_rest:
                    channel.will_close = True
            self._turn(0.1)
        for workers in (self._pages, self._uploads):
            workers.shutdown(timeout=1)
        wasyncore.close_all(self._map, ignore_all=True)


class Listener(TcpWSGIServer):
    """One address at which the server listens."""

    channel_class = Channel
    active_channels: dict[int, Channel]  # type: ignore[assignment]  # what the stubs say of it is not so
    effective_host: str
    effective_port: int

    def shared(
        self,
        channels: dict[int, Channel],
        room: Room,
        uploads: ThreadedTaskDispatcher,
        bounds: Bounds,
        *,
        https: bool,
    ) -> "Listener":
        """Take what all addresses have in common; returns itself."""
        self.active_channels, self.room, self._uploads = channels, room, uploads
        self.bounds, self.https = bounds, https
        return self

    def add_task(self, task: Any) -> None:
        """Give a request to work on to those who have time for it."""
        workers = self._uploads if task.requests[0].large else self.task_dispatcher
        workers.add_task(task)

    def handle_accept(self) -> None:
        """Take a connection, if need be at the cost of the one that has been waiting longest for nothing."""
        before = set(self.active_channels.values())
        super().handle_accept()
        if len(self.active_channels) > self.bounds.connections:
            waiting = [channel for channel in before if channel.waits]
            if waiting:
                min(waiting, key=lambda channel: channel.loss).will_close = True

    def maintenance(self, now: float) -> None:
        """Nothing: the server looks after the connections of all its addresses together."""


def _options(host: str, port: int, settings: Settings, bounds: Bounds) -> dict[str, Any]:
    return {
        "host": host,
        "port": port,
        "ident": None,
        "clear_untrusted_proxy_headers": not settings.trusted_proxies,  # else web.install reads those that count
        "connection_limit": bounds.connections + 100,  # that many at most when none of them can be given up
        "max_request_header_size": limits.HEADER_BYTES,
        "max_request_body_size": limits.DISCARDED_BYTES,
        "outbuf_overflow": NEVER,
    }


def _workers(count: int) -> ThreadedTaskDispatcher:
    workers = ThreadedTaskDispatcher()
    workers.set_thread_count(count)
    return workers


def _upload_threads() -> int:
    """Two more than can decode, so that one is always ready when a slot comes free."""
    return min(cores() + 2, limits.UPLOAD_THREADS_AT_MOST)


def _written(host: str) -> str:
    """An address as it stands in a URL."""
    return f"[{host}]" if ":" in host else host

"""Asking another server over HTTP: bounded in time, in size and in how many ask at once."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from io import BytesIO
from typing import Any, Final, TypeVar

from requests import PreparedRequest, RequestException, Response
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

READ_S: Final = 5
"""For a connection, and for the next bytes of an answer."""
LONGEST_S: Final = 10
"""For all that one sign-in asks: as long as that it holds one of the server's threads."""
AT_ONCE: Final = 3
"""Of the server's eight threads for pages, so that one elsewhere that is slow stops nothing else."""
ANSWER_BYTES: Final = 512 * 1024
"""The largest that is meant is a set of keys with their certificates, some 30 kB."""

Result = TypeVar("Result")


class Away(Exception):
    """The other server cannot be reached, is too slow, or does not answer what was asked for; the text says which."""


class Bounded(HTTPAdapter):
    """Reads at most ANSWER_BYTES, waits READ_S for the next of them, and follows nobody to another address."""

    def send(self, request: PreparedRequest, *_given: Any, **options: Any) -> Response:
        """The answer, read to its end. Raises Away when it is too large or leads elsewhere."""
        options |= {"stream": True, "timeout": READ_S}
        response = super().send(request, **options)
        with response:
            if response.is_redirect:
                raise Away("a redirect")
            body = _read(response)
        if len(body) > ANSWER_BYTES:
            raise Away("too large")
        response.raw = BytesIO(body)
        return response


def _read(response: Response) -> bytes:
    try:
        body: bytes = response.raw.read(ANSWER_BYTES + 1, decode_content=False)
    except HTTPError as error:
        raise Away(type(error).__name__) from None
    return body


class Patience:
    """Lets work that asks elsewhere take LONGEST_S at most, and no more than AT_ONCE of it go on at a time."""

    def __init__(self, *, longest_s: float = LONGEST_S, at_once: int = AT_ONCE) -> None:
        """One for each server that is asked."""
        self._longest_s = longest_s
        self._free = threading.BoundedSemaphore(at_once)

    def wait_for(self, work: Callable[[], Result]) -> Result:
        """What the work returns; whatever it raises comes out. Raises Away when it takes too long or many wait already.

        It runs in a thread of its own, since neither looking a name up nor reading a trickle can be broken off. One
        that is given up keeps its place until it ends. It must not change anything that matters.
        """
        if not self._free.acquire(blocking=False):
            raise Away("others wait already")
        outcome: Future[Result] = Future()

        def run() -> None:
            try:
                outcome.set_result(work())
            except BaseException as error:
                outcome.set_exception(error)
            finally:
                self._free.release()

        threading.Thread(target=run, daemon=True).start()
        try:
            return outcome.result(self._longest_s)
        except TimeoutError:
            raise Away("too slow") from None
        except RequestException as error:
            raise Away(type(error).__name__) from None

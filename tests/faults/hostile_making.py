"""How the requests of the table are made, each a function of the service that they go to."""

import uuid
from collections.abc import Callable
from urllib.parse import urlencode

from tests.faults.hostile import REST, Site, chunked, file, multipart, report, request, submitted, typed

Row = tuple[Callable[[Site], bytes], int]
"""How the request is made, and the status that answers it."""

NIL, MAX = str(uuid.UUID(int=0)), str(uuid.UUID(int=2**128 - 1))
NOBODY = str(uuid.uuid4())
REDACTIONS = f"/api/v1/photos/{NOBODY}/redactions"
ACCEPT = f"/granska/{NOBODY}/godkann"


def rest(**fields: str | bytes | None) -> Callable[[Site], bytes]:
    """An otherwise ordinary report of another system."""
    return lambda site: site.rest(*report(**fields))


def form(**fields: str | bytes | None) -> Callable[[Site], bytes]:
    """An otherwise ordinary report from the page."""
    return lambda site: site.form(*typed(site.coordinator, **fields))


def photo(content: bytes, name: bytes = b"image.jpg") -> Callable[[Site], bytes]:
    """An ordinary report with that as its photo."""
    return lambda site: site.rest(*report(), file(content, name))


def from_page(content: bytes) -> Callable[[Site], bytes]:
    """The same from the page."""
    return lambda site: site.form(*typed(site.coordinator), file(content))


def data(target: str, *head: str) -> Callable[[Site], bytes]:
    """A question of another system."""
    return lambda site: site.get(target, *head)


def page(target: str, *head: str) -> Callable[[Site], bytes]:
    """A page that somebody opens."""
    return lambda site: site.page(target, *head)


def boxes(body: bytes, kind: str = "application/json") -> Callable[[Site], bytes]:
    """JSON of another system."""
    return lambda site: request("POST", REDACTIONS, [site.bearer, f"Content-Type: {kind}"], body)


def changed(what: str, **fields: str) -> Callable[[Site], bytes]:
    """A button pressed on the page of the report that is there."""
    return lambda site: submitted(site.coordinator, f"/granska/{site.report}/{what}", **({"version": "1"} | fields))


def bare(*lines: str, body: bytes = b"") -> Callable[[Site], bytes]:
    """These lines and nothing else."""
    return lambda _site: "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def part(head: bytes) -> Callable[[Site], bytes]:
    """A report of another system with one part more, under that head."""
    return lambda site: site.rest(*report(), (head, b"x"))


def between(boundary: str) -> Callable[[Site], bytes]:
    """A report of another system with that line between its parts."""
    kind = (
        f"Content-Type: multipart/form-data; boundary={boundary}" if boundary else "Content-Type: multipart/form-data"
    )
    return lambda site: request("POST", REST, [site.bearer, kind], multipart(report(), boundary))


def in_pieces(body: bytes, target: str, kind: str) -> Callable[[Site], bytes]:
    """A body whose length is not said."""
    return lambda site: chunked(
        bare(
            f"POST {target} HTTP/1.1", "Host: x", "Connection: close", site.bearer, kind, "Transfer-Encoding: chunked"
        )(site),
        body,
    )


def odd(name: str) -> str:
    """JSON of one box with that for its left edge."""
    return '{"boxes": [{"left": ' + name + ', "top": 0, "right": 1, "bottom": 1}]}'


def asked(**values: str) -> dict[str, Row]:
    """The question to the list, the page of it, the map and the trends, where they know that name."""
    found: dict[str, Row] = {}
    for name, value in values.items():
        shown = ascii(value)[1:-1]
        what = f"{name}={shown[:20]}{'…' * (len(shown) > 20)}"
        address = urlencode({name: value}, errors="surrogatepass")
        found[f"list: {what}"] = (data(f"{REST}?{address}"), 422)
        found[f"page: {what}"] = (page(f"/lista?{address}"), 422)
    return found

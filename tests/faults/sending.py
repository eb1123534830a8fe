"""Sends reports as another system does, whole, and says what was answered."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from urllib.parse import urlsplit

from tests.journeys.serving import Service

PATH = "/api/v1/observations"
BOUNDARY = "between-the-parts"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"


@dataclass(frozen=True)
class Answer:
    """What the service said."""

    status: int
    kind: str
    text: str


def a_report(*photos: bytes, **named: str) -> bytes:
    """The body of a report of graffiti, now, with these photos; they stand last. `named` replaces or adds a field."""
    fields = {
        "id": str(uuid.uuid4()),
        "category": "KLO",
        "observed_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "latitude": "59.338",
        "longitude": "18.086",
    } | named
    head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name="
    told = [f'{head}"{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()]
    file = f'{head}"photos"; filename="image.jpg"\r\n\r\n'.encode()
    return b"".join((*told, *(file + photo + b"\r\n" for photo in photos), f"--{BOUNDARY}--\r\n".encode()))


def post(service: Service, token: str, body: bytes) -> Answer:
    """One report; whatever is answered."""
    connection = HTTPConnection(urlsplit(service.address).netloc, timeout=60)
    try:
        connection.request("POST", PATH, body, {"Authorization": f"Bearer {token}", "Content-Type": CONTENT_TYPE})
        response = connection.getresponse()
        return Answer(response.status, response.headers.get_content_type(), response.read().decode())
    finally:
        connection.close()

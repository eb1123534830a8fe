"""One after-photo, sent eight times at once to a running server: there is one, and everybody hears the same."""

import json
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from observations.access import Role
from observations.database import Database
from observations.record.tables import Followup, Photo, PhotoKind
from tests.faults.killing import Server, settings_on, started
from tests.faults.phones import PHOTOS, waited_for
from tests.faults.sending import BOUNDARY, CONTENT_TYPE, Answer, a_report, post

AT_ONCE = 8


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[Server]:
    """A running server on an empty instance."""
    server = Server(settings_on(database_url, tmp_path / "instance"))
    with started(server):
        yield server


def an_after_photo(photo: bytes, id: str, taken_at: str) -> bytes:
    """The body of one."""
    head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name="
    fields = "".join(f'{head}"{name}"\r\n\r\n{value}\r\n' for name, value in (("id", id), ("taken_at", taken_at)))
    file = f'{head}"photos"; filename="image.jpg"\r\n\r\n'
    return b"".join((fields.encode(), file.encode(), photo, f"\r\n--{BOUNDARY}--\r\n".encode()))


def send(server: Server, token: str, report: str, body: bytes) -> Answer:
    """The answer, once it is another than to come again later."""
    answers: list[Answer] = []

    def answered() -> bool:
        connection = HTTPConnection(urlsplit(server.service.address).netloc, timeout=60)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": CONTENT_TYPE}
        try:
            connection.request("POST", f"/api/v1/observations/{report}/after-photos", body, headers)
            response = connection.getresponse()
            kind = response.headers.get_content_type()
            answers.append(Answer(response.status, kind, response.read().decode()))
        finally:
            connection.close()
        return answers[-1].status != 503

    waited_for(answered)
    return answers[-1]


def test_eight_at_once_are_one_after_photo(server: Server, database: Database) -> None:
    """One is told that it was kept now, seven that it is there; another under its id is none."""
    token, report, id = server.service.token(Role.REPORTER), str(uuid.uuid4()), str(uuid.uuid4())
    assert 201 == post(server.service, token, a_report(PHOTOS[0], id=report)).status
    taken_at = datetime.now(UTC).isoformat(timespec="seconds")
    body, together = an_after_photo(PHOTOS[1], id, taken_at), threading.Barrier(AT_ONCE)

    def at_once(_: int) -> Answer:
        together.wait()
        return send(server, token, report, body)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(at_once, range(AT_ONCE)))
    other = send(server, token, report, an_after_photo(PHOTOS[2], id, taken_at))
    with database.reading() as session:
        kinds = list(session.scalars(sa.select(Photo.kind).order_by(Photo.position)))
        keys = session.scalar(sa.select(sa.func.count()).select_from(Followup))

    assert [200] * 7 + [201] == sorted(answer.status for answer in answers)
    assert 1 == len({answer.text for answer in answers})
    assert (409, "application/problem+json") == (other.status, other.kind)
    assert {"id", "number", "photos"} == set(json.loads(answers[0].text))
    assert ([PhotoKind.BEFORE, PhotoKind.AFTER], 1) == (kinds, keys)
    assert 2 == sum(path.is_file() for path in server.photos.rglob("*"))
    assert [] == server.service.faults_logged()

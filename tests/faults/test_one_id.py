"""One report, sent by a phone that is in a hurry: sixteen times at once, and again when others have worked on it."""

import json
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from observations.access import Role
from observations.clock import now
from observations.database import Database
from observations.record import photos
from observations.record.categories import Category
from observations.record.tables import Observation, Photo, Submission
from observations.record.workflow import Rejection
from observations.review import actions
from tests.builders import an_address
from tests.faults.killing import Server, settings_on, started
from tests.faults.phones import PHOTOS, waited_for
from tests.faults.sending import Answer, a_report, post
from uploads.stores import open_store

AT_ONCE = 16


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[Server]:
    """A running server on an empty instance."""
    server = Server(settings_on(database_url, tmp_path / "instance"))
    with started(server):
        yield server


def send(server: Server, token: str, body: bytes) -> Answer:
    """The answer, once it is another than to come again later."""
    answers: list[Answer] = []

    def answered() -> bool:
        answers.append(post(server.service, token, body))
        return answers[-1].status != 503

    waited_for(answered)
    return answers[-1]


def rows_and_files(database: Database, server: Server) -> tuple[int, ...]:
    """How many observations, keys, photos and files there are."""
    with database.reading() as session:
        rows = [
            session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in (Observation, Submission, Photo)
        ]
    return (*rows, sum(path.is_file() for path in server.photos.rglob("*")))


def test_sixteen_at_once_are_one_report(server: Server, database: Database) -> None:
    """One is told that it was kept now, fifteen that it is there, all the same; another report under the id is none."""
    token, report_id = server.service.token(Role.REPORTER), str(uuid.uuid4())
    body = a_report(PHOTOS[0], id=report_id)
    together = threading.Barrier(AT_ONCE)

    def at_once(_: int) -> Answer:
        together.wait()
        return send(server, token, body)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(at_once, range(AT_ONCE)))
    other = [send(server, token, a_report(*sent, id=report_id)) for sent in ((PHOTOS[1],), (), PHOTOS[:2])]

    assert [200] * 15 + [201] == sorted(answer.status for answer in answers)
    assert 1 == len({answer.text for answer in answers})
    assert [409] * 3 == [answer.status for answer in other]
    assert (1, 1, 1, 1) == rows_and_files(database, server)
    assert [] == server.service.faults_logged()


def accepted(session: Session, report: Observation) -> None:
    """It counts."""
    actions.accept(session, report, by="device:desk", at=now())


def put_right(session: Session, report: Observation) -> None:
    """It was something else, somewhere else."""
    place = an_address(session, latitude=59.35, longitude=18.05)
    actions.edit(session, report, by="device:desk", at=now(), category=Category.GLA, place=place, note="Annat")


def rejected(session: Session, report: Observation) -> None:
    """Its photo is destroyed."""
    for photo in report.photos:
        photo.suggestions = None
    actions.reject(session, report, reason=Rejection.PERSON, by="device:desk", at=now())


def disposed_of(session: Session, report: Observation) -> None:
    """Years have passed."""
    photos.forget(session, report, at=now())
    session.delete(report)


def test_a_late_repetition_is_answered_as_the_first(server: Server, database: Database) -> None:
    """The phone hears the very same receipt, whatever has become of the report since, and changes nothing of that."""
    token = server.service.token(Role.REPORTER)
    changes = (accepted, put_right, rejected, disposed_of)
    bodies = [a_report(PHOTOS[0], PHOTOS[3]) for _ in changes]
    first = [send(server, token, body) for body in bodies]
    with database.writing() as session:
        for answer, change in zip(first, changes, strict=True):
            number = json.loads(answer.text)["number"]
            change(session, session.get_one(Observation, number, with_for_update=True))
        session.commit()
    photos.destroy_condemned(database, open_store(server.settings.photo_store))
    before = rows_and_files(database, server)
    again = [send(server, token, body) for body in bodies]

    assert [(201, 200)] * 4 == [(one.status, other.status) for one, other in zip(first, again, strict=True)]
    assert [answer.text for answer in first] == [answer.text for answer in again]
    assert before == rows_and_files(database, server) == (3, 4, 4, 4)

"""A service in which everything private is something that one can look for, and the reading of whatever it answers."""

import html
import io
import json
import re
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy.orm import selectinload
from werkzeug.test import TestResponse

from observations.access import Role
from observations.accounts import actions, members
from observations.accounts.sessions import cookie_name
from observations.accounts.tables import Device, Passkey
from observations.accounts.tokens import digest
from observations.database import Database
from observations.record.tables import Meeting, Observation, Photo, Round, Submission
from observations.record.workflow import Remediation
from tests.builders import an_address, an_area, an_observation
from tests.conftest import ClientFor
from tests.intake.drafts import a_photo

SEEN_AT = datetime(2026, 9, 10, 7, 43, 21, tzinfo=UTC)
"""09.43 on a Thursday in Sweden."""
TAKEN_AT = datetime(2026, 9, 15, 9, 51, tzinfo=UTC)
"""11.51 on the Tuesday after."""
PERIOD = (date(2026, 9, 1), date(2026, 9, 16))
FIRST_NUMBER = 918_273
TEAM = "Kanarielaget"
REASON = "person"
SCRIPT_SIGN = re.compile(r"\\u([0-9a-fA-F]{4})")
"""A letter as data within a page has it."""
SPACES = dict.fromkeys(map(ord, "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"), " ")


@dataclass
class Planted:
    """The browsers, the ids that routes are filled with, whose they are, and how each canary may be spelled."""

    browsers: dict[str, FlaskClient]
    ids: list[uuid.UUID] = field(default_factory=list)
    own: dict[str, set[uuid.UUID]] = field(default_factory=dict)
    canaries: dict[str, tuple[str, ...]] = field(default_factory=dict)


def plant(app: Flask, client: ClientFor, database: Database) -> Planted:
    """Reports of two reporters: one accepted, one that waits, one rejected, and one of the other reporter."""
    planted = Planted(
        {
            "nobody": client(),
            "reporter": client(Role.REPORTER, team=TEAM),
            "other reporter": client(Role.REPORTER, team="Parken"),
            "coordinator": client(Role.COORDINATOR),
            "council": client(Role.COUNCIL),
            "admin": client(Role.ADMIN),
        }
    )
    _ground(database)
    reports = {
        "accepted": _reported(planted, "reporter", "accepted", with_photo=True),
        "waiting": _reported(planted, "reporter", "waiting", with_photo=False),
        "rejected": _reported(planted, "reporter", "rejected", with_photo=True),
        "other": _reported(planted, "other reporter", "other", with_photo=True),
    }
    with database.reading() as session:
        destroyed = session.scalars(
            sa.select(Photo).join(Observation).where(Observation.id == reports["rejected"])
        ).one()
    _reviewed(planted, reports)
    after = _followed_up(planted, database, reports["accepted"])
    _name(planted, database, reports, destroyed)
    planted.ids.append(after.id)
    planted.canaries |= {
        "after-photo": (str(after.id), after.id.hex, after.sha256),
        "taken": ("11:51", "11.51", "09:51", "09.51"),
    }
    planted.ids += _ways_in(database)
    return planted


def _ways_in(database: Database) -> list[uuid.UUID]:
    """What somebody else comes in by, and a round that somebody walked: one of each kind that has an address."""
    at = SEEN_AT + timedelta(hours=1)  # the moment of a sighting is a canary, that of an invitation is not
    with database.writing() as session:
        account = members.open_account(session, role=Role.ADMIN, team="", by="test", at=at)
        passkey = Passkey(
            id=uuid.uuid4(),
            account_id=account.id,
            credential_id="x",
            public_key=b"x",
            sign_count=0,
            name="",
            created_at=at,
        )
        walked = Round(id=uuid.uuid4(), started_at=at)
        session.add_all([passkey, walked])
        invitation, _ = actions.invite(session, role=Role.COUNCIL, by="test", at=at)
        key, _ = actions.create_token(session, role=Role.COUNCIL, name="", by="test", at=at)
        session.commit()
        return [account.id, passkey.id, walked.id, invitation.id, key.id]


def _ground(database: Database) -> None:
    with database.writing() as session:
        area = an_area(session)
        an_address(session, area_id=area.id)
        an_observation(session, number=FIRST_NUMBER - 1, area_id=area.id, latitude=59.3399, longitude=18.0899)
        session.add_all(Meeting(held_on=day) for day in PERIOD)
        session.commit()


def _reported(planted: Planted, who: str, what: str, *, with_photo: bool) -> uuid.UUID:
    """Sent as a phone sends it, with words, place and photo of its own."""
    id_ = uuid.uuid4()
    fields: dict[str, Any] = {
        "id": str(id_),
        "category": "KLO",
        "observed_at": SEEN_AT.isoformat(),
        "latitude": "59.3371234",
        "longitude": "18.0845678",
        "accuracy_m": "17.25",
        "address": f"Vid kanariebur {what}",
        "note": f"Visslar kanariesång {what}",
    }
    if with_photo:
        fields["photos"] = (io.BytesIO(a_photo(96 + 8 * len(planted.ids), 64)), "kanarie.jpg")
    answer = planted.browsers[who].post("/api/v1/observations", data=fields, content_type="multipart/form-data")
    assert 201 == answer.status_code, answer.text
    planted.ids.append(id_)
    planted.own.setdefault(who, set()).add(id_)
    return id_


def _reviewed(planted: Planted, reports: Mapping[str, uuid.UUID]) -> None:
    """Decided on the coordinator's page."""
    browser = planted.browsers["coordinator"]
    for what in ("accepted", "other"):
        answer = browser.post(f"/granska/{reports[what]}/godkann", data={"version": "1", "looked": "1"})
        assert 303 == answer.status_code, answer.text
    answer = browser.post(f"/granska/{reports['rejected']}/avsla", data={"version": "1", "reason": REASON})
    assert 303 == answer.status_code, answer.text


def _followed_up(planted: Planted, database: Database, report: uuid.UUID) -> Photo:
    """Cleaned up, photographed, and back again, so that others are asked about it all the same."""
    fields = {"id": str(uuid.uuid4()), "taken_at": TAKEN_AT.isoformat(), "photos": (io.BytesIO(a_photo(120)), "x.jpg")}
    answer = planted.browsers["reporter"].post(
        f"/api/v1/observations/{report}/after-photos", data=fields, content_type="multipart/form-data"
    )
    assert 201 == answer.status_code, answer.text
    with database.writing() as session:
        observation = session.scalars(
            sa.select(Observation).where(Observation.id == report).options(selectinload(Observation.photos))
        ).one()
        observation.remediation = Remediation.RETURNED
        session.commit()
        return observation.after_photos[0]


def _name(planted: Planted, database: Database, reports: Mapping[str, uuid.UUID], destroyed: Photo) -> None:
    secrets = {
        who: cookie.value for who, browser in planted.browsers.items() if (cookie := browser.get_cookie(cookie_name()))
    }
    with database.reading() as session:
        devices = {device.token_sha256: device.id for device in session.scalars(sa.select(Device))}
        kept = {
            row.id: row for row in session.scalars(sa.select(Observation).options(selectinload(Observation.photos)))
        }
        sent = session.get_one(Submission, reports["accepted"])
    for who, secret in secrets.items():
        planted.own.setdefault(who, set()).add(devices[digest(secret)])
    accepted, other = kept[reports["accepted"]], kept[reports["other"]]
    photo, device = accepted.photos[0], devices[digest(secrets["reporter"])]
    planted.ids += [photo.id, other.photos[0].id, destroyed.id, *devices.values()]
    planted.canaries = {
        "note": ("kanariesång accepted", "kanariesång waiting", "kanariesång other"),
        "address": ("kanariebur accepted", "kanariebur waiting"),
        "point": ("59.33712", "59,33712", "18.08456", "18,08456"),
        "cell": (str(accepted.cell),),
        "accuracy": ("17.25", "17,25"),
        "moment": ("09:43", "09.43", "07:43", "07.43"),
        "number": (str(accepted.number), f"{accepted.number:,}".replace(",", " ")),
        "id": (str(accepted.id), accepted.id.hex),
        "photo": (str(photo.id), photo.id.hex),
        "pixels": (photo.sha256,),
        "file": (photo.name, destroyed.name, "kanarie.jpg"),
        "team": (TEAM,),
        "device": (str(device), device.hex),
        "session": (secrets["reporter"], digest(secrets["reporter"]), str(sent.digest)),
        "remains": ("kanariesång rejected", "kanariebur rejected", str(destroyed.id), destroyed.sha256),
        "rejected id": (str(reports["rejected"]),),
        "other's id": (str(other.id),),
        "other's address": ("kanariebur other",),
        "other's photo": (str(other.photos[0].id),),
    }


def found(planted: Planted, answer: TestResponse) -> set[str]:
    """Which canaries an answer holds: in its headers, its text, its data, its files."""
    text = " ".join(readable(answer)).casefold()
    return {name for name, spellings in planted.canaries.items() if any(each.casefold() in text for each in spellings)}


def readable(answer: TestResponse) -> Iterator[str]:
    """Everything that can be read in an answer, plain, with every kind of space the same."""
    for text in _texts(answer):
        yield text.translate(SPACES)
        yield html.unescape(text).translate(SPACES)
        yield unquote(text)
        yield SCRIPT_SIGN.sub(lambda code: chr(int(code[1], 16)), text)


def _texts(answer: TestResponse) -> Iterator[str]:
    yield "\n".join(f"{name}: {value}" for name, value in answer.headers)
    yield answer.data.decode("utf-8", "replace")
    if (answer.mimetype or "").endswith("json"):
        yield json.dumps(json.loads(answer.data), ensure_ascii=False)
    elif answer.mimetype == "application/pdf":
        yield from _of_a_pdf(answer.data)
    elif answer.data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer.data)) as parts:
            yield from (parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


def _of_a_pdf(content: bytes) -> Iterator[str]:
    """Its pages as one copies them, what it says of itself, and every object in it as it stands."""
    paper = PdfReader(io.BytesIO(content))
    yield from (page.extract_text() for page in paper.pages)
    yield str(paper.metadata)
    yield str(paper.xmp_metadata and paper.xmp_metadata.stream.get_data().decode())
    for number in paper.xref.get(0, ()):
        yield str(paper.get_object(number))

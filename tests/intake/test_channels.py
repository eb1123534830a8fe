"""Whichever way a report comes, it becomes the same observation."""

import uuid
from typing import Any

import sqlalchemy as sa

from observations.access import Role
from observations.clock import STOCKHOLM
from observations.database import Database
from observations.intake import channels
from observations.plugins import discover
from observations.record.tables import Observation
from tests.builders import an_address, an_area
from tests.conftest import ClientFor, MovableClock
from tests.intake.test_form import photo

OWN = {"id", "number", "observed_source", "position_source"}
"""What may differ: two reports are two, and each says how its time and place are known."""


def test_both_channels_give_the_same_observation(client: ClientFor, database: Database, clock: MovableClock) -> None:
    """A report sent by an app is worth neither more nor less than one from the page."""
    with database.writing() as session:
        an_area(session)
        an_address(session)
        session.commit()
    alike = {
        "category": "GLA",
        "note": " Busskuren\r\nvid torget ",
        "latitude": "59.3371",
        "longitude": "18.0835",
        "accuracy_m": "8",
    }
    local = clock().astimezone(STOCKHOLM)
    browser = client(Role.REPORTER)
    form = alike | {"place": "device", "time": "other", "observed_at": f"{local:%Y-%m-%dT%H:%M}"}
    rest = alike | {"observed_at": local.isoformat()}
    for path, fields in (("/rapportera", form), ("/api/v1/observations", rest)):
        sent: dict[str, Any] = fields | {"id": str(uuid.uuid4()), "photos": photo()}
        assert browser.post(path, data=sent, content_type="multipart/form-data").status_code in (201, 303)
    with database.reading() as session:
        one, other = session.scalars(sa.select(Observation).order_by(Observation.number))
        assert columns(one) == columns(other)
        assert "Ringvägen 12" == one.address
        assert [p.sha256 for p in one.photos] == [p.sha256 for p in other.photos]


def columns(observation: Observation) -> dict[str, object]:
    """The row, without what is each report's own."""
    return {
        column.key: getattr(observation, column.key)
        for column in sa.inspect(Observation).column_attrs
        if column.key not in OWN
    }


def test_every_channel_keeps_the_contract() -> None:
    """A file in the folder is a channel: it reads what was sent and says so."""
    for channel in discover(channels):
        assert (channel.read.__doc__ or "").startswith("The draft."), channel.__name__

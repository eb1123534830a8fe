"""What may no longer be kept is removed on time, everywhere, and the journal says that it was."""

import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase

from config import Settings
from observations import journal, retention
from observations.access import Actor, Role
from observations.accounts import actions as accounts
from observations.accounts import members
from observations.accounts.tables import Account, Device, Invitation, Passkey
from observations.record.retention import CUT, months_before
from observations.record.tables import Observation, Photo, Submission
from tests.intake.drafts import NOW, REPORTER, Intake, a_draft, a_photo
from tests.operations.conftest import Shell
from tests.operations.files import age
from uploads.stores import new_name

Row = TypeVar("Row", bound=DeclarativeBase)
DAY = timedelta(days=1)
MONTH = timedelta(days=31)


def run(intake: Intake, settings: Settings, after: timedelta) -> retention.Counts:
    """Dispose as if so much time had gone by since the ordinary report."""
    return retention.run(intake.database, intake.store, settings, by="test", at=NOW + after)


def rows(intake: Intake, table: type[Row]) -> list[Row]:
    """Every row of a table."""
    with intake.database.reading() as session:
        return list(session.scalars(sa.select(table).order_by(*sa.inspect(table).primary_key)))


def test_nothing_is_touched_before_its_time(intake: Intake, settings: Settings) -> None:
    """The report can be followed by its sender, and the coordinator's decision looked up, for the time promised."""
    intake.receive(a_draft(photos=(a_photo(),)))

    assert not any(run(intake, settings, after=89 * DAY).values())
    assert REPORTER.device_id == rows(intake, Submission)[0].device_id
    assert REPORTER.pseudonym == rows(intake, journal.Event)[0].by


def test_the_link_to_the_reporter_is_cut(intake: Intake, settings: Settings) -> None:
    """After 90 days no table leads from a report to the phone that sent it; the report itself stays."""
    draft = a_draft(photos=(a_photo(),))
    receipt = intake.receive(draft)
    counts = run(intake, settings, after=91 * DAY)
    submission = rows(intake, Submission)[0]

    assert (1, 1) == (counts["links"], counts["events"])
    assert (None, None) == (submission.device_id, submission.digest)
    assert str(REPORTER.device_id) not in everything(intake)
    assert ("observation.received", CUT) == (rows(intake, journal.Event)[0].what, rows(intake, journal.Event)[0].by)
    assert (1, 1) == (len(rows(intake, Observation)), len(rows(intake, Photo)))
    assert receipt.number == intake.receive(draft, now=NOW + 91 * DAY).number, "a late repetition is still known"


def test_a_second_run_finds_nothing_to_do(intake: Intake, settings: Settings) -> None:
    """It may run as often as one likes."""
    intake.receive(a_draft(photos=(a_photo(),)))
    run(intake, settings, after=91 * DAY)

    assert not any(run(intake, settings, after=91 * DAY).values())


def test_no_event_names_a_device_that_is_cut(intake: Intake, settings: Settings) -> None:
    """Signing in and being signed out are told of the device itself, in other places than who did it."""
    with intake.database.writing() as session:
        _, secret = accounts.invite(session, role=Role.REPORTER, by="command", at=NOW)
        device, _ = accounts.use_invitation(session, secret, at=NOW)
        members.end_device(session, device.id, by="command", at=NOW)
        session.commit()
    run(intake, settings, after=91 * DAY)
    told = {event.what: event for event in rows(intake, journal.Event)}

    assert str(device.id) not in everything(intake)
    assert (CUT, {"role": "reporter"}) == (told["invitation.used"].by, told["invitation.used"].after)
    assert (CUT, "command") == (told["device.ended"].subject, told["device.ended"].by)


def test_photos_go_before_observations(intake: Intake, settings: Settings) -> None:
    """24 months for what could show somebody, 60 for what is counted."""
    draft = a_draft(photos=(a_photo(), a_photo()))
    receipt = intake.receive(draft)

    counts = run(intake, settings, after=24 * MONTH)
    assert (2, 0) == (counts["photos"], counts["observations"])
    assert ([], [], 1) == (rows(intake, Photo), list(intake.store.names()), len(rows(intake, Observation)))

    counts = run(intake, settings, after=60 * MONTH)
    assert (0, 1) == (counts["photos"], counts["observations"])
    assert [] == rows(intake, Observation)
    assert receipt.number == intake.receive(draft, now=NOW + DAY).number, "its id is still known"


def test_an_observation_takes_its_photos_along(intake: Intake, settings: Settings) -> None:
    """Whoever sets a shorter time for observations than for photos keeps no photo of nothing."""
    intake.receive(a_draft(photos=(a_photo(),)))
    counts = run(intake, settings.model_copy(update={"keep_observations_months": 1}), after=2 * MONTH)

    assert (1, [], []) == (counts["observations"], rows(intake, Photo), list(intake.store.names()))


def test_sign_ins_that_are_over_are_forgotten(intake: Intake, settings: Settings) -> None:
    """A device 90 days after it was signed out or ran out, an invitation 90 days after it was used or ran out."""
    with intake.database.writing() as session:
        accounts.invite(session, role=Role.REPORTER, by="command", at=NOW)
        for role in (Role.COORDINATOR, Role.REPORTER):
            _, secret = accounts.invite(session, role=role, by="command", at=NOW)
            accounts.use_invitation(session, secret, at=NOW)
        session.commit()

    early = run(intake, settings, after=90 * DAY + timedelta(hours=1))
    counts = run(intake, settings, after=92 * DAY)

    assert (0, 2) == (early["devices"], early["invitations"]), "used at once; the sessions lasted some hours more"
    assert (1, 1) == (counts["devices"], counts["invitations"])
    assert [Role.REPORTER] == [device.role for device in rows(intake, Device)], "idle for 60 days, listed for 90 more"
    assert [] == rows(intake, Invitation)
    assert 1 == run(intake, settings, after=151 * DAY)["devices"]


def test_an_account_goes_when_nothing_is_left_of_it(intake: Intake, settings: Settings) -> None:
    """Of somebody who left, and of somebody who never came back, not even the pseudonym is kept."""
    with intake.database.writing() as session:
        for _ in range(2):
            _, secret = accounts.invite(session, role=Role.COORDINATOR, by="command", at=NOW)
            accounts.use_invitation(session, secret, at=NOW)
        left = session.scalars(sa.select(Account.id).limit(1)).one()
        members.end_account(session, left, by="command", at=NOW)
        session.commit()

    assert 0 == run(intake, settings, after=90 * DAY)["accounts"]
    assert 2 == run(intake, settings, after=92 * DAY)["accounts"]
    assert [] == rows(intake, Account)


def test_an_account_with_a_passkey_is_kept(intake: Intake, settings: Settings) -> None:
    """Its holder may come back."""
    with intake.database.writing() as session:
        account = members.open_account(session, role=Role.ADMIN, team="", by="command", at=NOW)
        session.add(
            Passkey(account_id=account.id, credential_id="x", public_key=b"", sign_count=0, name="", created_at=NOW)
        )
        session.commit()

    assert 0 == run(intake, settings, after=92 * DAY)["accounts"]


def test_a_device_that_is_in_use_is_kept(intake: Intake, settings: Settings) -> None:
    """However long ago it was signed in."""
    with intake.database.writing() as session:
        _, secret = accounts.invite(session, role=Role.REPORTER, by="command", at=NOW)
        device, _ = accounts.use_invitation(session, secret, at=NOW)
        device.seen_at = NOW + 200 * DAY
        session.commit()

    assert 0 == run(intake, settings, after=201 * DAY)["devices"]


def test_the_run_is_in_the_journal_with_its_counts(intake: Intake, settings: Settings) -> None:
    """Nothing is disposed of in silence."""
    for _ in range(3):
        intake.receive(a_draft(photos=(a_photo(),)))
    counts = run(intake, settings, after=30 * MONTH)
    event = rows(intake, journal.Event)[-1]

    assert ("retention.run", "test", dict(counts)) == (event.what, event.by, event.after)
    assert {"links": 3, "photos": 3, "observations": 0}.items() <= counts.items()


def test_many_rows_are_disposed_of_in_steps(
    intake: Intake, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A first run on an old instance does not keep the phones waiting."""
    monkeypatch.setattr("observations.jobs.STEP_ROWS", 3)
    for number in range(10):
        sender = Actor(role=Role.REPORTER, device_id=uuid.UUID(int=number))
        intake.receive(a_draft(photos=(a_photo(),)), actor=sender)

    counts = run(intake, settings, after=70 * MONTH)

    assert [10, 10, 10, 10] == [counts[kind] for kind in ("links", "events", "photos", "observations")]
    assert ([], []) == (rows(intake, Observation), list(intake.store.names()))


@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
def test_what_was_erased_is_in_no_file(intake: Intake, settings: Settings, tmp_path: Path) -> None:
    """Neither in the database's free pages nor in its write-ahead log."""
    note = "Kanariefågel 4711"
    intake.receive(a_draft(note=note, photos=(a_photo(),)))
    assert note.encode() in _bytes_below(tmp_path), "control: it is found while it is there"

    run(intake, settings, after=61 * MONTH)

    assert note.encode() not in _bytes_below(tmp_path)
    assert b"Ringv" not in _bytes_below(tmp_path)


def test_the_command_prints_the_counts(intake: Intake, shell: Shell) -> None:
    """The timer's mail tells what was done."""
    done = shell("retention")

    assert 0 == done.exit_code
    assert "links: 0\n" in done.stdout
    assert "observations: 0\n" in done.stdout


def test_the_command_says_why_the_sweep_was_not_done(intake: Intake, shell: Shell) -> None:
    """A store full of files that the database does not know is somebody's mistake."""
    name = new_name()
    intake.store.put(name, b"pixels")
    age(intake, name)
    done = shell("retention")

    assert (1, "") == (done.exit_code, done.stdout)
    assert "1 of 1 photo files have no row" in done.stderr


@pytest.mark.parametrize(
    ("at", "months", "earlier"),
    [
        ("2026-09-15", 24, "2024-09-15"),
        ("2026-03-31", 1, "2026-02-28"),
        ("2024-02-29", 12, "2023-02-28"),
        ("2026-01-10", 1, "2025-12-10"),
    ],
)
def test_months_are_those_of_the_calendar(at: str, months: int, earlier: str) -> None:
    """24 months after the 15th of September is the 15th of September."""
    assert datetime.fromisoformat(earlier) == months_before(datetime.fromisoformat(at), months)


def everything(intake: Intake) -> str:
    """All that the database says, in words."""
    tables = (Submission, journal.Event, Observation, Photo, Device, Invitation)
    return "\n".join(str(vars(row)) for table in tables for row in rows(intake, table))


def _bytes_below(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())

"""What the server does beside answering: whatever a crash cut off is taken up again, by one process of several."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from observations import jobs
from observations.cli.background import PhotosDue
from observations.database import Database
from observations.record import photos, redaction
from observations.record.tables import Photo
from observations.web import Runtime
from tests.conftest import MovableClock
from tests.counting import statements
from tests.intake.drafts import NOW, Intake, a_draft
from tests.intake.drafts import a_photo as a_phones_photo
from tests.uploads.faces import a_photo_of_a_face
from tests.uploads.looking import colour_at
from uploads import Box, recognizers
from uploads.recognizers import Kind, Suggestion
from uploads.stores import StoreUnavailable

FACE = Suggestion(Kind.FACE, Box(0.1, 0.1, 0.3, 0.4))
FIVE_MINUTES = timedelta(minutes=5)


@pytest.fixture
def runtime(app: Flask) -> Runtime:
    """The parts of the service; its look finds one face in every photo."""
    runtime: Runtime = app.extensions["ogon"]
    return replace(runtime, look=lambda _jpeg: [FACE])


def test_new_photos_are_looked_through(runtime: Runtime, intake: Intake) -> None:
    """Nobody has to ask for it."""
    intake.receive(a_draft(photos=(a_phones_photo(),)))
    PhotosDue(runtime)()

    assert (NOW, [FACE]) == (intake.photo().screened_at, redaction.suggestions(intake.photo()))


@pytest.mark.skipif(not recognizers.installed(), reason="no recognizer is installed on this machine")
def test_a_real_face_is_suggested(runtime: Runtime, intake: Intake) -> None:
    """From the report to the suggestion with nothing in between replaced."""
    intake.receive(a_draft(photos=(a_photo_of_a_face(),)))
    PhotosDue(replace(runtime, look=recognizers.look))()

    (found,) = redaction.suggestions(intake.photo())
    assert Box(0.4, 0.4, 0.6, 0.6).share_within(found.box) > 0.9


def test_boxes_that_a_crash_left_ordered_are_burned_in(runtime: Runtime, intake: Intake) -> None:
    """A restart finishes what somebody began."""
    intake.receive(a_draft(photos=(a_phones_photo(192, 128),)))
    with intake.database.writing() as session:
        redaction.order(session, session.get_one(Photo, intake.photo().id), [Box(0, 0, 1, 1)], by="b", at=NOW)
        session.commit()
    PhotosDue(runtime)()

    assert intake.photo().to_burn is None
    assert (0, 0, 0) == colour_at(intake.store.get(intake.photo().name), 0.2, 0.2)


def test_condemned_files_are_destroyed(runtime: Runtime, intake: Intake) -> None:
    """At the next round, not an hour later."""
    intake.receive(a_draft(photos=(a_phones_photo(),)))
    with intake.database.writing() as session:
        photos.forget(session, session.merge(intake.only()), at=NOW)
        session.commit()
    PhotosDue(runtime)()

    assert [] == list(intake.store.names())


def test_a_service_with_nothing_to_do_writes_nothing(runtime: Runtime, database: Database) -> None:
    """Every other second is often: three small reads."""
    with statements(runtime.database) as counted:
        PhotosDue(runtime)()

    assert 3 == len(counted)
    assert {"SELECT"} == {each.split()[0] for each in counted}


def _fails(_jpeg: bytes) -> list[Suggestion]:
    raise RuntimeError


def test_a_photo_that_cannot_be_looked_through_holds_nobody_up(
    runtime: Runtime, intake: Intake, clock: MovableClock
) -> None:
    """It is tried once, stays unscreened, and is tried again after a restart."""
    intake.receive(a_draft(photos=(a_phones_photo(),)))
    due = PhotosDue(replace(runtime, look=_fails))
    due()
    with statements(runtime.database) as counted:
        due()
    assert (3, None) == (len(counted), intake.photo().screened_at)

    after_the_restart = clock.tick(minutes=2)
    PhotosDue(runtime)()
    assert after_the_restart == intake.photo().screened_at


def test_without_recognizers_photos_stay_unscreened(runtime: Runtime, intake: Intake) -> None:
    """Nothing is said to have been looked through that was not."""
    intake.receive(a_draft(photos=(a_phones_photo(),)))
    PhotosDue(replace(runtime, look=None))()

    assert intake.photo().screened_at is None


def test_trouble_is_told_once(runtime: Runtime, intake: Intake, caplog: pytest.LogCaptureFixture) -> None:
    """A store that is away all night does not fill the log."""

    class Away:
        def __getattr__(self, name: str) -> Callable[..., Any]:
            raise StoreUnavailable

    intake.receive(a_draft(photos=(a_phones_photo(),)))
    due = PhotosDue(replace(runtime, store=Away()))
    with caplog.at_level(logging.ERROR):
        due()
        due()

    assert 1 == caplog.text.count("have to wait")


def test_one_process_of_several_does_a_job(database: Database, clock: MovableClock) -> None:
    """The others wait until it has said nothing for the time of its lease."""

    def may(holder: str) -> bool:
        return jobs.lease(database, "photos", holder, at=clock(), for_=FIVE_MINUTES)

    assert [True, False, True] == [may("a"), may("b"), may("a")]
    clock.tick(minutes=4)
    assert [True, False] == [may("a"), may("b")]
    clock.tick(minutes=5)
    assert [True, False] == [may("b"), may("a")]
    assert jobs.lease(database, "another", "a", at=clock(), for_=FIVE_MINUTES)


def test_two_processes_do_not_do_the_same_photo(runtime: Runtime, intake: Intake) -> None:
    """The second one leaves it to the first."""
    intake.receive(a_draft(photos=(a_phones_photo(),)))
    jobs.lease(runtime.database, "photos", "another process", at=runtime.clock(), for_=FIVE_MINUTES)
    PhotosDue(runtime)()

    assert intake.photo().screened_at is None


def test_one_spoilt_order_holds_up_no_other(runtime: Runtime, intake: Intake, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever stands in a row, the rest of the work is done, and the thread goes on."""
    for _ in range(2):
        intake.receive(a_draft(photos=(a_phones_photo(192, 128),)))
    with intake.database.writing() as session:
        spoilt, sound = session.scalars(sa.select(Photo).order_by(Photo.id))
        spoilt.to_burn, sound.to_burn = [[0.1, 0.1, 0.1, 0.2]], [[0.0, 0.0, 1.0, 1.0]]
        session.commit()
    due = PhotosDue(runtime)
    due()
    due()

    with intake.database.reading() as session:
        spoilt, sound = session.scalars(sa.select(Photo).order_by(Photo.id))
    assert (None, [[0.1, 0.1, 0.1, 0.2]]) == (sound.to_burn, spoilt.to_burn)
    assert None not in (spoilt.screened_at, sound.screened_at)
    assert 1 == caplog.text.count("ALARM")


def test_a_look_that_failed_does_not_stop_boxes(runtime: Runtime, intake: Intake, clock: MovableClock) -> None:
    """What is ordered is burned in, and the look is tried again after a while."""
    intake.receive(a_draft(photos=(a_phones_photo(192, 128),)))
    failing = PhotosDue(replace(runtime, look=_fails))
    failing()
    with intake.database.writing() as session:
        redaction.order(session, session.get_one(Photo, intake.photo().id), [Box(0, 0, 1, 1)], by="b", at=NOW)
        session.commit()
    failing()
    assert intake.photo().to_burn is None

    failing._runtime = runtime
    failing()
    assert intake.photo().screened_at is None
    again = clock.tick(minutes=11)
    failing()
    assert again == intake.photo().screened_at

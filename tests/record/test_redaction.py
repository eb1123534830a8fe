"""Boxes on a photo: ordered, burned in, and whatever comes in between."""

import threading
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import example, given
from hypothesis import strategies as st

from observations import journal
from observations.record import photos, redaction
from observations.record.tables import Photo
from tests.intake.drafts import NOW, Intake
from tests.record.covering import BLACK, LEFT, carry_out, looks, order
from uploads import Box
from uploads.stores import PhotoMissing, StoreUnavailable


def test_the_box_is_in_the_pixels_and_the_old_file_is_gone(intake: Intake) -> None:
    """Not a layer above the picture: what was beneath is in no file any more."""
    before = intake.photo()
    order(intake, LEFT)
    carry_out(intake)
    after = intake.photo()

    assert (BLACK, BLACK) == (looks(intake, 0.2, 0.2), looks(intake, 0.2, 0.8))
    assert looks(intake, 0.8, 0.2) != BLACK
    assert [after.name] == [name for name, _ in intake.store.names()]
    assert before.name != after.name
    assert (before.id, before.width_px, before.height_px) == (after.id, after.width_px, after.height_px)
    assert before.sha256 != after.sha256
    assert after.to_burn is None


def test_the_boxes_are_in_the_journal(intake: Intake) -> None:
    """Who covered what part of which photo, and when."""
    order(intake, LEFT)
    with intake.database.reading() as session:
        told = journal.of(session, intake.only().subject)[-1]

    assert ("photo.redacted", "device:7", NOW) == (told.what, told.by, told.at)
    assert {"photo": str(intake.photo().id), "boxes": [[0, 0, 0.5, 1]]} == told.after


def test_nothing_ordered_is_nothing_done(intake: Intake) -> None:
    """Carrying out twice is harmless."""
    order(intake, LEFT)
    carry_out(intake)
    after = intake.photo().name
    carry_out(intake)

    assert after == intake.photo().name


def test_boxes_of_two_people_at_once_are_both_burned_in(intake: Intake) -> None:
    """Whoever was slower begins again, from what the other has left."""

    class SomebodyElse:
        """A store beside which another person orders a box just before the first picture is kept."""

        ordered = False

        def __getattr__(self, name: str) -> Any:
            return getattr(intake.store, name)

        def put(self, name: str, data: bytes) -> None:
            if not self.ordered:
                self.ordered = True
                order(intake, Box(0.5, 0, 1, 0.5))
            intake.store.put(name, data)

    order(intake, LEFT)
    carry_out(intake, SomebodyElse())

    assert [BLACK] * 3 == [looks(intake, *place) for place in ((0.2, 0.2), (0.2, 0.8), (0.8, 0.2))]
    assert looks(intake, 0.8, 0.8) != BLACK
    assert 1 == len(list(intake.store.names()))


def test_a_photo_that_is_destroyed_meanwhile_stays_destroyed(intake: Intake) -> None:
    """A rejection in between wins."""

    class Rejecting:
        """A store beside which the report is rejected just before the picture is kept."""

        def __getattr__(self, name: str) -> Any:
            return getattr(intake.store, name)

        def put(self, name: str, data: bytes) -> None:
            with intake.database.writing() as session:
                photos.forget(session, session.merge(intake.only()), at=NOW)
                session.commit()
            intake.store.put(name, data)

    photo_id = intake.photo().id
    order(intake, LEFT)
    redaction.carry_out(intake.database, Rejecting(), photo_id, at=NOW)
    photos.destroy_condemned(intake.database, intake.store)

    assert [] == intake.only().photos
    assert [] == list(intake.store.names())


def test_a_store_that_is_away_leaves_the_photo_hidden(intake: Intake) -> None:
    """The order stands; it is carried out when the store is back."""

    class Away:
        def get(self, name: str) -> bytes:
            raise StoreUnavailable("away")

    order(intake, LEFT)
    with pytest.raises(StoreUnavailable):
        carry_out(intake, Away())  # type: ignore[arg-type]  # all that is asked

    with intake.database.reading() as session:
        assert [intake.photo().id] == redaction.unfinished(session, limit=5)
    carry_out(intake)
    assert BLACK == looks(intake, 0.2, 0.2)


def test_a_lost_file_leaves_the_photo_hidden(intake: Intake) -> None:
    """There is nothing to burn into, and nothing to show."""
    order(intake, LEFT)
    intake.store.delete(intake.photo().name)
    with pytest.raises(PhotoMissing):
        carry_out(intake)

    assert intake.photo().to_burn


def test_condemned_files_are_destroyed_by_whoever_comes_next(intake: Intake) -> None:
    """Also when the one who took their rows away is gone."""
    with intake.database.writing() as session:
        photos.forget(session, session.merge(intake.only()), at=NOW)
        session.commit()
        assert photos.any_condemned(session)

    assert 1 == photos.destroy_condemned(intake.database, intake.store)
    assert [] == list(intake.store.names())
    with intake.database.reading() as session:
        assert not photos.any_condemned(session)


RIGHT = Box(0.5, 0, 1, 1)


def test_what_two_people_order_at_the_same_time_is_all_burned_in(intake: Intake) -> None:
    """The second one waits for the first; neither overwrites the other, though both had read the photo before."""
    ordered_at_once(intake)

    assert [redaction.corners(LEFT), redaction.corners(RIGHT)] == sorted(intake.photo().to_burn or [])


@pytest.mark.parametrize("fresh_database", ["postgresql"], indirect=True)
def test_without_the_lock_one_of_them_would_be_lost(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control, where two may write at a time; on SQLite nobody can read for writing meanwhile."""
    monkeypatch.setattr(redaction, "_lock", lambda _session, _photo: None)
    ordered_at_once(intake)

    assert 1 == len(intake.photo().to_burn or [])


def ordered_at_once(intake: Intake) -> None:
    """One person orders a box on the left, and another one on the right before that is committed."""
    photo_id = intake.photo().id

    def second() -> None:
        with intake.database.writing() as session:
            photo = session.get_one(Photo, photo_id)
            read.set()
            redaction.order(session, photo, [RIGHT], by="device:8", at=NOW)
            session.commit()

    read = threading.Event()
    with intake.database.writing() as session:
        photo = session.get_one(Photo, photo_id)
        thread = threading.Thread(target=second)
        thread.start()
        read.wait(0.5)
        redaction.order(session, photo, [LEFT], by="device:7", at=NOW)
        session.commit()
    thread.join(30)
    assert not thread.is_alive()


SIDE = st.lists(st.floats(0, 1), min_size=2, max_size=2, unique=True).map(sorted)


@given(SIDE, SIDE)
@example([0.10001, 0.10002], [0.1, 0.2])
@example([0, 1e-320], [0, 1e-320])
@example([1 - 1e-16, 1], [0, 1])
def test_a_box_as_it_is_written_down_is_a_box_and_covers_what_was_meant(across: list[float], down: list[float]) -> None:
    """However small: rounding never takes its area, nor uncovers an edge by more than nothing."""
    (left, right), (top, bottom) = across, down
    written = redaction.corners(Box(left, top, right, bottom))
    again = Box(*written)

    assert again.left - 1e-9 <= left
    assert again.top - 1e-9 <= top
    assert again.right + 1e-9 >= right
    assert again.bottom + 1e-9 >= bottom
    assert written == redaction.corners(again)


def test_a_photo_that_was_burned_by_somebody_else_is_not_taken_for_lost(intake: Intake) -> None:
    """The file that one meant to read is gone because the work is done."""

    class Faster:
        """A store beside which another process carries the order out just before the file is read."""

        done = False

        def __getattr__(self, name: str) -> Any:
            return getattr(intake.store, name)

        def get(self, name: str) -> bytes:
            if not self.done:
                self.done = True
                carry_out(intake)
            return intake.store.get(name)

    order(intake, LEFT)
    carry_out(intake, Faster())

    assert BLACK == looks(intake, 0.2, 0.2)


def test_a_file_that_cannot_be_destroyed_now_does_not_undo_the_boxes(intake: Intake) -> None:
    """The new picture is shown; the old file stands on the list of the condemned."""

    class Protected:
        """A store in which nothing can be deleted."""

        def __getattr__(self, name: str) -> Any:
            return getattr(intake.store, name)

        def delete(self, name: str) -> None:
            raise StoreUnavailable("protected")

    order(intake, LEFT)
    came = redaction.attempt(intake.database, Protected(), intake.photo().id, at=NOW)

    assert redaction.Outcome.DONE is came
    assert BLACK == looks(intake, 0.2, 0.2)
    with intake.database.reading() as session:
        assert photos.any_condemned(session)


def test_a_photo_that_was_destroyed_meanwhile_is_said_to_be_gone(intake: Intake) -> None:
    """Rejection was faster; there is nothing to cover."""
    with intake.database.writing() as session:
        photo = session.get_one(Photo, intake.photo().id)
        session.execute(sa.delete(Photo).execution_options(synchronize_session=False))
        with pytest.raises(redaction.PhotoGone):
            redaction.order(session, photo, [LEFT], by="device:7", at=NOW)

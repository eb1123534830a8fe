"""The after-photo: kept as surely as a report, beside the photos that the report came with, told apart from them."""

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from observations import journal, limits
from observations.access import Actor, Role
from observations.database import Database
from observations.intake import after, keeping, queries, same
from observations.intake.draft import AfterDraft, AfterReceipt
from observations.intake.receive import Gate
from observations.intake.refused import Conflict, NotOpen, Refusal, ReportRefused, TooManyReports
from observations.record import photos, retention, screening
from observations.record.tables import Followup, Observation, Photo, PhotoKind
from observations.record.workflow import Rejection, Remediation, Review
from observations.review import actions as reviewing
from observations.web import Busy
from tests.intake.drafts import HERE, NOW, REPORTER, FailingStore, Intake, a_draft, a_photo
from tests.intake.test_receive import commits_fail
from uploads import Box, DecodeSlots, Reason
from uploads.recognizers import Kind, Suggestion
from uploads.stores import PhotoStore

AT_ONCE = 8
LATER = NOW + timedelta(hours=3)
OTHER = Actor(role=Role.REPORTER, device_id=uuid.UUID(int=8))
DESK = Actor(role=Role.COORDINATOR, device_id=uuid.UUID(int=9))


class Afters(Intake):
    """An intake that takes after-photos too."""

    def follow_up(
        self, draft: AfterDraft, *, actor: Actor = REPORTER, slots: DecodeSlots | None = None
    ) -> AfterReceipt:
        """Hand the after-photo in, three hours after the report."""
        gate = Gate(self.database, self.store, slots or DecodeSlots(), b"secret" * 6, self.reports_per_hour)
        return after.receive(draft, gate, actor=actor, now=LATER)

    def change(self, **values: Any) -> None:
        """Of the one observation there is."""
        with self.database.writing() as session:
            session.execute(sa.update(Observation).values(values))
            session.commit()

    def change_photo(self, **values: Any) -> None:
        """Of all photos."""
        with self.database.writing() as session:
            session.execute(sa.update(Photo).values(values))
            session.commit()

    def told(self) -> list[journal.Event]:
        """What the journal has of the observation, after its coming in."""
        with self.database.reading() as session:
            return journal.of(session, self.only().subject)[1:]

    def count(self) -> tuple[int, int, int]:
        """How many keys of after-photos, photos and files there are."""
        with self.database.reading() as session:
            rows = [session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in (Followup, Photo)]
        return rows[0], rows[1], len(list(self.store.names()))


@pytest.fixture
def intake(database: Database, tmp_path: Path) -> Afters:
    """With one report of a reporter's, that has one photo."""
    intake = Afters(database, tmp_path / "photos")
    intake.receive(a_draft(photos=(a_photo(),)))
    return intake


def a_followup(intake: Afters, **named: Any) -> AfterDraft:
    """An after-photo of the one report, taken two hours later; `named` replaces any field."""
    values: dict[str, Any] = {
        "id": uuid.uuid4(),
        "observation_id": intake.only().id,
        "taken_at": NOW + timedelta(hours=2),
    }
    return AfterDraft(**(values | {"photo": a_photo(80, 64)} | named))


def test_it_is_kept_beside_the_others(intake: Afters) -> None:
    """Behind them, with its time and without what the camera wrote; the report's own photos are those they were."""
    receipt = intake.follow_up(a_followup(intake))
    kept = intake.only()

    assert receipt.created
    assert [(0, PhotoKind.BEFORE), (1, PhotoKind.AFTER)] == [(each.position, each.kind) for each in kept.photos]
    assert [None, NOW + timedelta(hours=2)] == [photo.taken_at for photo in kept.photos]
    assert ([kept.photos[0]], [kept.photos[1]]) == (kept.before_photos, kept.after_photos)
    assert (kept.number, kept.photos[1].id, 80, 64) == (
        receipt.number, receipt.photo.id, receipt.photo.width_px, receipt.photo.height_px,
    )  # fmt: skip
    assert b"KANARIE" not in intake.store.get(kept.photos[1].name)


@pytest.mark.parametrize(
    "before", [Remediation.NOT_APPLICABLE, Remediation.WAITING, Remediation.ORDERED, Remediation.RETURNED]
)
def test_then_it_is_done(intake: Afters, before: Remediation) -> None:
    """Whatever was to be done; the journal has from what to what, when, and by whom."""
    intake.change(remediation=before)
    intake.follow_up(a_followup(intake))
    came, done = intake.told()

    assert Remediation.DONE is intake.only().remediation
    assert ("observation.followed_up", {"photo": str(intake.only().photos[1].id)}) == (came.what, came.after)
    assert ({"remediation": before.value}, {"remediation": "done"}) == (done.before, done.after)
    assert ("remediation.done", REPORTER.pseudonym, LATER) == (done.what, done.by, done.at)


@pytest.mark.parametrize("before", [Remediation.DONE, Remediation.VERIFIED])
def test_what_was_done_stays_as_it_was(intake: Afters, before: Remediation) -> None:
    """One more picture takes nothing back of what a coordinator has seen."""
    intake.change(remediation=before)
    intake.follow_up(a_followup(intake))

    assert before is intake.only().remediation
    assert ["observation.followed_up"] == [event.what for event in intake.told()]


def test_nobody_is_asked_whether_it_is_the_same_any_more(intake: Afters) -> None:
    """What is cleaned up is not there; until then it was asked about."""

    def asked_about() -> int:
        with intake.database.reading() as session:
            here = (HERE.latitude, HERE.longitude)
            found = same.near(
                session,
                latitude=here[0],
                longitude=here[1],
                category=intake.only().category,
                device_id=OTHER.device_id,
                at=LATER,
            )
            return len(found)

    assert 1 == asked_about()
    intake.follow_up(a_followup(intake))
    assert 0 == asked_about()


def test_the_same_again_is_the_same_receipt(intake: Afters) -> None:
    """A phone that did not hear the answer sends again; nothing is doubled, whatever has become of it since."""
    draft = a_followup(intake)
    first = intake.follow_up(draft)
    again = intake.follow_up(draft)
    with intake.database.writing() as session:
        report = session.get_one(Observation, first.number)
        reviewing.reject(session, report, reason=Rejection.PERSON, by="device:desk", at=LATER)
        session.commit()
    photos.destroy_condemned(intake.database, intake.store)

    assert replace(first, created=False) == again == intake.follow_up(draft)
    assert (1, 0, 0) == intake.count(), "rejected, it is destroyed with the rest"


@pytest.mark.parametrize("other", [{"photo": a_photo(72, 64)}, {"taken_at": NOW}, {"observation_id": uuid.uuid4()}])
def test_another_under_its_id_is_a_conflict(intake: Afters, other: dict[str, Any]) -> None:
    """It is neither swallowed nor put over the first."""
    draft = a_followup(intake)
    intake.follow_up(draft)
    with pytest.raises(Conflict):
        intake.follow_up(replace(draft, **other))

    assert (1, 2, 2) == intake.count()


def test_eight_at_once_are_one(intake: Afters) -> None:
    """One row and one file; also where it is the last one that fits."""
    for _ in range(limits.AFTER_PHOTOS - 1):
        intake.follow_up(a_followup(intake))
    draft, together, slots = a_followup(intake), threading.Barrier(AT_ONCE), DecodeSlots(wait_s=30)

    def send(_: int) -> AfterReceipt:
        together.wait()
        return intake.follow_up(draft, slots=slots)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(send, range(AT_ONCE)))

    assert 1 == sum(answer.created for answer in answers)
    assert 1 == len({(answer.number, answer.photo) for answer in answers})
    assert (limits.AFTER_PHOTOS, 1 + limits.AFTER_PHOTOS, 1 + limits.AFTER_PHOTOS) == intake.count()


def test_eight_different_ones_at_once_are_three(intake: Afters) -> None:
    """However they race, no more are kept than may be, each in a place of its own, and no file is left over."""
    together, slots = threading.Barrier(AT_ONCE), DecodeSlots(wait_s=30)

    def send(draft: AfterDraft) -> object:
        together.wait()
        try:
            return intake.follow_up(draft, slots=slots).created
        except ReportRefused as refused:
            return refused.fields["photos"]

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(send, [a_followup(intake) for _ in range(AT_ONCE)]))

    assert (3, 5) == (answers.count(True), answers.count(Refusal.NO_MORE_AFTER_PHOTOS))
    assert (3, 4, 4) == intake.count()
    assert [0, 1, 2, 3] == [photo.position for photo in intake.only().photos]
    assert set() == intake.files_without_rows()


def test_a_store_that_fails_leaves_nothing(intake: Afters) -> None:
    """The disk is full: no row, no file, and the phone comes back with the same."""
    draft, sound = a_followup(intake), intake.store
    intake.store = FailingStore(sound, at=1)
    with pytest.raises(Busy):
        intake.follow_up(draft)
    intake.store = sound

    assert (0, 1, 1) == intake.count()
    assert intake.follow_up(draft).created


def test_a_commit_that_fails_takes_its_file_with_it(intake: Afters, monkeypatch: pytest.MonkeyPatch) -> None:
    """No row, no file; the control leaves the file, and is seen to."""
    with commits_fail(intake.database), pytest.raises(Busy):
        intake.follow_up(a_followup(intake))
    assert set() == intake.files_without_rows()
    assert (0, 1, 1) == intake.count()

    monkeypatch.setattr(keeping, "_destroy", lambda store, kept: None)
    with commits_fail(intake.database), pytest.raises(Busy):
        intake.follow_up(a_followup(intake))
    assert 1 == len(intake.files_without_rows())


class OvertakenStore(FailingStore):
    """A real store, while whose `put` is at work something else happens."""

    def __init__(self, store: PhotoStore, meanwhile: Callable[[], None]) -> None:
        super().__init__(store, at=0)
        self._meanwhile = meanwhile

    def put(self, name: str, data: bytes) -> None:
        """Keep the bytes, late."""
        super().put(name, data)
        self._meanwhile()


def test_what_is_rejected_meanwhile_gets_none(intake: Afters) -> None:
    """While the photo is kept a coordinator destroys the report: no photo of it may come after."""

    def rejected_now() -> None:
        with intake.database.writing() as session:
            report = session.scalars(sa.select(Observation)).one()
            reviewing.reject(session, report, reason=Rejection.PERSON, by="device:desk", at=LATER)
            session.commit()
        photos.destroy_condemned(intake.database, intake.store)

    draft = a_followup(intake)
    intake.store = OvertakenStore(intake.store, rejected_now)
    with pytest.raises(NotOpen):
        intake.follow_up(draft)

    assert (0, 0, 0) == intake.count()
    assert set() == intake.files_without_rows()


@pytest.mark.parametrize(
    ("taken", "why"),
    [
        (timedelta(days=-1), None),
        (timedelta(days=-1, seconds=-1), Refusal.TIME_BEFORE_REPORT),
        (timedelta(hours=3, minutes=10), None),
        (timedelta(hours=3, minutes=10, seconds=1), Refusal.TIME_AHEAD),
        (timedelta(days=-2000), Refusal.TIME_TOO_EARLY),
    ],
)
def test_its_time_is_about_that_of_the_report_or_later(intake: Afters, taken: timedelta, why: Refusal | None) -> None:
    """A day of grace, since the report's own time may have been chosen; not ahead of the service's clock."""
    draft = a_followup(intake, taken_at=NOW + taken)
    if why is None:
        assert intake.follow_up(draft).created
        return
    with pytest.raises(ReportRefused) as refused:
        intake.follow_up(draft)

    assert {"taken_at": why} == refused.value.fields
    assert (0, 1, 1) == intake.count()


def test_a_photo_that_cannot_be_taken_says_why(intake: Afters) -> None:
    """And leaves nothing."""
    with pytest.raises(ReportRefused) as refused:
        intake.follow_up(a_followup(intake, photo=b"<svg onload=alert(1)>"))

    assert {"photos": Reason.NOT_A_PHOTO} == refused.value.fields
    assert (0, 1, 1) == intake.count()


def test_there_are_three_at_most(intake: Afters) -> None:
    """The next one is told so."""
    for _ in range(limits.AFTER_PHOTOS):
        intake.follow_up(a_followup(intake))
    with pytest.raises(ReportRefused) as refused:
        intake.follow_up(a_followup(intake))

    assert {"photos": Refusal.NO_MORE_AFTER_PHOTOS} == refused.value.fields


def test_they_count_among_the_reports_of_an_hour(intake: Afters) -> None:
    """A phone run wild is stopped, and its reports with it; a repetition is answered all the same."""
    intake.reports_per_hour = 1
    draft = a_followup(intake)
    assert intake.follow_up(draft).created, "the report itself came three hours ago"
    with pytest.raises(TooManyReports):
        intake.follow_up(a_followup(intake))
    with pytest.raises(TooManyReports):
        intake.receive(a_draft(), now=LATER)

    assert not intake.follow_up(draft).created


def accepted(intake: Afters) -> None:
    """And its photo looked through."""
    intake.change(review=Review.ACCEPTED)
    intake.change_photo(screened_at=NOW)


def unseen(intake: Afters) -> None:
    """Accepted, and nothing has looked through its photo."""
    intake.change(review=Review.ACCEPTED)


def asked(intake: Afters) -> None:
    """Accepted, and something on the photo waits for an answer."""
    accepted(intake)
    intake.change_photo(suggestions=[{"kind": "face", "box": [0, 0, 0.1, 0.1]}])


def rejected(intake: Afters) -> None:
    """It is none any more."""
    intake.change(review=Review.REJECTED)


def cut(intake: Afters) -> None:
    """Nobody knows any more whose it was."""
    retention.cut_links(intake.database, before=LATER)


def as_it_came(_: Afters) -> None:
    """It waits for review."""


@pytest.mark.parametrize(
    ("made", "may"),
    [
        (as_it_came, {"own", "desk"}),
        (accepted, {"own", "other", "desk"}),
        (unseen, {"own", "desk"}),
        (asked, {"own", "desk"}),
        (cut, {"desk"}),
        (rejected, set()),
    ],
)
def test_who_may_add_one(intake: Afters, made: Callable[[Afters], None], may: set[str]) -> None:
    """One's own; what one is shown a photo of anyway; a coordinator's is everything that is there."""
    made(intake)
    took = set()
    for who, actor in (("own", REPORTER), ("other", OTHER), ("desk", DESK)):
        draft = a_followup(intake)
        try:
            took |= {who} if intake.follow_up(draft, actor=actor).created else set()
        except NotOpen:
            continue

    assert may == took


def test_an_observation_that_never_was_takes_none(intake: Afters) -> None:
    """The same answer as for one that is somebody else's."""
    with pytest.raises(NotOpen):
        intake.follow_up(a_followup(intake, observation_id=uuid.uuid4()), actor=DESK)


@pytest.mark.parametrize(
    ("made", "seen"),
    [
        (as_it_came, {"desk"}),
        (accepted, {"own", "other", "desk"}),
        (unseen, {"desk"}),
        (asked, {"desk"}),
    ],
)
def test_who_sees_the_photo_from_before(intake: Afters, made: Callable[[Afters], None], seen: set[str]) -> None:
    """Nobody but the coordinator, before something has looked through it and every question is answered."""
    made(intake)
    found = set()
    with intake.database.reading() as session:
        for who, actor in (("own", REPORTER), ("other", OTHER), ("desk", DESK)):
            followed = after.find(session, intake.only().id, actor)
            found |= {who} if followed and followed.before else set()

    assert seen == found


def test_the_one_who_sent_it_sees_it_as_soon_as_it_is_looked_through(intake: Afters) -> None:
    """Whoever cleans up ten minutes later need not wait for the coordinator; others do."""
    intake.change_photo(screened_at=NOW)
    with intake.database.reading() as session:
        own = after.find(session, intake.only().id, REPORTER)
        other = after.find(session, intake.only().id, OTHER)

    assert own is not None
    assert (intake.photo().id, None) == (own.before and own.before.id, other)


def test_what_is_ordered_to_be_covered_is_shown_to_nobody(intake: Afters) -> None:
    """Not even to coordinators, before it is burned in."""
    intake.change_photo(screened_at=NOW, to_burn=[[0, 0, 0.5, 0.5]])
    with intake.database.reading() as session:
        found = [after.find(session, intake.only().id, actor) for actor in (REPORTER, DESK)]

    assert [True, True] == [each is not None and each.before is None for each in found]


def test_it_is_never_shown_as_the_photo_from_before(database: Database, tmp_path: Path) -> None:
    """A report without a photo stays one: what others are shown is what was seen, never what was cleaned."""
    intake = Afters(database, tmp_path / "photos")
    intake.receive(a_draft())
    intake.follow_up(a_followup(intake))
    accepted(intake)
    with database.reading() as session:
        found = [after.find(session, intake.only().id, actor) for actor in (REPORTER, DESK)]

    assert [True, True] == [each is not None and each.before is None for each in found]
    assert same.photo_to_show(intake.only()) is None


def test_faces_are_looked_for_in_it_too(intake: Afters) -> None:
    """And a coordinator is asked, also where the report was accepted before."""
    accepted(intake)
    intake.follow_up(a_followup(intake))
    photo = intake.only().after_photos[0]
    with intake.database.reading() as session:
        assert [photo.id] == screening.unscreened(session, limit=10)
    face = Suggestion(Kind.FACE, Box(0.1, 0.1, 0.3, 0.3))
    screening.screen(intake.database, intake.store, photo.id, lambda _: [face], at=LATER)

    with intake.database.reading() as session:
        assert [intake.only().number] == [each.number for each in screening.to_look_over(session, limit=10)]


def test_it_goes_with_the_other_photos(intake: Afters) -> None:
    """When its observation's photos have been kept for so long as they may be."""
    intake.follow_up(a_followup(intake))
    gone = retention.dispose_photos(intake.database, intake.store, before=NOW + timedelta(days=1), at=LATER)

    assert (2, (1, 0, 0)) == (gone, intake.count())


def test_who_took_it_is_forgotten(intake: Afters) -> None:
    """With the link to the reporter; the id stays, so that a late repetition is still known."""
    draft = a_followup(intake)
    first = intake.follow_up(draft)
    retention.cut_links(intake.database, before=LATER)
    with intake.database.reading() as session:
        assert (REPORTER.device_id, False) == (session.get_one(Followup, draft.id).device_id, first is None)
    retention.cut_links(intake.database, before=LATER + timedelta(seconds=1))
    with intake.database.reading() as session:
        followup = session.get_one(Followup, draft.id)

    assert (None, None) == (followup.device_id, followup.digest)
    assert replace(first, created=False) == intake.follow_up(draft)


def test_the_receipt_of_the_report_stays_what_it_was(intake: Afters) -> None:
    """It names the photos that were sent with it; the same report sent again hears the same."""
    report = intake.only()
    intake.follow_up(a_followup(intake))

    assert [report.photos[0].id] == [photo.id for photo in queries.receipt_of(intake.only(), created=False).photos]

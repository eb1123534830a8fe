"""`check`: what whoever runs the service can show to whoever asks whether it keeps its promises."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from observations import journal
from observations.clock import now
from observations.record import photos
from observations.record.tables import Observation, Photo
from observations.record.workflow import Review
from tests.builders import an_observation
from tests.intake.drafts import Intake, a_draft, a_photo
from tests.operations.conftest import Shell
from tests.operations.files import age, file_of
from tests.uploads.camera import CANARY, exif, segment
from uploads import sanitise
from uploads.proof import NotClean, proven
from uploads.stores import new_name

PERSONNUMMER = "811228-9874"
"""A number that the tax agency gives out for tests."""


def test_a_healthy_service_has_no_findings(intake: Intake, shell: Shell) -> None:
    """Exit 0, and how much was looked at, so that "nothing found" cannot mean "nothing looked at"."""
    for sent in ((a_photo(),), (a_photo(), a_photo()), ()):
        intake.receive(a_draft(photos=sent))

    done = shell("check")

    assert 0 == done.exit_code, done.output
    assert "photos: 3 looked at\n" in done.stdout
    assert "files: 3 in the store, 0 without a row and under an hour old\n" in done.stdout
    assert "texts: 6 looked at; to be read by a person: none\n" in done.stdout
    assert done.stdout.endswith("findings: 0\n")


def test_an_empty_instance_is_healthy(shell: Shell) -> None:
    """The first check can run before the first report."""
    done = shell("check")

    assert (0, True) == (done.exit_code, done.stdout.endswith("findings: 0\n"))


def _lost(intake: Intake, photo: Photo) -> None:
    file_of(intake, photo).unlink()


def _cut_short(intake: Intake, photo: Photo) -> None:
    path = file_of(intake, photo)
    path.write_bytes(path.read_bytes()[:-1])


def _flipped(intake: Intake, photo: Photo) -> None:
    path = file_of(intake, photo)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def _with_a_comment(intake: Intake, photo: Photo) -> None:
    path = file_of(intake, photo)
    content = path.read_bytes()
    path.write_bytes(content[:2] + segment(0xFE, CANARY) + content[2:])


def _of_another_size(intake: Intake, photo: Photo) -> None:
    with intake.database.writing() as session:
        session.execute(sa.update(Photo).where(Photo.id == photo.id).values(width_px=photo.width_px + 1))
        session.commit()


@pytest.mark.parametrize(
    ("plant", "sentence"),
    [
        (_lost, "the file is missing"),
        (_cut_short, "the file has another length than its row"),
        (_flipped, "the file has another SHA-256 than its row"),
        (_with_a_comment, "the file holds more than a picture"),
        (_of_another_size, "the picture is too large, or not as large as its row says"),
    ],
)
def test_a_photo_that_is_not_as_promised_is_found(
    intake: Intake, shell: Shell, plant: Callable[[Intake, Photo], None], sentence: str
) -> None:
    """Each by its id, with exit 1."""
    intake.receive(a_draft(photos=(a_photo(),)))
    photo = intake.only().photos[0]
    plant(intake, photo)

    done = shell("check")

    assert 1 == done.exit_code
    assert f"photo:{photo.id}: {sentence}\n" in done.stdout


def test_a_picture_over_the_limit_is_found(intake: Intake, shell: Shell) -> None:
    """No photo is kept larger than promised, by whatever way it came there."""
    intake.receive(a_draft(photos=(a_photo(96, 64),)))
    photo = intake.only().photos[0]
    path = file_of(intake, photo)
    at = path.read_bytes().index(b"\xff\xc0") + 7
    path.write_bytes(path.read_bytes()[:at] + (2001).to_bytes(2, "big") + path.read_bytes()[at + 2 :])

    assert f"photo:{photo.id}: the picture is too large" in shell("check").stdout


def test_a_file_that_nobody_promised_is_found_once_it_is_old(intake: Intake, shell: Shell) -> None:
    """A young one may belong to a report that is being kept right now: it is counted and no more."""
    young, old = new_name(), new_name()
    for name in (young, old):
        intake.store.put(name, b"pixels")
    age(intake, old)

    done = shell("check")

    assert 1 == done.exit_code
    assert f"file:{old}: no row names this file\n" in done.stdout
    assert "files: 2 in the store, 1 without a row and under an hour old\n" in done.stdout
    assert young not in done.stdout


def _with_note(session: Session) -> Observation:
    return an_observation(session, note=f"Han heter {PERSONNUMMER}")


def _with_address(session: Session) -> Observation:
    return an_observation(session, address=PERSONNUMMER)


@pytest.mark.parametrize("plant", [_with_note, _with_address])
def test_a_personnummer_is_found_and_not_repeated(
    intake: Intake, shell: Shell, plant: Callable[[Session], Observation]
) -> None:
    """The report of the audit names the observation, never what stands in it."""
    with intake.database.writing() as session:
        observation = plant(session)
        session.commit()

    done = shell("check")

    assert 1 == done.exit_code
    assert f"observation:{observation.id}: a personal identity number is in the text\n" in done.stdout
    assert PERSONNUMMER not in done.output


def test_what_is_only_a_question_is_counted(intake: Intake, shell: Shell) -> None:
    """A telephone number may be a caretaker's: people judge it in review, so it is no finding."""
    intake.receive(a_draft(note="Ring 070-174 06 05"))
    done = shell("check")

    assert (0, True) == (done.exit_code, "to be read by a person: phone 1\n" in done.stdout)


def test_a_rejected_report_that_kept_something_is_found(intake: Intake, shell: Shell) -> None:
    """What was rejected was to be destroyed."""
    with intake.database.writing() as session:
        observation = an_observation(session, review=Review.REJECTED)
        session.commit()

    done = shell("check")

    assert f"observation:{observation.id}: a rejected report still has text, place or photos\n" in done.stdout
    assert 1 == done.exit_code


def test_more_rows_than_one_step_are_all_looked_at(
    intake: Intake, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading in steps neither skips nor repeats."""
    monkeypatch.setattr("observations.jobs.STEP_ROWS", 3)
    for _ in range(10):
        intake.receive(a_draft(photos=(a_photo(),)))

    done = shell("check")

    assert "photos: 10 looked at\n" in done.stdout
    assert "texts: 20 looked at" in done.stdout


def test_a_file_that_was_to_be_destroyed_is_found(intake: Intake, shell: Shell) -> None:
    """A sentence that nobody carries out is a picture that somebody believes to be gone."""
    name = new_name()
    with intake.database.writing() as session:
        photos.condemn(session, [name], at=now() - timedelta(hours=2))
        photos.condemn(session, [new_name()], at=now())
        session.commit()

    done = shell("check")

    assert 1 == done.exit_code
    assert [f"file:{name}: the file was to be destroyed over an hour ago"] == [
        line for line in done.stdout.splitlines() if line.startswith("file:")
    ]


def test_what_is_still_to_be_done_is_told_and_is_no_finding(intake: Intake, shell: Shell) -> None:
    """Photos that wait for a look or for their boxes are closed meanwhile."""
    intake.receive(a_draft(photos=(a_photo(),)))

    assert "photos: 1 not looked through for faces, 0 hidden until boxes are in\n" in shell("check").stdout


def test_the_result_is_written_down_in_numbers(intake: Intake, shell: Shell) -> None:
    """For those without a shell; no id, no text."""
    intake.receive(a_draft(photos=(a_photo(),), note="Ring 070-174 06 05"))
    _lost(intake, intake.only().photos[0])
    shell("check")

    with intake.database.reading() as session:
        event = journal.last(session, journal.AUDIT_SUBJECT)
    assert event is not None
    assert ("audit.run", "command") == (event.what, event.by)
    assert event.after == {
        "photos": 1,
        "unscreened": 1,
        "files": 0,
        "texts": 2,
        "questions": 1,
        "faults": {"FILE_MISSING": 1},
    }


@pytest.mark.parametrize("marker", [0xE1, 0xED])
def test_the_second_pair_of_eyes_sees_metadata_by_itself(marker: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: were our own walk blind, the library would still find EXIF; what it does not read, the walk does."""
    clean = sanitise(a_photo()).jpeg
    dirty = clean[:2] + segment(marker, b"Exif\0\0" + exif()) + clean[2:]
    with pytest.raises(NotClean):
        proven(dirty)
    monkeypatch.setattr("uploads.markers.walk", lambda _jpeg: None)

    assert (96, 64) == proven(clean)
    if marker == 0xE1:
        with pytest.raises(NotClean, match="exifread"):
            proven(dirty)

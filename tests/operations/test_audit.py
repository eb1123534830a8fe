"""`check`: what whoever runs the service can show to whoever asks whether it keeps its promises."""

import os
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
        "hidden": 0,
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


@pytest.mark.parametrize("where", ["IMG_original.jpg", "ab/IMG_1.jpg", f"cd/{'ab' * 16}", "ab/deep/x", "old.part"])
def test_a_file_that_the_service_did_not_put_there_is_found(intake: Intake, shell: Shell, where: str) -> None:
    """An original that somebody copied into the store is in nobody's row and no photo's name."""
    path = intake.folder / where
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(CANARY)
    os.utime(path, (0, 0))

    done = shell("check")

    assert 1 == done.exit_code
    assert f"file:{where}: the service did not put this file there\n" in done.stdout


def test_a_half_written_photo_is_no_stranger_while_it_is_young(intake: Intake, shell: Shell) -> None:
    """It may belong to a report that is being kept right now."""
    intake.folder.mkdir(parents=True, exist_ok=True)
    (intake.folder / f"{new_name()}.0a1b2c3d.part").write_bytes(b"half")

    assert 0 == shell("check").exit_code


def test_boxes_that_nobody_burns_in_are_found(intake: Intake, shell: Shell) -> None:
    """The photo is hidden, but somebody believes it covered."""
    intake.receive(a_draft(photos=(a_photo(),)))
    photo = intake.photo()
    with intake.database.writing() as session:
        row = session.get_one(Photo, photo.id)
        row.to_burn, row.ordered_at = [[0, 0, 1, 1]], now() - timedelta(hours=2)
        session.commit()

    assert f"photo:{photo.id}: its boxes were to be burned in over an hour ago\n" in shell("check").stdout


@pytest.mark.parametrize("column", ["cell", "longitude", "accuracy_m"])
def test_any_trace_of_a_rejected_reports_place_is_found(intake: Intake, shell: Shell, column: str) -> None:
    """A cell is a place too."""
    nowhere = dict.fromkeys(("latitude", "longitude", "cell", "accuracy_m"))
    with intake.database.writing() as session:
        an_observation(session, review=Review.REJECTED, address="", note="", **(nowhere | {column: 7}))
        session.commit()

    assert "a rejected report still has text, place or photos\n" in shell("check").stdout


@pytest.mark.parametrize("name", ["../../secret", "AB" * 16])
def test_a_name_that_no_photo_has_is_a_finding_not_a_crash(intake: Intake, shell: Shell, name: str) -> None:
    """Whatever somebody has written into the row."""
    intake.receive(a_draft(photos=(a_photo(),)))
    with intake.database.writing() as session:
        session.execute(sa.update(Photo).values(name=name))
        session.commit()

    done = shell("check")

    assert 1 == done.exit_code
    assert "the file is missing\n" in done.stdout

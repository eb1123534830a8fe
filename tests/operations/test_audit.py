"""`check`: what whoever runs the service can show to whoever asks whether it keeps its promises."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from observations.record.tables import Observation, Photo
from observations.record.workflow import Review
from tests.builders import an_observation
from tests.intake.drafts import Intake, a_draft, a_photo
from tests.operations.conftest import Shell
from tests.operations.files import age, file_of
from tests.uploads.camera import CANARY, segment
from uploads.stores import new_name

PERSONNUMMER = "811228-9874"
"""A number that the tax agency gives out for tests."""


def test_a_healthy_service_has_no_findings(intake: Intake, shell: Shell) -> None:
    """Exit 0, and how much was looked at, so that "nothing found" cannot mean "nothing looked at"."""
    for photos in ((a_photo(),), (a_photo(), a_photo()), ()):
        intake.receive(a_draft(photos=photos))

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

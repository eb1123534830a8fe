"""Boxes that are suggested: answered by a box, by a no, and by nothing else."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from observations import journal
from observations.record import redaction
from observations.record.tables import Photo
from tests.intake.drafts import NOW, Intake
from uploads import Box
from uploads.recognizers import Kind, Suggestion

FACE = Suggestion(Kind.FACE, Box(0.1, 0.1, 0.3, 0.4))
OTHER = Suggestion(Kind.FACE, Box(0.6, 0.1, 0.8, 0.4))


@pytest.fixture
def suggested(intake: Intake) -> Iterator[tuple[Session, Photo]]:
    """The photo with two suggestions, in an open session."""
    with intake.database.writing() as session:
        photo = session.get_one(Photo, intake.photo().id)
        redaction.suggest(photo, [FACE, OTHER])
        session.commit()
        yield session, photo


@pytest.mark.parametrize("box", [FACE.box, Box(0.05, 0.1, 0.3, 0.5), Box(0.12, 0.1, 0.3, 0.4)])
def test_a_box_over_a_suggestion_answers_it(suggested: tuple[Session, Photo], box: Box) -> None:
    """Whether it was taken over or drawn by hand, a little off."""
    session, photo = suggested
    redaction.order(session, photo, [box], by="device:7", at=NOW)

    assert [OTHER] == redaction.suggestions(photo)


def test_a_box_beside_a_suggestion_does_not_answer_it(suggested: tuple[Session, Photo]) -> None:
    """Half a face is a face."""
    session, photo = suggested
    redaction.order(session, photo, [Box(0.2, 0.1, 0.3, 0.4)], by="device:7", at=NOW)

    assert [FACE, OTHER] == redaction.suggestions(photo)


def test_a_suggestion_can_be_skipped_once(suggested: tuple[Session, Photo]) -> None:
    """The journal has the answer, and the last answer leaves none open."""
    session, photo = suggested
    redaction.skip(session, photo, FACE.box, by="device:7", at=NOW)
    with pytest.raises(redaction.SuggestionUnknown):
        redaction.skip(session, photo, FACE.box, by="device:7", at=NOW)
    redaction.skip(session, photo, OTHER.box, by="device:7", at=NOW)

    assert photo.suggestions is None
    told = [event.what for event in journal.of(session, photo.observation.subject)]
    assert ["photo.suggestion_skipped"] * 2 == told[-2:]


def test_a_suggestion_of_a_recognizer_that_is_gone_still_waits(intake: Intake) -> None:
    """Another version may have found it; it is asked about all the same."""
    photo = intake.photo()
    photo.suggestions = [{"kind": "tattoo", "box": [0.1, 0.1, 0.2, 0.2]}]

    assert [Suggestion(Kind.OTHER, Box(0.1, 0.1, 0.2, 0.2))] == redaction.suggestions(photo)

"""Photos are looked through after the answer, whatever comes between."""

import uuid
from collections.abc import Sequence
from typing import Any

import pytest

from observations.database import Database
from observations.record import redaction, screening
from observations.record.tables import Photo
from observations.record.workflow import Review
from tests.builders import a_photo as a_row
from tests.builders import an_observation
from tests.counting import statements
from tests.intake.drafts import NOW, Intake
from uploads import Box
from uploads.recognizers import Kind, Suggestion
from uploads.stores import StoreUnavailable

FACE = Suggestion(Kind.FACE, Box(0.1, 0.1, 0.3, 0.4))


def sees(*found: Suggestion) -> Any:
    """A look that finds these in every photo."""
    return lambda _jpeg: list(found)


def test_a_report_is_answered_before_its_photo_is_looked_through(intake: Intake) -> None:
    """Outdoors nobody waits for it."""
    assert (None, None) == (intake.photo().screened_at, intake.photo().suggestions)
    with intake.database.reading() as session:
        assert [intake.photo().id] == screening.unscreened(session, limit=5)


def test_what_is_found_waits_for_an_answer(intake: Intake) -> None:
    """Nothing is covered without a person."""
    before = intake.photo()
    assert screening.screen(intake.database, intake.store, before.id, sees(FACE), at=NOW)
    after = intake.photo()

    assert [FACE] == redaction.suggestions(after)
    assert (NOW, before.name) == (after.screened_at, after.name)
    with intake.database.reading() as session:
        assert [] == screening.unscreened(session, limit=5)


def test_a_photo_without_faces_has_been_looked_through(intake: Intake) -> None:
    """That nothing was found is told from that nothing has looked."""
    assert screening.screen(intake.database, intake.store, intake.photo().id, sees(), at=NOW)

    assert (NOW, None) == (intake.photo().screened_at, intake.photo().suggestions)


def test_a_look_that_fails_leaves_the_photo_unscreened(intake: Intake, caplog: pytest.LogCaptureFixture) -> None:
    """It stays the coordinator's alone, and the log tells no more than the kind of trouble."""

    def fails(jpeg: bytes) -> Sequence[Suggestion]:
        raise RuntimeError("quotes the photo")

    assert not screening.screen(intake.database, intake.store, intake.photo().id, fails, at=NOW)
    assert intake.photo().screened_at is None
    assert "RuntimeError" in caplog.text
    assert "quotes" not in caplog.text


def test_a_lost_file_and_a_photo_that_is_gone_are_not_screened(intake: Intake) -> None:
    """Nothing is said of what nobody has seen."""
    intake.store.delete(intake.photo().name)

    assert not screening.screen(intake.database, intake.store, intake.photo().id, sees(), at=NOW)
    assert not screening.screen(intake.database, intake.store, uuid.uuid4(), sees(), at=NOW)


def test_a_store_that_is_away_is_the_callers_matter(intake: Intake) -> None:
    """The next round tries again."""

    class Away:
        def get(self, name: str) -> bytes:
            raise StoreUnavailable("away")

    with pytest.raises(StoreUnavailable):
        screening.screen(intake.database, Away(), intake.photo().id, sees(), at=NOW)  # type: ignore[arg-type]


def test_a_photo_that_gets_boxes_meanwhile_is_looked_at_again(intake: Intake) -> None:
    """Suggestions are about the picture that is shown, not about one that is gone."""
    seen: list[bytes] = []

    def look(jpeg: bytes) -> list[Suggestion]:
        seen.append(jpeg)
        if len(seen) > 1:
            return []
        with intake.database.writing() as session:
            redaction.order(session, session.get_one(Photo, intake.photo().id), [FACE.box], by="b", at=NOW)
            session.commit()
        redaction.carry_out(intake.database, intake.store, intake.photo().id, at=NOW)
        return [FACE]

    assert screening.screen(intake.database, intake.store, intake.photo().id, look, at=NOW)
    assert [2, None] == [len(seen), intake.photo().suggestions]
    assert seen[1] == intake.store.get(intake.photo().name)


def test_accepted_photos_with_unanswered_suggestions_are_listed(database: Database) -> None:
    """Those that were accepted before anything looked: somebody has to look once more."""
    with database.writing() as session:
        accepted = an_observation(session)
        for observation in (accepted, an_observation(session, review=Review.RECEIVED)):
            redaction.suggest(a_row(session, observation), [FACE])
        a_row(session, an_observation(session))
        session.commit()

    with database.reading() as session, statements(database) as counted:
        assert [accepted.id] == [each.id for each in screening.to_look_over(session, limit=5)]
    assert len(counted) <= 3


def test_what_a_person_has_answered_is_not_suggested_again(intake: Intake) -> None:
    """Two looks at one photo: the slower one comes after the decision."""

    def look(_jpeg: bytes) -> list[Suggestion]:
        screening.screen(intake.database, intake.store, intake.photo().id, sees(FACE), at=NOW)
        with intake.database.writing() as session:
            redaction.skip(session, session.get_one(Photo, intake.photo().id), FACE.box, by="device:7", at=NOW)
            session.commit()
        return [FACE]

    assert screening.screen(intake.database, intake.store, intake.photo().id, look, at=NOW)
    assert intake.photo().suggestions is None

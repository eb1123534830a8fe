"""What a crash left behind goes away; what was promised never does."""

import logging
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from observations.clock import now
from observations.database import Database
from observations.record.sweep import FEW, Swept, TooManyOrphans, sweep
from tests.intake.drafts import Intake, a_draft, a_photo
from tests.operations.files import age, file_of
from uploads.stores import new_name


@pytest.fixture
def intake(database: Database, tmp_path: Path) -> Intake:
    """A gate before an empty database and an empty store."""
    return Intake(database, tmp_path / "photos")


def in_two_hours() -> datetime:
    """When all that is here now has grown old."""
    return now() + timedelta(hours=2)


def test_photos_that_were_promised_stay(intake: Intake) -> None:
    """However old they are."""
    intake.receive(a_draft(photos=(a_photo(), a_photo())))

    assert Swept(0, 0, 0) == sweep(intake.database, intake.store, at=in_two_hours())
    assert 2 == len(list(intake.store.names()))


def test_what_a_crash_left_is_removed_once_it_is_old(intake: Intake) -> None:
    """A file without a row and a half-written one, but not those of a report that is being kept right now."""
    intake.receive(a_draft(photos=(a_photo(),)))
    promised = intake.only().photos[0].name
    orphan = new_name()
    intake.store.put(orphan, b"pixels")
    half = intake.folder / orphan[:2] / f"{new_name()}.0a1b2c3d.part"
    half.write_bytes(b"half")

    assert Swept(0, 0, 0) == sweep(intake.database, intake.store, at=now())
    assert Swept(1, 1, 0) == sweep(intake.database, intake.store, at=in_two_hours())
    assert [promised] == [name for name, _ in intake.store.names()]
    assert not half.exists()


def test_a_lost_photo_is_an_alarm(intake: Intake, caplog: pytest.LogCaptureFixture) -> None:
    """Silence about a loss would make it grow."""
    intake.receive(a_draft(photos=(a_photo(),)))
    file_of(intake, intake.only().photos[0]).unlink()

    with caplog.at_level(logging.ERROR):
        assert Swept(0, 0, 1) == sweep(intake.database, intake.store, at=now())
    assert [intake.only().photos[0].name in record.message for record in caplog.records] == [True]
    assert "ALARM" in caplog.text


def test_a_store_beside_an_empty_database_is_left_alone(intake: Intake) -> None:
    """A misspelt database address must not cost the photos."""
    name = new_name()
    intake.store.put(name, b"pixels")
    age(intake, name)

    with pytest.raises(TooManyOrphans):
        sweep(intake.database, intake.store, at=now())
    assert [name] == [listed for listed, _ in intake.store.names()]


def test_a_store_that_is_mostly_unknown_is_left_alone(intake: Intake) -> None:
    """Nor must the database of another day, or of another municipality."""
    intake.receive(a_draft(photos=(a_photo(),)))
    (intake.folder / "00").mkdir(exist_ok=True)
    for number in range(FEW + 1):
        (intake.folder / "00" / f"{number:032x}").write_bytes(b"pixels")

    with pytest.raises(TooManyOrphans):
        sweep(intake.database, intake.store, at=in_two_hours())
    assert FEW + 2 == len(list(intake.store.names()))


def test_a_report_that_comes_in_during_the_sweep_is_kept(intake: Intake) -> None:
    """Its file is young, whether or not its row is there yet; and its row is no alarm before its file was listed."""

    class Arriving:
        """A store that receives a report each time it has been listed."""

        def __getattr__(self, name: str) -> object:
            return getattr(intake.store, name)

        def names(self, prefix: str = "") -> object:
            listed = list(intake.store.names(prefix))
            if prefix in ("00", "80"):
                intake.receive(a_draft(photos=(a_photo(),)))
            return iter(listed)

    intake.receive(a_draft(photos=(a_photo(),)))
    swept = sweep(intake.database, Arriving(), at=now())  # type: ignore[arg-type]  # all of a store by __getattr__

    assert Swept(0, 0, 0) == swept
    assert intake.rows()["photo"] == len(list(intake.store.names())) == 3


def test_temporary_files_in_the_root_are_swept_too(intake: Intake) -> None:
    """The readiness probe writes there."""
    dead = intake.folder / f"{new_name()}.0a1b2c3d.part"
    dead.write_bytes(b"half")
    os.utime(dead, (0, 0))

    assert Swept(1, 0, 0) == sweep(intake.database, intake.store, at=now())

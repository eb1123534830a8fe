"""The power goes while a photo gets its boxes: the old picture is hidden, or the new one is shown."""

from collections.abc import Callable
from typing import Any

import pytest

from observations.record import photos
from observations.record.tables import Photo
from tests.intake.drafts import Intake
from tests.record.covering import BLACK, LEFT, carry_out, order
from tests.uploads.looking import colour_at
from uploads import burn
from uploads.stores import PhotoStore, new_name


class PowerCut(BaseException):
    """Nothing after it is done."""


class Dying:
    """A store at which the power goes before or after one kind of step."""

    def __init__(self, store: PhotoStore, step: str, when: str) -> None:
        self._store, self._step, self._when = store, step, when

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        if name != self._step:
            return method

        def dying(*arguments: Any) -> None:
            if self._when == "after":
                method(*arguments)
            raise PowerCut

        return dying


CRASHES = [("get", "before"), ("put", "before"), ("put", "after"), ("delete", "before"), ("delete", "after")]
Redact = Callable[[Intake, PhotoStore], None]


def as_it_should(intake: Intake, store: PhotoStore) -> None:
    """What the service does."""
    order(intake, LEFT)
    carry_out(intake, store)


def carelessly(intake: Intake, store: PhotoStore) -> None:
    """What one would write first: burn, keep, tell the row, delete."""
    photo = intake.photo()
    burned = burn(store.get(photo.name), [LEFT])
    name = new_name()
    store.put(name, burned.jpeg)
    with intake.database.writing() as session:
        photos.show(session.get_one(Photo, photo.id), name, burned)
        session.commit()
    store.delete(photo.name)


@pytest.mark.parametrize("crash", CRASHES, ids=" ".join)
def test_after_a_crash_the_old_is_hidden_or_the_new_is_shown(intake: Intake, crash: tuple[str, str]) -> None:
    """Never is the old picture open once boxes were ordered, and the next to come finishes the work."""
    crashed(intake, as_it_should, crash)
    assert "shows the old picture" not in faults(intake)

    carry_out(intake)
    photos.destroy_condemned(intake.database, intake.store)
    assert set() == faults(intake)


class Sleeping:
    """A store in which the first new file is swept away while the process that put it there is halted."""

    def __init__(self, store: PhotoStore) -> None:
        self._store = store
        self.swept = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def put(self, name: str, jpeg: bytes) -> None:
        """Keep it; the first one is gone before anything else is done."""
        self._store.put(name, jpeg)
        if not self.swept:
            self._store.delete(name)
            self.swept += 1


def test_a_process_that_was_halted_begins_again(intake: Intake) -> None:
    """A sweep between file and row takes the file; the row must not name it then, or the photo would be lost."""
    store = Sleeping(intake.store)
    as_it_should(intake, store)

    assert 1 == store.swept
    assert set() == faults(intake)


def test_the_careless_way_would_have_been_noticed(intake: Intake) -> None:
    """Control: a crash before the row is told leaves the old picture open, one after it leaves its file for good."""
    crashed(intake, carelessly, ("put", "after"))
    assert "shows the old picture" in faults(intake)


def test_the_careless_way_would_have_left_the_old_file(intake: Intake) -> None:
    """Control: and nobody knows that it must go."""
    crashed(intake, carelessly, ("delete", "before"))
    photos.destroy_condemned(intake.database, intake.store)
    assert {"keeps the old picture"} == faults(intake)


def crashed(intake: Intake, redact: Redact, crash: tuple[str, str]) -> None:
    """Redact until the power goes."""
    with pytest.raises(PowerCut):
        redact(intake, Dying(intake.store, *crash))


def faults(intake: Intake) -> set[str]:
    """What is wrong with the photo and its files."""
    photo = intake.photo()
    shown = None if photo.to_burn else colour_at(intake.store.get(photo.name), 0.2, 0.2)
    kept = [colour_at(intake.store.get(name), 0.2, 0.2) for name, _ in intake.store.names()]
    found = set()
    if shown not in (None, BLACK):
        found.add("shows the old picture")
    if shown == BLACK and any(colour != BLACK for colour in kept):
        found.add("keeps the old picture")
    return found

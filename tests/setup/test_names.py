"""The list of names that set-up makes, and what it refuses to make one from."""

import os
import subprocess
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest

from observations.privacy import names as reader
from setup import names
from tests.contracts import ROOT


def test_the_list_is_what_the_locked_package_gives(tmp_path: Path) -> None:
    """What lies in the checkout was not left from an older version or changed by hand."""
    names.write(tmp_path / "names.txt")

    assert (tmp_path / "names.txt").read_bytes() == names.LIST.read_bytes()
    assert ["names.txt"] == [file.name for file in tmp_path.iterdir()]


def test_the_list_bears_its_source_and_licence() -> None:
    """The licence wants its notice in every copy."""
    head = "".join(line for line in names.LIST.read_text(encoding="utf-8").splitlines(keepends=True) if line[0] == "#")

    assert f"from faker {distribution('faker').version}, MIT License" in head
    assert "Copyright (c)" in head
    assert "Permission is hereby granted, free of charge" in head


def test_the_service_reads_what_set_up_writes() -> None:
    """Every name of every kind, in small letters and in the genitive."""
    read = reader.read(names.LIST)

    assert {"anna", "annas", "mohammed"} <= read.given
    assert {"andersson", "anderssons", "nguyen"} <= read.surnames
    assert {"olena", "zoran"} <= read.given_elsewhere
    assert {"korhonen", "jovanović", "jovanovic"} <= read.surnames_elsewhere
    assert "larss" not in read.given


def test_the_list_is_not_in_git() -> None:
    """Other people's data is fetched with its package, never committed."""
    ignored = subprocess.run(["git", "check-ignore", "--quiet", names.LIST], cwd=ROOT, check=False)

    assert 0 == ignored.returncode


def test_a_package_with_fewer_names_is_refused() -> None:
    """A version that keeps its names in another way would give a list that finds nobody."""
    with pytest.raises(names.SetUpFailed, match="sv_SE, surname"):
        list(names.lines({**names.AT_LEAST, names.SURNAMES: 10_000}))


class _Planted(Distribution):
    """A package whose metadata says what the test wants."""

    def __init__(self, licence: str) -> None:
        self.licence = licence

    def read_text(self, filename: str) -> str | None:
        """Metadata, and no list of files."""
        return f"Name: faker\nVersion: 99\nLicense: {self.licence}\n" if filename == "METADATA" else None

    def locate_file(self, path: str | os.PathLike[str]) -> Path:
        """It has none."""
        return Path(path)


@pytest.mark.parametrize(
    ("licence", "why"), [("GPLv3", "comes under 'GPLv3'"), (names.LICENCE, "without its LICENSE.txt")]
)
def test_a_package_under_another_licence_is_refused(licence: str, why: str) -> None:
    """Somebody reads the new licence before its names are used."""
    with pytest.raises(names.SetUpFailed, match=why):
        list(names.notice(_Planted(licence)))

"""When a word that may be a name is a person's, and that nothing works without the list of names."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from observations.privacy import Kind, names, screen
from observations.privacy.recognizers import _words as words
from observations.privacy.recognizers import name
from tests.contracts import ROOT


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Fråga Anna-Karin", ["Anna-Karin"]),
        ("Fråga Karin Zetterlöv-Krogh", ["Karin Zetterlöv-Krogh"]),
        ("Fråga Anna af Geijerstam", ["Anna af Geijerstam"]),
        ("Anna K. såg det", ["Anna K"]),
        ("Annas dörr", ["Annas"]),
        ("Lars dörr", ["Lars"]),
        ("anna andersson", ["anna andersson"]),
        ("ANNA ANDERSSON", ["ANNA ANDERSSON"]),
        ("Anna Storgatan 5", ["Anna"]),
        ("Anna, Johan och Mehmet", ["Anna", "Johan", "Mehmet"]),
        ("Eva på plan 3", ["Eva"]),
        ("skylten. Anna såg", ["Anna"]),
    ],
)
def test_the_whole_name_is_found(text: str, found: list[str]) -> None:
    """What is struck out leaves no surname behind, and takes no street along."""
    assert found == _names(text)


@pytest.mark.parametrize("word", ["Sten", "Björn", "Per", "Stig", "Bo", "My", "Dag", "Tom", "Mark", "Rosa"])
def test_a_name_that_is_a_word_needs_more_than_a_capital(word: str) -> None:
    """At the beginning of a sentence it is the word; within one, before a surname or after "grannen" it is the name."""
    assert [] == _names(f"{word} ligger där")
    assert [] == _names(f"Glas. {word} ligger där")
    assert [] == _names(f"mycket {word.lower()} ligger där")
    assert [] == _names(f"{word.upper()} LIGGER DÄR")
    assert [word] == _names(f"Glas som {word} såg")
    assert [f"{word} Andersson"] == _names(f"{word} Andersson såg det")
    assert [word] == _names(f"Grannen {word} ringde")
    assert [word.lower()] == _names(f"grannen {word.lower()} ringde")


@pytest.mark.parametrize("word", ["Berg", "Lind", "Ek", "Storm", "Strand", "Ström"])
def test_a_surname_that_is_a_word_needs_somebody_before_it(word: str) -> None:
    """Places are called so too."""
    assert [] == _names(f"vid {word} igen")
    assert [f"Anna {word}"] == _names(f"Anna {word} såg det")
    assert [word] == _names(f"familjen {word} ringde")


@pytest.mark.parametrize(
    "place",
    [
        "Sveavägen", "Karl Johans gata", "Anna Lindhs plats", "Birger Jarlsgatan", "Nils Ericsonsgatan",
        "Sten Sturegatan", "Magnus Ladulåsgatan", "Per Dubbsgatan", "Drottning Kristinas väg", "Gustav Adolfs torg",
        "Olof Palmes Gata", "olof palmes gata", "lars kaggsgatan", "KARL JOHANS GATA", "Adolf Fredriks Kyrkogata",
        "Johannes Plan", "S:t Eriksgatan", "Sankt Johannes kyrka", "Sofia kyrka", "Maria Magdalena kyrka",
        "Gustav Vasa skola", "Karin Boye-biblioteket", "kvarteret Björn", "kv. Karin", "Kv Anna", "förskolan Linnea",
        "restaurang Max", "Villa Emma", "Clas Ohlson", "Willys", "Jack Daniels",
    ],
)  # fmt: skip
def test_a_street_or_house_is_no_person(place: str) -> None:
    """Most streets that are called after somebody are where something was seen."""
    assert [] == _names(f"{place} 12")
    assert [] == _names(f"Klotter vid {place}, hela väggen")


@pytest.mark.parametrize(
    "text", ["Skolan heter Rosendal", "Gatan kallas Backen", "Boken heter så", "Det heter klotter"]
)
def test_things_have_names_too(text: str) -> None:
    """After "heter" comes a person's name only where it is not a place that is called so."""
    assert [] == _names(text)


def test_the_list_has_the_names_of_those_who_live_here() -> None:
    """Also of those whose names came with them."""
    common = "Anna Erik Kerstin Lars Mohammed Mohamed Ahmed Fatima Ali Hassan Olena Oksana Zainab Hodan Goran".split()
    surnames = "Andersson Nilsson Ali Ahmed Nguyen Hussein Haddad Yilmaz Jovanovic Hansen Korhonen".split()

    assert [] == [each for each in common if each.casefold() not in name.GIVEN]
    assert [] == [each for each in surnames if each.casefold() not in name.SURNAMES]


def test_no_word_is_listed_in_vain() -> None:
    """Words in capitals, doubled or in a list of small letters that overrules nothing would mislead who reads them."""
    lists = (
        words.ALSO_WORDS,
        words.WORDS_IN_SMALL_LETTERS,
        words.OTHER_NAMES,
        words.PEOPLE,
        words.PLACES,
        words.STREETS,
    )

    assert [] == [word for each in lists for word in each if word != word.casefold()]
    assert set() == words.WORDS_IN_SMALL_LETTERS & words.ALSO_WORDS


@pytest.mark.parametrize(
    "content", [None, b"", b"given Anna\nsurname Berg\n", b"\xff\xfe", b"# " + b"given Anna\n" * 9000]
)
def test_a_list_that_is_missing_or_cut_off_is_an_error(content: bytes | None, tmp_path: Path) -> None:
    """Nothing is screened with half a list, and the error says what to do."""
    file = tmp_path / "names.txt"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(names.NamesMissing, match="make set-up"):
        names.read(file)


def test_the_service_does_not_start_without_the_list(tmp_path: Path) -> None:
    """It must not pretend to have looked for names."""
    done = _imported(_copy(tmp_path, whole=False))

    assert 0 != done.returncode
    assert "NamesMissing" in done.stderr
    assert "make set-up" in done.stderr


def test_the_service_starts_with_the_list(tmp_path: Path) -> None:
    """Control: the same copy, with it."""
    done = _imported(_copy(tmp_path, whole=True))

    assert (0, "1\n") == (done.returncode, done.stdout), done.stderr


def _names(text: str) -> list[str]:
    return [text[found.start : found.end] for found in screen(text) if found.kind is Kind.NAME]


def _copy(folder: Path, *, whole: bool) -> Path:
    """Text screening by itself in another folder."""
    (folder / "observations").mkdir()
    (folder / "observations" / "__init__.py").touch()
    shutil.copy(ROOT / "observations" / "plugins.py", folder / "observations")
    leave = shutil.ignore_patterns("__pycache__", *([] if whole else ["names.txt"]))
    shutil.copytree(ROOT / "observations" / "privacy", folder / "observations" / "privacy", ignore=leave)
    return folder


def _imported(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from observations import privacy; print(len(privacy.screen('Fråga Anna')))"]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)

"""What `make run` and `make words` do before the service itself has a say."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from fontTools.ttLib import TTFont

from setup import browser, words
from tests.contracts import ROOT


def test_a_port_that_is_free_is_used() -> None:
    """The address stays the same from one start to the next."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    assert str(port) == _chosen(port).stdout.strip()


def test_a_port_that_is_taken_is_told_and_another_used() -> None:
    """`make run` beside something else on 8000 starts all the same, and says where."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        chosen = _chosen(port)

    assert str(port) != chosen.stdout.strip()
    assert f"Port {port} is taken; using {chosen.stdout.strip()}." == chosen.stderr.strip()


def test_the_browser_gets_what_its_modules_ask_for() -> None:
    """A module in the vendor folder imports files beside it, never a package that a browser cannot find."""
    assert [] == [name for name in browser.LIBRARIES.values() if not (browser.VENDOR / name).stat().st_size]
    assert 'from"./fflate.js"' in (browser.VENDOR / "pmtiles.js").read_text(encoding="utf-8")


def test_a_library_that_changed_its_build_is_noticed() -> None:
    """Control: a module whose import is written in another way is refused at set-up, not in the browser."""
    with pytest.raises(browser.SetUpFailed):
        browser.with_neighbour("import x from 'fflate'", "fflate", "./fflate.js")


def test_what_is_laid_out_is_what_the_lock_says() -> None:
    """An upgrade of a library reaches the pages, or is seen here not to have."""
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    laid_out = json.loads((browser.VENDOR / "versions.json").read_text(encoding="utf-8"))

    assert {name: locked[f"node_modules/{name}"]["version"] for name in laid_out} == {
        name: entry["version"] for name, entry in laid_out.items()
    }


@pytest.mark.parametrize("weight", browser.PRINT_WEIGHTS)
def test_print_has_a_font_for_each_weight(weight: int) -> None:
    """Headings on paper are as heavy as on the screen, with the letters that Swedish needs."""
    font = TTFont(browser.VENDOR / "fonts" / "print" / f"schibsted-grotesk-{weight}.ttf")

    assert weight == font["OS/2"].usWeightClass
    assert set("åäöÅÄÖé–−×").issubset(map(chr, font.getBestCmap()))


def test_words_come_and_go_with_the_screens(tmp_path: Path) -> None:
    """A translation is kept, a new message waits for one, and one that nothing says any more is gone."""
    old = Catalog(locale="sv")
    old.add("kept", "kvar")
    old.add("gone", "borta")
    old.add("now counted", "nu räknad")
    file = tmp_path / "messages.po"

    counted = ("now counted", "now counted in plural")
    words.write(
        words.brought_up_to_date(old, {("kept", None): ["a"], ("new", None): ["b"], (counted, None): ["c"]}), file
    )

    new = words.catalogue(file)
    assert {"kept": "kvar", "new": "", counted: ("", "")} == {m.id: m.string for m in new if m.id}
    assert "POT-Creation-Date" not in file.read_text(encoding="utf-8")


def _chosen(port: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "setup" / "free_port.py"), "127.0.0.1", str(port)]
    return subprocess.run(command, capture_output=True, text=True, check=True)

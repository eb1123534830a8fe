"""The checkout can be moved to any municipality: no file names a machine, a person's folder or a download host."""

import re
import subprocess
from pathlib import Path

from tests.contracts import ROOT

GENERATED = {"package-lock.json", "requirements.lock", "requirements-dev.lock"}
"""Written by package managers; what they may not hold is tested on its own below."""

FOLDER = re.compile(r"(?<![\w.}])/(?:root|home/\w+|Users/\w+|work|mnt)/[\w.-]+")
ADDRESS = re.compile(r"https?://([A-Za-z0-9.-]+)")
STANDARDS = set(
    """
    datatracker.ietf.org docs.python.org doi.org github.com joinup.ec.europa.eu json-schema.org keepachangelog.com
    ns.adobe.com opendatacommons.org openlocationcode.org semver.org spec.openapis.org spdx.org wiki.open311.org
    wiki.openstreetmap.org www.digg.se www.openstreetmap.org www.rfc-editor.org www.riksdagen.se www.scb.se www.w3.org
    """.split()
)
"""Hosts that texts may point a reader to: standards, laws and who supervises them, licences, the map's own.

Nothing is fetched from there.
"""

MADE_UP = re.compile(
    r"^(?:(?:[\w-]+\.)*example(?:\.(?:org|com|net|se))?|localhost|127\.0\.0\.\d+|0\.0\.0\.0|[\w.-]+\.(?:test|invalid))\.?$"
)


def test_no_file_names_a_machine() -> None:
    """Nothing here works on one machine only, or tells where it was made."""
    findings = [f"{path}: {finding}" for path, text in _own_texts() for finding in _named(text)]

    assert [] == findings


def test_locks_hold_no_addresses() -> None:
    """Packages come from wherever the operator's own clients are told to look, checked by their digests."""
    for name in ("requirements.lock", "requirements-dev.lock", "setup/uv.txt", "setup/node.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text, name
        assert "--index" not in text, name
        assert "--hash=sha256:" in text, name
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text(encoding="utf-8")


def test_named_machines_are_noticed() -> None:
    """Control: a folder of somebody's, a host that is nobody's standard, and what is allowed."""
    folder, host = "/".join(["", "home", "anna", "ogon"]), "http" + "s://packages.somewhere.se/simple"

    assert [folder, "packages.somewhere.se"] == _named(f"cd {folder} # {host}")
    assert [] == _named("http://www.w3.org/2000/svg http://127.0.0.1:8000 https://ogon.example.se /observations/work/x")


def _own_texts() -> list[tuple[str, str]]:
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    texts = []
    for name in sorted(filter(None, names)):
        path = ROOT / name
        if name not in GENERATED and path.is_file() and (text := _text(path)) is not None:
            texts.append((name, text))
    return texts


def _text(path: Path) -> str | None:
    """What the file says; None when it is no text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def _named(text: str) -> list[str]:
    hosts = [host for host in ADDRESS.findall(text) if host not in STANDARDS and not MADE_UP.match(host)]
    return FOLDER.findall(text) + hosts

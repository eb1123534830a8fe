"""A newcomer can trust the table of floors: no room imports from above or from its neighbours."""

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.contracts import ROOT

LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True, no_logo=True))"

PLANTED = {
    "observations/review/planted.py": "from observations.trends import planted_target\n",
    "observations/trends/planted_target.py": "",
    "observations/record/planted.py": "import observations.intake\n",
    "observations/web/planted.py": "import PIL.Image\n",
    "observations/places/planted.py": "from observations import create_app\n",
    "uploads/planted.py": "import flask\nimport sqlalchemy\n",
}
FINDINGS = (
    "observations.review.planted -> observations.trends.planted_target",
    "observations.record.planted -> observations.intake",
    "observations.web.planted -> PIL",
    "observations.places.planted -> observations",
    "uploads.planted -> flask",
    "uploads.planted -> sqlalchemy",
)


def test_every_floor_keeps_its_contract() -> None:
    """Whoever changes one room knows which others can be affected."""
    report = _lint(ROOT)

    assert report.returncode == 0, report.stdout + report.stderr


def test_planted_imports_are_caught(tmp_path: Path) -> None:
    """Control: an import sideways, upwards, of Pillow, of the table of contents, and of Flask in uploads."""
    for package in ("observations", "uploads"):
        keep_code = shutil.ignore_patterns("static", "translations", "__pycache__")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=keep_code)
    for name in ("config.py", "pyproject.toml"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    for name, code in PLANTED.items():
        (tmp_path / name).write_text(f'"""Planted."""\n\n{code}')

    report = _lint(tmp_path)

    assert report.returncode == 1, report.stdout + report.stderr
    assert [] == [finding for finding in FINDINGS if finding not in report.stdout], report.stdout


def test_every_room_has_its_floor() -> None:
    """A new folder or file in observations/ is not outside the rules by being left out of the table."""
    assert [] == _without_floor(_rooms(ROOT / "observations"), _layers())


def test_a_room_without_a_floor_is_noticed() -> None:
    """Control: a room that the table does not name."""
    assert ["observations.utils"] == _without_floor({"observations.utils", "observations.web"}, _layers())


def test_settings_know_nothing_of_the_service() -> None:
    """config.py is the lowest floor. It is a single file, which import-linter cannot read, so it is read here."""
    assert [] == _own_imports((ROOT / "config.py").read_text(encoding="utf-8"))


def test_settings_that_know_the_service_are_noticed() -> None:
    """Control: config.py that imports a feature, in both ways of writing it."""
    assert ["observations.web", "uploads"] == _own_imports("from observations.web import now\nimport uploads\n")


def _lint(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", LINT], cwd=root, capture_output=True, text=True, check=False)


def _layers() -> str:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    floors = next(c for c in tools["importlinter"]["contracts"] if c["type"] == "layers")
    return " ".join(floors["layers"])


def _rooms(package: Path) -> set[str]:
    found = {p.stem for p in package.glob("*.py")} | {p.parent.name for p in package.glob("*/__init__.py")}
    return {f"{package.name}.{name}" for name in found - {"__init__"}}


def _without_floor(rooms: set[str], layers: str) -> list[str]:
    named = set(layers.replace("(", " ").replace(")", " ").split())
    return sorted(rooms - named)


def _own_imports(code: str) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
        elif isinstance(node, ast.Import):
            names.extend(alias.name for alias in node.names)
    return [name for name in names if name.split(".")[0] in {"observations", "uploads"}]

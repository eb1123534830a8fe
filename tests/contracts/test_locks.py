"""What the project says it needs is what a fresh clone installs."""

import re
import tomllib
from collections.abc import Iterable
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.contracts import ROOT

PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)", re.MULTILINE)


def test_the_lock_has_everything_that_the_service_needs() -> None:
    """A package that was added without `make lock` is missing on every machine but its author's."""
    project = _project()
    needed = [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["postgres"]]

    assert [] == _missing(needed + project["dependency-groups"]["setup"], "requirements.lock")


def test_the_development_lock_has_everything_that_the_tests_need() -> None:
    """And it holds the very versions of the service's own lock, so that what was tested is what runs."""
    assert [] == _missing(_project()["dependency-groups"]["dev"], "requirements-dev.lock")
    assert _pins("requirements.lock").items() <= _pins("requirements-dev.lock").items()


def test_what_the_lock_lacks_is_noticed() -> None:
    """Control: a package that nobody locked, and a version that the lock does not have."""
    assert ["flask>=99", "planted"] == _missing(["flask>=99", "planted", "sqlalchemy"], "requirements.lock")


def _project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _pins(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {canonicalize_name(name): version for name, version in PIN.findall(text)}


def _missing(needed: Iterable[str], lock: str) -> list[str]:
    pins = _pins(lock)
    requirements = [Requirement(text) for text in needed]
    return [
        str(requirement)
        for requirement in requirements
        if not requirement.specifier.contains(pins.get(canonicalize_name(requirement.name), "0"))
        or canonicalize_name(requirement.name) not in pins
    ]

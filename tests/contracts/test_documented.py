"""Who runs the service and who reads its screens finds every setting and every category explained."""

import re

from flask import Flask
from flask_babel import Babel, force_locale

from config import PREFIX, Settings
from observations.record.categories import Category, label
from observations.web.setup import TRANSLATIONS
from tests.contracts import ROOT


def test_every_setting_is_in_the_operations_guide() -> None:
    """An operator need not read code to know what can be set."""
    names = [PREFIX + name.upper() for name in Settings.model_fields]

    assert [] == _not_mentioned(names, _guide("operations.md"))


def test_the_operations_guide_names_no_setting_that_is_gone() -> None:
    """A name in the guide that the service would call misspelt sends the operator astray."""
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {"OGON_TEST_DATABASES"}

    assert set() == set(re.findall(r"\bOGON_[A-Z_]*[A-Z]\b", _guide("operations.md"))) - known


def test_every_category_is_in_the_list_of_words() -> None:
    """The Swedish name that staff see, beside the code that never changes."""
    assert [] == _without_row(_swedish_labels(), _guide("words.md"))


def test_what_is_not_written_down_is_noticed() -> None:
    """Control: a setting and a category that no guide has, and a label that stands on another category's line."""
    assert ["OGON_PLANTED"] == _not_mentioned(["OGON_PLANTED", "OGON_BASE_URL"], "`OGON_BASE_URL` · `OGON_PLANTED_TOO`")
    labels = {"KLO": "Klotter", "SKA": "Skadegörelse"}
    assert ["SKA Skadegörelse"] == _without_row(labels, "| `KLO` | Klotter |\n| `SKA` | Sabotage |\nSkadegörelse")


def _guide(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def _not_mentioned(names: list[str], text: str) -> list[str]:
    return [name for name in names if not re.search(rf"\b{name}\b", text)]


def _without_row(labels: dict[str, str], text: str) -> list[str]:
    lines = text.splitlines()
    return [f"{code} {name}" for code, name in labels.items() if not any(code in x and name in x for x in lines)]


def _swedish_labels() -> dict[str, str]:
    app = Flask(__name__)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(app, default_locale="sv")
    with app.test_request_context(), force_locale("sv"):
        return {category.value: label(category) for category in Category}

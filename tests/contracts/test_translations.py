"""Nobody meets half-Swedish screens: every message has its Swedish, with the same gaps to fill in."""

import re
from pathlib import Path

from babel.messages.catalog import Catalog, Message

from setup.words import Key, catalogue, used

GAP = re.compile(r"%\((\w+)\)[sd]|%[sd]")


def test_every_message_has_its_swedish() -> None:
    """What code and templates say is in the catalogue, translated and not doubted."""
    assert [] == _faults(catalogue(), used())


def test_the_catalogue_holds_nothing_that_no_screen_says() -> None:
    """A translator's time is not spent on messages that are gone."""
    swedish = catalogue()

    assert [] == sorted(str(key[0]) for key in set(_entries(swedish)) - set(used()))
    assert 0 == len(swedish.obsolete)


def test_missing_empty_doubted_and_broken_translations_are_noticed(tmp_path: Path) -> None:
    """Control: one message of each kind, one of them in a macro's folder, and a good one."""
    for folder in ("observations/web", "templates/_macros"):
        (tmp_path / folder).mkdir(parents=True)
    code = (
        "gettext('good'); gettext('absent'); gettext('empty'); gettext('doubted'); ngettext('%(n)s x', '%(n)s xs', 2)"
    )
    (tmp_path / "observations/web/planted.py").write_text(code)
    (tmp_path / "templates/_macros/planted.html").write_text("{{ _('in a macro') }}{{ _('%(who)s is here', who=1) }}")
    swedish = Catalog(locale="sv")
    swedish.add("good", "bra")
    swedish.add("empty", "")
    swedish.add("doubted", "tveksam", flags=["fuzzy"])
    swedish.add(("%(n)s x", "%(n)s xs"), ("%(n)s x", ""))
    swedish.add("%(who)s is here", "%(vem)s är här")

    assert [
        "%(n)s x: no Swedish",
        "%(who)s is here: other gaps",
        "absent: not in the catalogue",
        "doubted: fuzzy",
        "empty: no Swedish",
        "in a macro: not in the catalogue",
    ] == _faults(swedish, used(tmp_path))


def _entries(swedish: Catalog) -> dict[Key, Message]:
    return {(_shape(message.id), message.context): message for message in swedish if message.id}


def _shape(message: str | list[str] | tuple[str, ...]) -> str | tuple[str, ...]:
    return message if isinstance(message, str) else tuple(message)


def _faults(swedish: Catalog, messages: dict[Key, list[str]]) -> list[str]:
    entries = _entries(swedish)
    found = []
    for key in messages:
        name = key[0] if isinstance(key[0], str) else key[0][0]
        if key not in entries:
            found.append(f"{name}: not in the catalogue")
        elif fault := _fault(entries[key]):
            found.append(f"{name}: {fault}")
    return sorted(found)


def _fault(message: Message) -> str:
    strings = _forms(message.string)
    if message.fuzzy:
        return "fuzzy"
    if not strings or not all(strings):
        return "no Swedish"
    gaps = {gap for form in _forms(message.id) for gap in GAP.findall(form)}
    swedish_gaps = [set(GAP.findall(form)) for form in strings]
    return "" if set().union(*swedish_gaps) == gaps else "other gaps"


def _forms(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or [])

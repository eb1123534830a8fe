"""What a page carries in itself, so that it can be used before anything else has come: styles, a script, its drawings.

The content policy of that answer names each style and script by its hash; any other in the page stays forbidden.
"""

import base64
import hashlib
import re
from functools import lru_cache
from typing import Final

from flask import Flask, g, url_for
from markupsafe import Markup

from observations.web.static_files import FOLDER

SPRITE: Final = "img/symbols.svg"
SYMBOL: Final = re.compile(r'<symbol id="([^"]+)".*?</symbol>', re.DOTALL)


class CannotBeCarried(Exception):
    """The file says something that would end the element that it is to stand in."""


def install(app: Flask) -> None:
    """Teach the templates to carry."""
    app.add_template_global(styles, "carried_styles")
    app.add_template_global(script, "carried_script")
    app.add_template_global(symbols, "carried_symbols")
    app.add_template_global(symbol)


def styles(*names: str) -> Markup:
    """These sheets of the static folder as one <style>. From here on the page carries its drawings too."""
    g.ogon_symbols = {}
    return _element("style", tuple(f"css/{name}.css" for name in names))


def script(name: str) -> Markup:
    """A script of the static folder in the page itself: it runs before what comes after it is read."""
    return _element("script", (name,))


def symbol(name: str) -> str:
    """Where a drawing is: in the page where that carries its drawings, else in the file that has them all."""
    carried: dict[str, bool] | None = g.get("ogon_symbols")
    if carried is None:
        return f"{url_for('static', filename=SPRITE)}#{name}"
    carried.setdefault(name, False)
    return f"#{name}"


def symbols() -> Markup:
    """The drawings that the page has used so far and that do not stand in it yet; nothing where it carries none."""
    used: dict[str, bool] = g.get("ogon_symbols") or {}
    missing = [name for name, there in used.items() if not there]
    used.update(dict.fromkeys(missing, True))
    drawings = _drawings(_changed(SPRITE))
    return _ours(f"<svg hidden>{''.join(drawings[name] for name in missing)}</svg>" if missing else "")


def policy(usual: str) -> str:
    """The content policy with the hashes of what this answer carries. Source: W3C Content Security Policy Level 3."""
    for directive, source in g.get("ogon_hashes", ()):
        usual = usual.replace(f"{directive} 'self'", f"{directive} 'self' '{source}'")
    return usual


def _element(tag: str, names: tuple[str, ...]) -> Markup:
    text, source = _text(names, tuple(map(_changed, names)))
    g.setdefault("ogon_hashes", []).append((f"{tag}-src", source))
    return _ours(f"<{tag}>{text}</{tag}>")


def _ours(text: str) -> Markup:
    return Markup(text)  # noqa: S704  # it stands in files of the service; nobody else's word is in it


@lru_cache(maxsize=32)
def _text(names: tuple[str, ...], _changed_ns: tuple[int, ...]) -> tuple[str, str]:
    text = "".join((FOLDER / name).read_text(encoding="utf-8") for name in names)
    if "</" in text or "<!--" in text:
        raise CannotBeCarried(", ".join(names))
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return text, f"sha256-{digest}"


@lru_cache(maxsize=2)
def _drawings(_changed_ns: int) -> dict[str, str]:
    sprite = (FOLDER / SPRITE).read_text(encoding="utf-8")
    return {found[1]: found[0] for found in SYMBOL.finditer(sprite)}


def _changed(name: str) -> int:
    return (FOLDER / name).stat().st_mtime_ns

"""Looks over a browser's shoulder: what it complains of, what it asks elsewhere, whether a page is for everybody."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

from tests.contracts import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
"""Without these names axe leaves out what WCAG 2.2 added."""

TELL_OF_VIOLATIONS = """addEventListener('securitypolicyviolation', (event) => console.error(
  `policy: ${event.effectiveDirective} forbids ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`))"""

THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
OUTSIDE_THE_VIEW = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"


@dataclass
class Watch:
    """What went wrong in the browsers that it was set over, in words."""

    origin: str
    troubles: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    """Parts of complaints that belong to the journey: browsers complain of every answer from 400 on."""
    also: list[str] = field(default_factory=list)
    """Other origins that are ours, where a journey has two browsers that come to the service by two ways."""

    def over(self, context: BrowserContext) -> None:
        """Watch all pages of a context, from their first line on."""
        context.add_init_script(TELL_OF_VIOLATIONS)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.troubles.append(f"script: {error.error}"))
        context.on("request", self._asked)

    def unexpected(self) -> list[str]:
        """The troubles that the journey did not ask for."""
        return [trouble for trouble in self.troubles if not any(part in trouble for part in self.expected)]

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.troubles.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _asked(self, request: Request) -> None:
        ours = [f"{origin}/" for origin in (self.origin, *self.also)]
        if not request.url.startswith((*ours, "data:", "blob:")):
            self.troubles.append(f"elsewhere: {request.url}")


def axe(page: Page) -> list[str]:
    """What axe-core finds on the page as it is now: rule, what it is about, and where."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    options = {"runOnly": RULES, "resultTypes": ["violations"]}
    found: dict[str, Any] = page.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{violation['id']}: {violation['help']} at {' '.join(map(str, node['target']))} {_figures(node)}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def _figures(node: dict[str, Any]) -> str:
    """The two colours that are too alike, where that is it."""
    data = next((check["data"] for check in node["any"] if isinstance(check["data"], dict)), {})
    return " ".join(str(data[name]) for name in ("fgColor", "bgColor", "contrastRatio") if name in data)


def faults(page: Page, pictures: Path | None, name: str) -> list[str]:
    """What is wrong with the page in light and in dark; with `pictures`, one of each is left there to look at."""
    found: list[str] = []
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        found += [f"{name}, {theme}: {fault}" for fault in axe(page)]
        if pictures:
            page.screenshot(path=pictures / f"{name}-{theme}.png")
    if (wider := page.evaluate(OUTSIDE_THE_VIEW)) > 0:
        found.append(f"{name}: {wider} px stick out sideways")
    page.emulate_media(color_scheme="light")
    return found

"""What every page shares: the menu, the frame's variables, and how numbers, dates and distances are written."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date, format_datetime
from flask import Flask, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, get_locale
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from observations.access import Role, allow, current_actor_or_none
from observations.clock import STOCKHOLM
from observations.web.runtime import current_session, current_settings
from observations.web.texts import without_bidi

LANGUAGES = ("sv", "en")
LANGUAGE_COOKIE = "language"
NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True)
class MenuItem:
    """One word in the head of a page, for the roles that it is for; `count` is the number beside it."""

    endpoint: str
    label: LazyString
    roles: frozenset[Role]
    count: Callable[[Session], int] | None = None


def render(template: str, **context: object) -> str:
    """The page with its frame."""
    return render_template(template, **context)


def choose_language() -> str:
    """The reader's choice, else Swedish: the browser's own language is not asked, since staff share phones."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def install(app: Flask, menu: tuple[MenuItem, ...]) -> None:
    """Teach the templates the frame and the filters."""
    app.extensions["ogon_menu"] = menu
    app.context_processor(_frame)
    for name, filter_ in FILTERS.items():
        app.add_template_filter(filter_, name)
    app.add_url_rule("/language/<code>", endpoint="language", view_func=_language, methods=["POST"])


@allow.anyone
def _language(code: str) -> ResponseReturnValue:
    """Remember the language and go back to where one was."""
    response = redirect(_local_address(request.form.get("next", "/")), code=303)
    if code in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE,
            code,
            max_age=31_536_000,
            secure=current_settings().https,
            httponly=True,
            samesite="Lax",
        )
    return response


def _local_address(text: str) -> str:
    """The address if it is one of ours, else the front page. Browsers leave out tabs and line ends before they read."""
    leads_away = text.startswith(("//", "/\\")) or any(unicodedata.category(sign) == "Cc" for sign in text)
    return "/" if leads_away or not text.startswith("/") else text


def _frame() -> dict[str, object]:
    actor = current_actor_or_none()
    return {
        "actor": actor,
        "menu": [item for item in current_app.extensions["ogon_menu"] if actor and actor.role in item.roles],
        "menu_count": _count,
        "language": choose_language(),
    }


def _count(item: MenuItem) -> int | None:
    """The number beside a word; None when the database is away, so that the page that says so can be shown."""
    if item.count is None:
        return None
    try:
        return item.count(current_session())
    except OperationalError:
        return None


def number(value: float | None) -> str:
    """12 345 with a narrow space, whatever the language; nothing becomes a dash."""
    return "–" if value is None else f"{value:,.0f}".replace(",", NARROW_SPACE)


def rate(value: float | None) -> str:
    """One decimal with the reader's decimal sign."""
    if value is None:
        return "–"
    text = f"{value:.1f}"
    return text.replace(".", ",") if str(get_locale()) == "sv" else text


def day(value: date | datetime) -> str:
    """2026-09-10, local."""
    return _local(value).isoformat()


def weekday(value: date | datetime) -> str:
    """tisdag 10 sep, local."""
    locale = get_locale()
    return format_date(_local(value), "EEEE d MMM", locale=locale).replace(".", "")


def time_of_day(value: datetime) -> str:
    """14.32, local."""
    return format_datetime(value.astimezone(STOCKHOLM), "HH.mm", locale=get_locale())


def metres(value: float) -> str:
    """18 m; 1,2 km from a thousand on."""
    return f"{value:.0f} m" if value < 1000 else f"{rate(value / 1000)} km"


def _local(value: date | datetime) -> date:
    return value.astimezone(STOCKHOLM).date() if isinstance(value, datetime) else value


FILTERS: dict[str, Callable[..., str]] = {
    "number": number,
    "rate": rate,
    "day": day,
    "weekday": weekday,
    "time_of_day": time_of_day,
    "metres": metres,
    "without_bidi": without_bidi,
}

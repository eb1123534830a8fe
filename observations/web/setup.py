"""Puts the floor under an app."""

from pathlib import Path

from flask import Flask
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from observations.web import carried, errors, form_token, headers, pages, requests, static_files, tracing
from observations.web.pages import MenuItem
from observations.web.runtime import Runtime, close_session, refuse_uncommitted

TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"


def install(app: Flask, runtime: Runtime, *, menu: tuple[MenuItem, ...]) -> CSRFProtect:
    """Sessions, errors, headers, static files and words; returns the CSRF guard, for the API to be exempted from."""
    app.extensions["ogon"] = runtime
    app.config.update(
        SECRET_KEY=runtime.secret,
        BABEL_DEFAULT_LOCALE=pages.LANGUAGES[0],
        BABEL_DEFAULT_TIMEZONE="Europe/Stockholm",
        BABEL_TRANSLATION_DIRECTORIES=str(TRANSLATIONS),
    )
    if proxies := runtime.settings.trusted_proxies:
        # Scheme and host as the browser knows them. Not the address at the other end: nothing here wants to know it.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=0, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    tracing.install(app, proxied=runtime.settings.trusted_proxies > 0)  # first, so that it sees what leaves
    requests.install(app)
    form_token.install(app, https=runtime.settings.https)
    Babel(app, locale_selector=pages.choose_language)
    app.teardown_request(close_session)
    app.after_request(refuse_uncommitted)
    headers.install(app)
    errors.install(app)
    static_files.install(app)
    carried.install(app)
    pages.install(app, menu)
    return CSRFProtect(app)

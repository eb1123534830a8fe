"""The map in a real browser with WebGL, under the service's own policy: tiles, worker, font and theme."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, Response, render_template_string, url_for
from playwright.sync_api import Page

from observations.access import Role, allow
from observations.accounts.sessions import cookie_name
from observations.places.style import THEMES
from tests.browser import WEBGL, chromium, served
from tests.conftest import ClientFor
from tests.places.conftest import Import
from tests.places.towns import a_town

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

PAGE = """<!doctype html><html lang="sv"><head><title>Karta</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="{{ url_for('static', filename='css/tokens.css') }}">
<link rel="stylesheet" href="{{ url_for('static', filename='vendor/maplibre-gl.css') }}">
<link rel="stylesheet" href="{{ url_for('static', filename='css/basemap.css') }}">
<link rel="stylesheet" href="/try.css"><script type="module" src="/try.js"></script></head>
<body><main id="map"></main></body></html>"""
SCRIPT = """import {{ createMap }} from '{module}';
const styles = [];
const {{ map, ready }} = createMap(document.getElementById('map'), {{ onStyle: () => styles.push(1) }});
map.on('error', (event) => {{ window.failed = String(event.error); }});
ready.then(() => {{ window.shown = map; window.styles = styles; }}, (error) => {{ window.failed = String(error); }});
"""
DONE = "!!window.failed || !!(window.shown && window.shown.loaded() && window.shown.areTilesLoaded())"


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The service on loopback, with a page that holds nothing but the map."""
    script = allow.anyone(
        lambda: Response(SCRIPT.format(module=url_for("static", filename="js/basemap.js")), mimetype="text/javascript")
    )
    size = allow.anyone(lambda: Response("#map { width: 800px; height: 600px; }", mimetype="text/css"))
    app.add_url_rule("/try", "try", allow.anyone(lambda: render_template_string(PAGE)))
    app.add_url_rule("/try.js", "try_script", script)
    app.add_url_rule("/try.css", "try_size", size)
    with served(app) as address:
        yield address


@pytest.fixture
def page(address: str, client: ClientFor) -> Iterator[Page]:
    """A page in Chromium on the map, signed in as a coordinator, on a device that prefers light."""
    cookie = client(Role.COORDINATOR).get_cookie(cookie_name())
    assert cookie is not None
    with chromium(*WEBGL) as browser:
        context = browser.new_context(color_scheme="light")
        context.add_cookies([{"name": cookie_name(), "value": cookie.value, "url": address}])
        yield context.new_page()


def waited_for(page: Page, condition: str) -> Any:
    """Ask again until the condition holds, at most ten seconds; wait_for_function would need eval."""
    for _ in range(100):
        if page.evaluate(condition):
            return True
        page.wait_for_timeout(100)
    return False


def test_the_map_is_drawn_with_swedish_names(importing: Import, address: str, page: Page, tmp_path: Any) -> None:
    """Åsgränd is written on the map as Åsgränd, in the service's own font, and the buttons speak Swedish."""
    importing(a_town(tmp_path / "town.osm.pbf"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/try")

    assert waited_for(page, DONE)
    assert page.evaluate("window.failed") is None
    names = "[...new Set(shown.queryRenderedFeatures({layers: ['roadnames']}).map((f) => f.properties.name))].sort()"
    assert page.evaluate(names) == ["Ringvägen", "Åsgränd"]
    assert page.evaluate("[...document.fonts].map((font) => font.status)") == ["loaded"]
    assert page.get_by_label("Zooma in").is_visible()
    assert page.get_by_text("© OpenStreetMap contributors").is_visible()
    assert all(url.startswith((address, "blob:", "data:")) for url in asked)


def test_the_map_follows_the_theme(importing: Import, address: str, page: Page, tmp_path: Any) -> None:
    """At dusk the map turns dark with the page, and what was drawn on it is drawn again."""
    importing(a_town(tmp_path / "town.osm.pbf"))
    page.goto(f"{address}/try")
    assert waited_for(page, DONE)
    land = "window.shown.getPaintProperty('earth', 'fill-color')"
    assert page.evaluate(land) == THEMES["light"].land
    page.emulate_media(color_scheme="dark")

    assert waited_for(page, "window.styles.length === 2")
    assert page.evaluate(land) == THEMES["dark"].land
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    assert waited_for(page, "window.styles.length === 3")
    assert page.evaluate(land) == THEMES["light"].land


def test_without_a_map_there_is_plain_ground(address: str, page: Page) -> None:
    """An empty instance shows where reports are, on plain ground, rather than an error."""
    page.goto(f"{address}/try")

    assert waited_for(page, DONE)
    assert page.evaluate("window.failed") is None
    assert page.evaluate("window.shown.getStyle().layers.length") == 1

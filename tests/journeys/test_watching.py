"""Controls: what the other journeys rely on not happening is noticed when it does happen."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from observations.access import Role
from tests.journeys.conftest import DESK, Travels
from tests.journeys.maps import drawn, wait_for_map
from tests.journeys.serving import Service, an_instance
from tests.journeys.watching import Watch, axe, faults

ELSEWHERE = "Object.assign(document.createElement('script'), { src: '//localhost:9/x.js' })"
PLANTED = {
    "inline style": "document.body.setAttribute('style', 'color: red')",
    "inline script": "document.body.append(Object.assign(document.createElement('script'), { text: 'x()' }))",
    "script from elsewhere": f"document.head.append({ELSEWHERE})",
    "complaint": "console.error('planted')",
    "error in a script": "setTimeout(() => { throw new Error('planted'); })",
    "broken promise": "void Promise.reject(new Error('planted'))",
    "missing picture": "new Image().src = '/no-such-picture'",
}


RULE = "(rule) => { document.styleSheets[0].insertRule(rule); }"


@pytest.mark.parametrize("fault", PLANTED.values(), ids=PLANTED)
def test_a_complaint_of_the_browser_is_noticed(travels: Travels, fault: str) -> None:
    """Whatever the policy stops, a script throws or the console says ends the journey."""
    watch = Watch(travels.service.address)
    context = travels.browser.new_context()
    watch.over(context)
    page = context.new_page()
    page.goto(travels.service.address + "/valkommen")
    page.evaluate(fault)
    for _ in range(100):  # the browser tells of it in its own time
        if watch.unexpected():
            break
        page.wait_for_timeout(100)

    assert watch.unexpected()


def test_a_request_that_leaves_is_noticed(travels: Travels) -> None:
    """Where no policy holds it back: the same machine under another name is elsewhere already."""
    page = travels.page(DESK)
    elsewhere = travels.service.address.replace("127.0.0.1", "localhost") + "/static/x.png"
    page.set_content(f'<img alt="" src="{elsewhere}">')

    assert f"elsewhere: {elsewhere}" in travels.watch.troubles
    travels.watch.troubles.clear()


def test_what_is_expected_is_not_a_trouble(travels: Travels) -> None:
    """Only the answer that a journey names is passed over, no other."""
    travels.watch.troubles += ["console: 422", "console: 500"]
    travels.watch.expected.append("422")

    assert ["console: 500"] == travels.watch.unexpected()
    travels.watch.troubles.clear()


def test_what_keeps_somebody_out_is_noticed(travels: Travels) -> None:
    """A picture without words, grey on grey, and something too wide for the phone."""
    page = travels.page(DESK)
    page.goto(travels.service.address + "/valkommen")
    page.evaluate("document.querySelector('main').append(new Image())")
    page.evaluate(RULE, ".lead { color: #aaa !important }")
    found = " ".join(axe(page))
    page.evaluate(RULE, "main { min-width: 3000px }")

    assert "image-alt" in found
    assert "color-contrast" in found
    assert "sideways" in " ".join(faults(page, None, "planted"))


def test_a_map_that_is_not_drawn_is_noticed(travels: Travels) -> None:
    """Plain ground is no map: without the tiles' houses and streets the wait ends in a failure."""
    plain = BytesIO()
    Image.new("RGB", (64, 64), "#EDEDE4").save(plain, "PNG")

    assert {"land"} == drawn(plain.getvalue())
    desk = travels.signed_in(Role.COORDINATOR, DESK)
    desk.route("**/tiles/map.pmtiles*", lambda route: route.abort())
    desk.goto(travels.service.address + "/karta")
    with pytest.raises(AssertionError, match="the map shows"):
        wait_for_map(desk, "house", looks=3)
    travels.watch.troubles.clear()


def test_what_the_server_logs_is_read(tmp_path: Path) -> None:
    """An error that nobody saw on a page is found at the end, an ordinary line is not."""
    service = Service(an_instance(tmp_path), tmp_path / "server.log", pid=0)
    service.log.write_text("2026-09-15 INFO waitress Serving\n2026-09-15 10:00 ERROR observations.web unexpected\n")

    assert ["2026-09-15 10:00 ERROR observations.web unexpected"] == service.faults_logged()

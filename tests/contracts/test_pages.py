"""Every page that a role can reach is whole: well-formed, protected by its headers, without dead links."""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from html5lib.html5parser import ParseError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from observations.access import Anyone, Role, allow, allowed
from observations.database import Database
from observations.record.workflow import Review
from tests.builders import an_address, an_area, an_observation
from tests.conftest import ClientFor

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

NEEDS_MORE = {400, 404, 422}
"""What an address that is for scripts may answer when it is asked for nothing in particular, or for a map not there."""

PER_ENDPOINT = 4
"""How many addresses of one view are looked at: the links on a page lead to the same view again and again."""

PAGE = '<!doctype html><html lang="sv"><head><title>x</title></head><body>{body}</body></html>'

LINKING = {"a": ["href"], "link": ["href"], "img": ["src"], "script": ["src"], "use": ["href"]}
"""Where an element names what it leads to or needs."""


@dataclass
class Visit:
    """What one browser met: addresses in the order of meeting them, and what was wrong."""

    pages: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@pytest.mark.parametrize("filled", [False, True], ids=["empty", "filled"])
@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role or "nobody")
def test_every_page_is_whole(
    app: Flask, client: ClientFor, database: Database, role: Role | None, filled: bool
) -> None:
    """From each role's pages and the links on them, with nothing kept yet and with some reports."""
    if filled:
        _fill(database)

    visit = _walk(app, client(role), role)

    assert [] == visit.faults, "\n".join(visit.faults)
    assert visit.pages


@pytest.mark.parametrize("path", ["/no-such-page", "/api/v1/no-such-thing", "/rapportera/no/such"])
def test_errors_are_whole_too(client: ClientFor, path: str) -> None:
    """Somebody who lost the way is told so on a page like the others, with the same protection."""
    response = client().get(path)

    assert 404 == response.status_code
    assert [] == list(_header_faults(response))
    assert response.mimetype != "text/html" or [] == list(_html_faults(response))


@pytest.mark.parametrize(
    "body",
    [
        "<div><p>open</div>",
        "<h1>one</h1><h1>two</h1>",
        "<h1>x</h1><p id=a></p><p id=a></p>",
        '<h1>x</h1><p onclick="x()">inline</p>',
        "<h1>x</h1><style>p { color: red }</style>",
    ],
)
def test_a_broken_page_is_noticed(app: Flask, client: ClientFor, body: str) -> None:
    """Control: an unclosed element, two headings, one id twice, and what the policy would not let run."""
    page = PAGE.format(body=body)
    app.add_url_rule("/planted", endpoint="planted", view_func=allow.anyone(lambda: page))

    assert any(fault.startswith("/planted: ") for fault in _walk(app, client(), None).faults)


def test_a_dead_link_and_a_missing_header_are_noticed(app: Flask, client: ClientFor) -> None:
    """Control: a link to nowhere, an answer without its policy, and one with a policy that lets inline script run."""
    page = PAGE.format(body='<h1>x</h1><a href="/gone">x</a>')
    app.add_url_rule("/planted", endpoint="planted", view_func=allow.anyone(lambda: page))
    bare, lax = app.response_class("x"), app.response_class("x")
    lax.headers["Content-Security-Policy"] = "default-src 'none'; script-src 'unsafe-inline'"
    lax.headers["X-Content-Type-Options"] = "nosniff"

    assert "/gone: 404 (linked from /planted)" in _walk(app, client(), None).faults
    assert 2 == len(list(_header_faults(bare)))
    assert 1 == len(list(_header_faults(lax)))


def _fill(database: Database) -> None:
    with database.writing() as session:
        area = an_area(session)
        an_address(session, area_id=area.id)
        for review in (Review.RECEIVED, Review.ACCEPTED):
            an_observation(session, review=review, area_id=area.id, note="Bredvid porten <&>")
        session.commit()


def _walk(app: Flask, browser: FlaskClient, role: Role | None) -> Visit:
    visit = Visit()
    waiting = [(path, "") for path in _starts(app, role)]
    seen: Counter[str] = Counter()
    while waiting:
        path, origin = waiting.pop(0)
        endpoint = _endpoint(app, path)
        if path in visit.pages or seen[endpoint] >= PER_ENDPOINT:
            continue
        seen[endpoint] += 1
        visit.pages.append(path)
        response = browser.get(path)
        visit.faults.extend(f"{path}: {fault}" for fault in _header_faults(response))
        if response.status_code >= 400:
            if origin or response.status_code not in NEEDS_MORE:
                visit.faults.append(f"{path}: {response.status_code}" + (f" (linked from {origin})" if origin else ""))
        elif 300 <= response.status_code < 400:
            waiting.append((urljoin(path, response.location or ""), path))
        elif response.mimetype == "text/html" and response.status_code == 200:
            visit.faults.extend(f"{path}: {fault}" for fault in _html_faults(response))
            waiting.extend((link, path) for link in _links(response.text, path))
    return visit


def _starts(app: Flask, role: Role | None) -> list[str]:
    """The pages without parameters that the role may open."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    return [rule.rule for rule in rules if _open_to(app, rule.endpoint, role) and not rule.rule.startswith("/api/")]


def _open_to(app: Flask, endpoint: str, role: Role | None) -> bool:
    who = allowed(app, endpoint)
    return isinstance(who, Anyone) or role in who


def _endpoint(app: Flask, path: str) -> str:
    adapter = app.url_map.bind("localhost")
    try:
        endpoint, arguments = adapter.match(urlsplit(path).path, method="GET")
    except HTTPException:
        return path  # the browser will be told what is wrong with it
    return f"{endpoint} {sorted(arguments)}" if endpoint != "static" else path


def _header_faults(response: Response) -> Iterator[str]:
    policy = response.headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "unsafe-" in policy:
        yield f"its policy is {policy!r}"
    if response.headers.get("X-Content-Type-Options") != "nosniff":
        yield "its type may be guessed"


def _html_faults(response: Response) -> Iterator[str]:
    try:
        page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(response.get_data(as_text=True))
    except ParseError as error:
        yield f"not well-formed: {error}"
        return
    if not page.get("lang"):
        yield "no language"
    if 1 != (count := len(list(page.iter("h1")))):
        yield f"{count} h1"
    ids = Counter(element.get("id") for element in page.iter() if element.get("id"))
    yield from (f"id {name} {count} times" for name, count in ids.items() if count > 1)
    yield from _inline(page, response.headers.get("Content-Security-Policy", ""))


def _inline(page: Element, policy: str) -> Iterator[str]:
    """What the policy would block in the browser: script and style that do not come from a file of ours."""
    for element in page.iter():
        code = element.tag == "style" or (element.tag == "script" and not element.get("src") and _is_code(element))
        if code and not _is_named(element, policy):
            yield f"inline {element.tag}"
        yield from (f"inline {name}" for name in element.attrib if name == "style" or name.startswith("on"))


def _is_named(element: Element, policy: str) -> bool:
    digest = base64.b64encode(hashlib.sha256((element.text or "").encode()).digest()).decode()
    directives = (part.split() for part in policy.split(";"))
    return any(name == f"{element.tag}-src" and f"'sha256-{digest}'" in sources for name, *sources in directives)


def _is_code(script: Element) -> bool:
    return script.get("type", "module") in {"module", "text/javascript", ""}


def _links(text: str, path: str) -> list[str]:
    page = html5lib.parse(text, namespaceHTMLElements=False)
    targets = [element.get(name) for element in page.iter() for name in LINKING.get(element.tag, ())]
    whole = [urljoin(path, urldefrag(target).url) for target in targets if target]
    return [target for target in whole if target.startswith("/") and not target.startswith("//")]

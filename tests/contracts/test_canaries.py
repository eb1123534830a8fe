"""Where each private thing may be met, by whom: every page of every role is looked through for all of them."""

import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from flask import Flask, render_template_string, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from observations.access import Role, allow
from observations.database import Database
from tests.conftest import ClientFor
from tests.contracts.canaries import PERIOD, Planted, found, plant

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

Places = frozenset[str]
"""Endpoints of GET routes."""

PER_ENDPOINT = 12
"""How many addresses of one view are followed from pages; those that are made here are all asked."""

DESK: Places = frozenset(
    {"review.item", "explore.observation", "explore.card", "explore.map_page", "explore.list_page"}
)
"""The coordinator's pages of single reports."""
LISTS: Places = frozenset({"api.list_observations", "api.one_observation"})
PAPER: Places = frozenset({"meetings.download"})
PHOTOS: Places = frozenset({"explore.photo", "api.one_photo"})
MAP: Places = frozenset({"api.map_points"})
OWN: Places = frozenset({"intake.mine", "intake.receipt"})
AFTER: Places = frozenset({"intake.after_page"})
"""Where an after-photo is taken: of one's own report, and for coordinators of any, it says which that is."""
NEAR: Places = frozenset({"intake.near"})
"""That something is there, and its photo's id: whoever reports the same kind of thing within 30 m is asked about it."""
OFFICE: Places = frozenset({"accounts.people"})
SELF: Places = frozenset({"accounts.own", "accounts.welcome"})

MAY: Mapping[str, Mapping[str, Places]] = {
    "nobody": {},
    "reporter": {
        "address": OWN | AFTER,
        "taken": OWN,
        "moment": OWN,
        "number": OWN,
        "id": OWN | NEAR,
        "photo": NEAR,
        "rejected id": OWN,
        "other's id": NEAR,
        "other's photo": NEAR,
        "team": SELF,
    },
    "other reporter": {
        "id": NEAR,
        "photo": NEAR,
        "moment": OWN,
        "other's id": OWN | NEAR,
        "other's photo": NEAR,
        "other's address": OWN | AFTER,
    },
    "coordinator": {
        "note": DESK | LISTS,
        "address": DESK | LISTS | MAP | PAPER | OWN | AFTER,
        "taken": DESK | LISTS,
        "after-photo": DESK | LISTS | PHOTOS,
        "point": DESK | LISTS | MAP | PAPER,
        "accuracy": DESK | LISTS,
        "moment": DESK | LISTS | PAPER,
        "number": DESK | LISTS | PAPER,
        "id": DESK | LISTS | MAP | NEAR,
        "photo": DESK | LISTS | PHOTOS | NEAR,
        "pixels": PHOTOS,
        "team": OFFICE,
        "device": OFFICE,
        "rejected id": DESK | LISTS,
        "other's id": DESK | LISTS | MAP | NEAR,
        "other's address": DESK | LISTS | MAP | PAPER | AFTER,
        "other's photo": DESK | LISTS | PHOTOS | NEAR,
    },
    "council": {},
    "admin": {"team": OFFICE, "device": OFFICE},
}
"""Visitor → canary → where it may stand. What is not here may stand nowhere: no note for the council, no reporter
beside a report for anybody, no remains of what was rejected, no session's secret."""

BOX = "18.0845,59.3371,18.0847,59.3372"
QUERIES: Mapping[str, tuple[str, ...]] = {
    "api.map_points": (f"bbox={BOX}&zoom=22", "zoom=0", "review=received&zoom=22", "review=rejected", "category=KLO"),
    "api.list_observations": ("review=rejected", "review=received", "limit=1"),
    "api.trends": ("from=2026-09-10&to=2026-09-11", "from=2026-09-01&to=2026-10-01"),
    "explore.map_page": (f"bbox={BOX}", "review=received", "review=rejected", "area=Kvarnbacken&category=KLO"),
    "explore.list_page": (
        f"bbox={BOX}",
        "review=received",
        "review=rejected",
        "from=2026-09-10&to=2026-09-11",
        "from=x",
    ),
    "explore.card": (f"bbox={BOX}", "id={id}"),
    "intake.near": ("latitude=59.3371234&longitude=18.0845678&category=KLO", "latitude=59.3371&longitude=18.0846"),
    "places.nearest": ("latitude=59.3371&longitude=18.0846&within_m=2000&limit=10",),
    "places.search": ("q=kanariebur", "q=Ring"),
    "review.queue": ("done={id}",),
    "trends.normal_picture": ("area=Kvarnbacken&category=KLO", "from=2026-09-10&to=2026-09-11"),
    "meetings.choose": ("from=2026-09-10&to=2026-09-11",),
}
"""What each view is asked beside its bare address."""

CONTENTS: Mapping[str, tuple[str, ...]] = {
    "from_": (str(PERIOD[0]),),
    "to": (str(PERIOD[1]), "2026-09-11"),
    "extension": ("csv", "xlsx", "pdf", "docx"),
    "theme": ("light", "dark"),
    "x": ("9015",),
    "y": ("4817",),
}
"""What stands in a path; every id that there is stands where one is asked for."""
PLANTED: Places = frozenset({"planted"})
ADDRESS = re.compile(r'="([/?][^"]*)"')
NOT_READ = frozenset({"static", "places.tiles"})
"""Files of the program and of the map, the same for everybody."""


@pytest.fixture
def planted(app: Flask, client: ClientFor, database: Database) -> Planted:
    """A service full of canaries."""
    return plant(app, client, database)


@pytest.mark.parametrize("visitor", MAY)
def test_nobody_meets_a_field_that_is_not_theirs(app: Flask, planted: Planted, visitor: str) -> None:
    """On no page, in no file, in no header and no error that the visitor can call up."""
    assert [] == sorted(leaks(app, planted, visitor))


def test_the_table_knows_every_visitor(planted: Planted) -> None:
    """A visitor or a canary that is planted is looked after, and a misspelt one is not in the table."""
    assert set(planted.browsers) == set(MAY)
    assert {name for places in MAY.values() for name in places} <= set(planted.canaries)


def test_the_canaries_can_be_found(app: Flask, planted: Planted) -> None:
    """Control: what the coordinator may see is seen, in pages, data and files; so it is not the search that fails."""
    met: dict[str, set[str]] = {}
    for path, canaries in sightings(app, planted, "coordinator"):
        for name in canaries:
            met.setdefault(name, set()).add(endpoint(app, path))

    assert set(MAY["coordinator"]) == set(met)
    assert {"review.item", "explore.observation", *LISTS} == met["note"]
    assert PAPER | MAP <= met["address"]
    assert PHOTOS == met["pixels"]


@pytest.mark.parametrize(
    "page",
    [
        "<p>{{ note }}</p>",
        '<p data-note="{{ note | urlencode }}">x</p>',
        '<script type="application/json">{{ {"note": note} | tojson }}</script>',
        "&#107;anariesång accepted",
    ],
)
def test_a_leak_is_noticed(app: Flask, client: ClientFor, database: Database, page: str) -> None:
    """Control: a page that prints the note for the council, in words, in an attribute, as data, or in disguise."""
    page = "{% set note = 'Visslar kanariesång accepted' %}" + page
    app.add_url_rule("/x", endpoint="planted", view_func=allow(Role.COUNCIL)(lambda: render_template_string(page)))

    assert ["/x: note"] == sorted(leaks(app, plant(app, client, database), "council", only=PLANTED))


def test_a_leak_in_a_header_and_behind_a_link_is_noticed(app: Flask, client: ClientFor, database: Database) -> None:
    """Control: an ETag that is the photo's digest, and a page that only a link leads to."""
    secrets: dict[str, str] = {}

    @allow(Role.COUNCIL)
    def tagged() -> tuple[str, dict[str, str]]:
        return '<a href="/x/y?page=2">x</a>', {"ETag": secrets["pixels"]}

    @allow(Role.COUNCIL)
    def linked(name: str) -> str:
        return secrets["photo"] if request.args.get("page") else name

    app.add_url_rule("/x", endpoint="planted", view_func=tagged)
    app.add_url_rule("/x/<name>", endpoint="linked", view_func=linked)
    planted = plant(app, client, database)
    secrets |= {name: spellings[0] for name, spellings in planted.canaries.items()}

    assert ["/x/y?page=2: photo", "/x: pixels"] == sorted(leaks(app, planted, "council", only=PLANTED))


def leaks(app: Flask, planted: Planted, visitor: str, *, only: Places | None = None) -> Iterator[str]:
    """Addresses at which the visitor meets what the table does not allow."""
    for path, canaries in sightings(app, planted, visitor, only=only):
        place = endpoint(app, path)
        for name in canaries:
            if place not in MAY[visitor].get(name, frozenset()):
                yield f"{path}: {name}"


def sightings(
    app: Flask, planted: Planted, visitor: str, *, only: Places | None = None
) -> Iterator[tuple[str, set[str]]]:
    """Every address that the visitor can call up, with the canaries in its answer; what the visitor asked for apart.

    `only` begins from these views, and looks at the others as far as links lead there.
    """
    browser = planted.browsers[visitor]
    rules = [rule for rule in app.url_map.iter_rules() if only is None or rule.endpoint in only]
    waiting = [path for rule in rules for path in _addresses(rule, planted)]
    followed: Counter[str] = Counter()
    seen = set(waiting)
    while waiting:
        path = waiting.pop()
        answer = browser.get(path)
        yield path, {name for name in found(planted, answer) if not _asked_for(planted, name, path)}
        for link in _links(answer.text if answer.mimetype == "text/html" else "", path):
            if link not in seen and followed[endpoint(app, link)] < PER_ENDPOINT:
                followed[endpoint(app, link)] += 1
                seen.add(link)
                waiting.append(link)


def endpoint(app: Flask, path: str) -> str:
    """The view that an address belongs to; the address itself where there is none."""
    try:
        return str(app.url_map.bind("localhost").match(urlsplit(path).path, method="GET")[0])
    except HTTPException:
        return path


def _asked_for(planted: Planted, name: str, path: str) -> bool:
    """Whether the address holds the canary itself: then an answer that repeats it tells nothing new."""
    return any(spelling.casefold() in path.casefold() for spelling in planted.canaries[name])


def _addresses(rule: Rule, planted: Planted) -> Iterator[str]:
    if "GET" not in (rule.methods or ()) or rule.endpoint in NOT_READ:
        return
    for path in _filled(rule.rule, planted):
        yield path
        for query in QUERIES.get(rule.endpoint, ()):
            yield from (
                f"{path}?{query.format(id=id_)}" for id_ in (planted.ids if "{id}" in query else planted.ids[:1])
            )


def _filled(rule: str, planted: Planted) -> Iterator[str]:
    part = re.search(r"<(?:(\w+)(?:\([^>]*\))?:)?(\w+)>", rule)
    if part is None:
        yield rule
        return
    values = [str(id_) for id_ in planted.ids] if part[1] == "uuid" else CONTENTS.get(part[2], ("x",))
    for value in values:
        yield from _filled(rule.replace(part[0], value, 1), planted)


def _links(page: str, path: str) -> Iterator[str]:
    """Whatever in a page looks like an address of ours, in whichever attribute."""
    for value in ADDRESS.findall(page):
        link = urljoin(path, urldefrag(html.unescape(value)).url)
        if not link.startswith(("//", "/static/", "/tiles/map")):
            yield link

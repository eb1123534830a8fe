"""Who gets in where: every route × every role, written down apart from the code and tried with real requests.

A new route gets its line in TABLE. Without one the first test fails and says which.
"""

import re
import uuid
from collections.abc import Iterator, Mapping

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from observations.access import Role, allow
from tests.conftest import ClientFor

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

Visitor = Role | None
"""None is somebody who has not signed in."""

EVERY_ROLE = frozenset(Role)
ANYONE: frozenset[Visitor] = EVERY_ROLE | {None}
OUTDOORS = frozenset({Role.REPORTER, Role.COORDINATOR})
READERS = frozenset({Role.COORDINATOR, Role.COUNCIL})
COORDINATOR = frozenset({Role.COORDINATOR})
ADMIN = frozenset({Role.ADMIN})
OFFICE = frozenset({Role.COORDINATOR, Role.ADMIN})

TABLE: Mapping[str, frozenset[Visitor]] = {
    "GET front": ANYONE,
    "GET static": ANYONE,
    "POST language": ANYONE,
    "GET health.live": ANYONE,
    "GET health.ready": ANYONE,
    # accounts
    "GET accounts.welcome": ANYONE,
    "GET accounts.enter": ANYONE,
    "POST accounts.enter": ANYONE,
    "POST accounts.sign_out": ANYONE,
    "POST accounts.begin_single_sign_on": ANYONE,
    "GET accounts.end_single_sign_on": ANYONE,
    "GET accounts.people": OFFICE,
    "POST accounts.invite": OFFICE,
    "POST accounts.end_device": OFFICE,
    "POST accounts.withdraw_invitation": OFFICE,
    "GET accounts.own": EVERY_ROLE,
    "POST accounts.invite_own_device": EVERY_ROLE,
    "POST accounts.end_own_device": EVERY_ROLE,
    "POST accounts.end_other_devices": EVERY_ROLE,
    "POST accounts.begin_passkey": OFFICE,
    "POST accounts.add_passkey": OFFICE,
    "POST accounts.remove_passkey": OFFICE,
    "POST accounts.begin_passkey_sign_in": ANYONE,
    "POST accounts.enter_with_passkey": ANYONE,
    "GET accounts.accounts": ADMIN,
    "POST accounts.end_account": ADMIN,
    "GET accounts.tokens": ADMIN,
    "POST accounts.create_token": ADMIN,
    "POST accounts.end_token": ADMIN,
    "GET accounts.events": ADMIN,
    # places
    "GET places.map_style": EVERY_ROLE,
    "GET places.nearest": EVERY_ROLE,
    "GET places.search": EVERY_ROLE,
    "GET places.square": OUTDOORS,
    "GET places.tiles": EVERY_ROLE,
    # intake
    "GET intake.start": OUTDOORS,
    "POST intake.send": OUTDOORS,
    "GET intake.receipt": OUTDOORS,
    "POST intake.ask": OUTDOORS,
    "POST intake.strike": OUTDOORS,
    "POST intake.withdraw": OUTDOORS,
    "POST intake.add": OUTDOORS,
    "GET intake.mine": OUTDOORS,
    "GET intake.near": OUTDOORS,
    "GET intake.near_photo": OUTDOORS,
    "GET intake.after_page": OUTDOORS,
    "POST intake.send_after_photo": OUTDOORS,
    "GET intake.after_ghost": OUTDOORS,
    "GET intake.accessibility": ANYONE,
    "GET intake.round_page": OUTDOORS,
    "POST intake.start_round": OUTDOORS,
    "POST intake.end_round": OUTDOORS,
    "GET intake.round_list": COORDINATOR,
    "GET phone.service_worker": ANYONE,
    "GET phone.manifest": ANYONE,
    "GET phone.outbox": ANYONE,
    # review
    "GET review.queue": COORDINATOR,
    "GET review.item": COORDINATOR,
    "POST review.accept": COORDINATOR,
    "POST review.edit": COORDINATOR,
    "POST review.mask": COORDINATOR,
    "POST review.reject": COORDINATOR,
    "POST review.reopen": COORDINATOR,
    "GET review.self_check": OFFICE,
    # trends
    "GET trends.normal_picture": READERS,
    # explore
    "GET explore.map_page": READERS,
    "GET explore.list_page": READERS,
    "GET explore.borders": READERS,
    "GET explore.card": COORDINATOR,
    "GET explore.observation": COORDINATOR,
    "GET explore.photo": COORDINATOR,
    # meetings
    "GET meetings.index": READERS,
    "GET meetings.choose": READERS,
    "GET meetings.show": READERS,
    "GET meetings.download": READERS,
    "GET meetings.map_drawing": COORDINATOR,
    "POST meetings.add": COORDINATOR,
    "POST meetings.remove": COORDINATOR,
    # api
    "GET api.openapi": ANYONE,
    "GET api.list_observations": COORDINATOR,
    "POST api.receive_observation": OUTDOORS,
    "POST api.see_again": OUTDOORS,
    "POST api.receive_after_photo": OUTDOORS,
    "GET api.one_observation": COORDINATOR,
    "GET api.one_photo": COORDINATOR,
    "POST api.redact_photo": COORDINATOR,
    "GET api.map_points": READERS,
    "GET api.trends": READERS,
}
"""Method and endpoint → who is let in. Everybody else is sent to the welcome page, or told 401 or 403."""

FILLED_IN = {"uuid": str(uuid.UUID(int=0)), "int": "1", "float": "1.0", "date": "2026-09-10"}
"""What stands in a path for each kind of parameter; `x` for the rest."""


def test_the_table_has_every_route_and_no_other(app: Flask) -> None:
    """Nobody adds a page without saying who it is for."""
    assert set(TABLE) == {name for name, _ in routes(app)}


@pytest.mark.parametrize("visitor", [None, *Role], ids=lambda visitor: visitor or "nobody")
def test_each_role_gets_in_where_the_table_says(app: Flask, client: ClientFor, visitor: Visitor) -> None:
    """A reporter never meets the coordinator's desk, the council never the queue."""
    assert [] == list(faults(app, client, visitor, TABLE))


def test_no_form_is_taken_without_its_token(app: Flask, client: ClientFor) -> None:
    """Another site cannot send a form in a person's name, in any room."""
    app.config["WTF_CSRF_ENABLED"] = True
    taken = [
        name
        for name, rule in routes(app)
        if name.startswith("POST ")
        and not rule.rule.startswith("/api/")
        and client(Role.COORDINATOR).post(path_of(rule)).status_code != 400
    ]

    assert [] == taken


def test_a_session_is_not_lent_to_other_sites(app: Flask, client: ClientFor) -> None:
    """The API, which asks for no form token, takes no cookie that another site made the browser send."""
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    taken = [
        name
        for name, rule in routes(app)
        if name.startswith("POST api.")
        and client(Role.COORDINATOR).post(path_of(rule), headers=elsewhere).status_code != 401
    ]

    assert [] == taken


def test_what_differs_from_the_table_is_noticed(app: Flask, client: ClientFor) -> None:
    """Control: a route that the table does not have, one that is open too wide and one that is too narrow."""
    app.add_url_rule("/a/<uuid:id>", endpoint="wide", view_func=allow(*Role)(lambda id: "secret"))
    app.add_url_rule("/b", endpoint="narrow", view_func=allow(Role.ADMIN)(lambda: "secret"), methods=["POST"])
    planted = {"GET wide": COORDINATOR, "POST narrow": COORDINATOR}

    assert set(planted) <= {name for name, _ in routes(app)} - set(TABLE)
    assert ["GET wide: council gets 200"] == list(faults(app, client, Role.COUNCIL, planted))
    assert ["POST narrow: coordinator gets 403"] == list(faults(app, client, Role.COORDINATOR, planted))


def routes(app: Flask) -> Iterator[tuple[str, Rule]]:
    """Every method of every route by its name in the table."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield f"{method} {rule.endpoint}", rule


def path_of(rule: Rule) -> str:
    """A path that leads to the route, with something in the place of each parameter."""
    return re.sub(r"<(?:(\w+)(?:\([^>]*\))?:)?\w+>", lambda part: FILLED_IN.get(part[1], "x"), rule.rule)


def faults(app: Flask, client: ClientFor, visitor: Visitor, table: Mapping[str, frozenset[Visitor]]) -> Iterator[str]:
    """Where a visitor, newly signed in for each request, is answered otherwise than the table says."""
    for name, rule in routes(app):
        if name in table:
            answer = client(visitor).open(path_of(rule), method=name.split()[0])
            if not as_expected(answer, visitor, let_in=visitor in table[name]):
                yield f"{name}: {visitor or 'nobody'} gets {answer.status_code}"


def as_expected(answer: TestResponse, visitor: Visitor, *, let_in: bool) -> bool:
    """Let in: any answer about the matter itself. Else: 403 for the wrong role, for nobody the way to the door."""
    status = answer.status_code
    to_the_door = (status, answer.location) == (302, "/valkommen")
    if let_in:
        return status < 500 and status not in (401, 403) and not (to_the_door and visitor)
    if visitor is not None:
        return status == 403
    for_people = answer.request.method == "GET" and not answer.request.path.startswith("/api/")
    return to_the_door if for_people else status == 401

"""Nobody reaches a page by accident: every route says who may use it."""

import pytest
from flask import Flask

from observations.access import Anyone, Role, RouteUnmarked, allow, allowed
from tests.conftest import ClientFor

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

PUBLIC = {"static", "language", "front", "intake.accessibility"}
"""Open routes that are needed before anybody can be known; rooms may open theirs for sign-in and for monitoring.

The accessibility statement is for anybody, as the law asks. What the phone keeps is the same for everybody and holds
nothing of anybody.
"""
MAY_BE_PUBLIC = ("accounts.", "api.", "health.", "phone.")


def test_every_route_says_who_may_use_it(app: Flask) -> None:
    """A page that its author forgot to mark is found here, not by somebody who should not have seen it."""
    assert [] == _unmarked(app)


def test_only_sign_in_and_monitoring_are_open_to_anyone(app: Flask) -> None:
    """What staff have seen is shown to nobody who is not signed in."""
    opened = {endpoint for endpoint in app.view_functions if isinstance(allowed(app, endpoint), Anyone)}

    assert set() == {e for e in opened - PUBLIC if not e.startswith(MAY_BE_PUBLIC)}


def test_a_mark_names_at_least_one_role(app: Flask) -> None:
    """`@allow()` would be a page that nobody can open."""
    assert [] == [endpoint for endpoint in app.view_functions if not _who(app, endpoint)]


def test_a_route_without_a_mark_is_noticed_and_does_not_answer(app: Flask, client: ClientFor) -> None:
    """Control: a bare route, which not even an administrator gets an answer from."""
    app.add_url_rule("/planted", view_func=lambda: "secret", endpoint="planted")

    assert ["planted"] == _unmarked(app)
    with pytest.raises(RouteUnmarked):
        client(Role.ADMIN).get("/planted")


def test_a_role_that_is_not_named_is_refused(app: Flask, client: ClientFor) -> None:
    """Control: a marked route lets in whom it names and nobody else."""
    app.add_url_rule("/planted", view_func=allow(Role.COUNCIL)(lambda: "for the council"), endpoint="planted")

    assert 200 == client(Role.COUNCIL).get("/planted").status_code
    assert 403 == client(Role.REPORTER).get("/planted").status_code
    assert client().get("/planted").status_code in {302, 401}


def _unmarked(app: Flask) -> list[str]:
    found = []
    for endpoint in app.view_functions:
        try:
            allowed(app, endpoint)
        except RouteUnmarked:
            found.append(endpoint)
    return sorted(found)


def _who(app: Flask, endpoint: str) -> bool:
    who = allowed(app, endpoint)
    return isinstance(who, Anyone) or bool(who)

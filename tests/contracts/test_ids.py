"""An id that is somebody else's and one that never was get the same answer: there is nothing to try ids for."""

import re
import uuid
from collections.abc import Iterator, Mapping

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from observations.access import Role, allow
from observations.database import Database
from observations.web import current_database
from tests.conftest import ClientFor
from tests.contracts.canaries import Planted, plant
from tests.counting import statements

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

DESK = frozenset({"coordinator"})
OFFICE = frozenset({"coordinator", "admin"})
ADMIN = frozenset({"admin"})
OUTDOORS = frozenset({"reporter", "other reporter", "coordinator"})
OWN_ALONE: frozenset[str] = frozenset()

MEANT_FOR: Mapping[str, frozenset[str]] = {
    "intake.receipt": OWN_ALONE,
    "intake.strike": OWN_ALONE,
    "intake.withdraw": OWN_ALONE,
    "intake.add": OWN_ALONE,
    "intake.end_round": OWN_ALONE,
    "intake.near_photo": OUTDOORS,
    "api.see_again": OUTDOORS,
    "intake.after_page": OUTDOORS,
    "intake.send_after_photo": OUTDOORS,
    "intake.after_ghost": OUTDOORS,
    "api.receive_after_photo": OUTDOORS,
    "review.item": DESK,
    "review.accept": DESK,
    "review.edit": DESK,
    "review.mask": DESK,
    "review.reject": DESK,
    "review.reopen": DESK,
    "explore.observation": DESK,
    "explore.photo": DESK,
    "api.one_observation": DESK,
    "api.one_photo": DESK,
    "api.redact_photo": DESK,
    "accounts.end_device": OFFICE,
    "accounts.withdraw_invitation": OFFICE,
    "accounts.end_own_device": OWN_ALONE,
    "accounts.remove_passkey": OWN_ALONE,
    "accounts.end_account": ADMIN,
    "accounts.end_token": ADMIN,
}
"""Route with an id → to whom every id may tell that it is there; to all others only their own."""
ALWAYS_NEW = frozenset({"Set-Cookie", "X-Request-Id"})
"""Headers that differ between any two answers."""
FORM_TOKEN = re.compile(r'(?<=name="csrf_token" value=")[^"]+')
"""It holds the second in which the page was made."""
OUTSIDERS = ("nobody", "reporter", "other reporter", "coordinator", "council", "admin")


@pytest.fixture
def planted(app: Flask, client: ClientFor, database: Database) -> Planted:
    """Reports, photos and devices of several people."""
    return plant(app, client, database)


@pytest.mark.parametrize("visitor", OUTSIDERS)
def test_what_is_not_yours_is_answered_as_if_it_were_not_there(app: Flask, planted: Planted, visitor: str) -> None:
    """Same status, same words, same headers, and as many questions to the database, so about the same time."""
    assert [] == list(differences(app, planted, visitor))


def test_every_route_with_an_id_is_looked_at(app: Flask) -> None:
    """A new one gets its line; who may have it is decided when it is written."""
    assert {rule.endpoint for rule in app.url_map.iter_rules() if rule.arguments & {"id"}} == set(MEANT_FOR)


def test_a_reporters_own_receipt_is_there(planted: Planted) -> None:
    """Control: what is yours is found, so that it is not the address that is wrong."""
    path = f"/kvitto/{planted.canaries['id'][0]}"

    assert 200 == planted.browsers["reporter"].get(path).status_code
    assert 404 == planted.browsers["other reporter"].get(path).status_code


@pytest.mark.parametrize("telling", ["status", "words", "header", "statements"])
def test_an_answer_that_tells_that_something_is_there_is_noticed(
    app: Flask, client: ClientFor, database: Database, telling: str
) -> None:
    """Control: 403 instead of 404, another sentence, a header, and a look-up that only what is there costs."""
    known: set[uuid.UUID] = set()

    @allow(*Role)
    def tells(id: uuid.UUID) -> tuple[str, int, dict[str, str]]:
        there = id in known
        if there and telling == "status":
            abort(403)
        if there and telling == "statements":
            with current_database().reading() as session:
                session.connection().exec_driver_sql("SELECT 1")
        said = "Det är inte din." if there and telling == "words" else "Finns inte."
        return said, 404, {"ETag": "x"} if there and telling == "header" else {}

    app.add_url_rule("/planted/<uuid:id>", endpoint="planted", view_func=tells)
    planted = plant(app, client, database)
    known |= set(planted.ids)

    found = list(differences(app, planted, "council"))

    assert found
    assert {"GET planted"} == {difference.split(":")[0] for difference in found}


def differences(app: Flask, planted: Planted, visitor: str) -> Iterator[str]:
    """Routes at which the visitor can tell an id that is there, and not theirs, from one that is not."""
    browser, database = planted.browsers[visitor], app.extensions["ogon"].database
    browser.get("/valkommen")  # the first page that a browser opens gives it the cookie of its forms
    for rule in app.url_map.iter_rules():
        if "id" not in rule.arguments or visitor in MEANT_FOR.get(rule.endpoint, OWN_ALONE):
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            never = told(browser, database, method, rule, uuid.uuid4())
            for id_ in set(planted.ids) - planted.own.get(visitor, set()):
                there = told(browser, database, method, rule, id_)
                if there != never:
                    yield f"{method} {rule.endpoint}: {never} of none, {there} of {id_}"
                    break


def told(
    browser: FlaskClient, database: Database, method: str, rule: Rule, id_: uuid.UUID
) -> tuple[int, str, list[tuple[str, str]], int]:
    """Everything that an answer tells, the id itself apart."""
    path = re.sub(r"<uuid:\w+>", str(id_), rule.rule)
    with statements(database) as sent:
        answer = browser.open(path, method=method)
    return answer.status_code, _without(answer.text, id_), _headers(answer, id_), len(sent)


def _headers(answer: TestResponse, id_: uuid.UUID) -> list[tuple[str, str]]:
    return sorted((name, _without(value, id_)) for name, value in answer.headers if name not in ALWAYS_NEW)


def _without(text: str, id_: uuid.UUID) -> str:
    return FORM_TOKEN.sub("…", text.replace(str(id_), "…"))

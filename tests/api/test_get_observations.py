"""GET /api/v1/…: what other systems read, what each role is refused, and what never leaves."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from observations.access import Role
from observations.database import Database
from observations.record.categories import Category
from observations.record.workflow import Review
from tests.builders import NOON, a_photo, an_area, an_observation
from tests.conftest import ClientFor
from tests.explore.looking import many

LIST = "/api/v1/observations"
FIELDS = {
    "id",
    "number",
    "category",
    "observed_at",
    "received_at",
    "latitude",
    "longitude",
    "accuracy_m",
    "position_source",
    "address",
    "area",
    "note",
    "urgent",
    "review",
    "remediation",
    "photos",
}
"""Every field there is, so that a new column of the table does not slip out."""


def test_an_observation_is_read_as_it_was_kept(client: ClientFor, database: Database) -> None:
    """All fields by name, times in UTC, photos with their size; nothing that leads to who reported it."""
    with database.writing() as session:
        row = an_observation(session, area_id=an_area(session).id, note="Vid porten", urgent=True)
        photo = a_photo(session, row)
        session.commit()
    body = client(Role.COORDINATOR).get(f"{LIST}/{row.id}").get_json()

    assert set(body) == FIELDS
    assert (str(row.id), "KLO", "2026-09-15T10:00:00Z") == (body["id"], body["category"], body["observed_at"])
    assert (59.3371, 18.0835, "Kvarnbacken") == (body["latitude"], body["longitude"], body["area"])
    kept = {"id": str(photo.id), "width": 1600, "height": 1200, "kind": "before", "taken_at": None}
    assert [kept] == body["photos"]


def test_following_next_reads_everything_once(client: ClientFor, database: Database) -> None:
    """`next` is handed back as `cursor` until it is null; without a filter nothing is left out."""
    with database.writing() as session:
        many(session, 95, days=700)
        session.commit()
    browser, found = client(Role.COORDINATOR), list[int]()
    cursors: list[str | None] = [""]
    while cursors[-1] is not None:
        body = browser.get(f"{LIST}?limit=25&cursor={cursors[-1]}").get_json()
        found += [item["number"] for item in body["items"]]
        cursors.append(body["next"])

    assert 5 == len(cursors)
    assert (95, 95) == (len(found), len(set(found)))


def test_the_next_page_is_in_the_link_header_too(client: ClientFor, database: Database) -> None:
    """RFC 8288; the filter goes along."""
    with database.writing() as session:
        many(session, 10, category=Category.GLA)
        session.commit()
    browser = client(Role.COORDINATOR)
    answer = browser.get(f"{LIST}?limit=4&category=GLA")
    address = answer.headers["Link"].split(">")[0].removeprefix("<")

    assert "category=GLA" in address
    assert 4 == len(browser.get(address).get_json()["items"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("category=GLA", 1),
        ("category=GLA,KLO", 3),
        ("review=received", 1),
        (f"area={quote('Södra Åsen')}", 1),
        ("area=Nowhere", 0),
        ("from=2026-09-15&to=2026-09-16", 2),
        ("from=2026-09-16", 1),
        ("bbox=18,59.3,18.1,59.4", 3),
        ("bbox=11,57,12,58", 0),
        ("", 3),
    ],
)
def test_the_filter_is_that_of_the_pages(client: ClientFor, database: Database, query: str, expected: int) -> None:
    """The same names, the same meaning."""
    with database.writing() as session:
        an_observation(session, category=Category.GLA, area_id=an_area(session, "Södra Åsen").id)
        an_observation(session)
        an_observation(session, observed_at=NOON + timedelta(days=1), review=Review.RECEIVED)
        session.commit()

    assert expected == len(client(Role.COORDINATOR).get(f"{LIST}?{query}").get_json()["items"])


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", "limit=x", "limit=1e3", "cursor=zzz", "from=1", "bbox=a", "review=x", "category=x"],
)
def test_what_cannot_be_understood_is_a_problem(client: ClientFor, query: str) -> None:
    """422 as problem+json, with the field's name."""
    answer = client(Role.COORDINATOR).get(f"{LIST}?{query}")

    assert 422 == answer.status_code
    assert "application/problem+json" == answer.mimetype
    assert query.split("=")[0] in answer.get_json()["fields"]


@pytest.mark.parametrize("role", [Role.REPORTER, Role.COUNCIL, Role.ADMIN])
def test_only_coordinators_read_single_observations(client: ClientFor, database: Database, role: Role) -> None:
    """The council never gets a note or an id of one; administrators keep the house, not its content."""
    with database.writing() as session:
        row = an_observation(session)
        photo = a_photo(session, row)
        session.commit()
    browser = client(role)

    assert [403] * 3 == [
        browser.get(path).status_code for path in (LIST, f"{LIST}/{row.id}", f"/api/v1/photos/{photo.id}")
    ]


def test_an_unknown_id_is_not_found(client: ClientFor) -> None:
    """As a problem, like every error here."""
    answer = client(Role.COORDINATOR).get(f"{LIST}/00000000-0000-4000-8000-000000000000")

    assert (404, "application/problem+json") == (answer.status_code, answer.mimetype)


def _features(client: ClientFor, role: Role, query: str) -> list[dict[str, Any]]:
    answer = client(role).get(f"/api/v1/map?{query}")
    assert "application/geo+json" == answer.mimetype
    features: list[dict[str, Any]] = answer.get_json()["features"]
    return features


def test_the_map_is_fresh_and_adds_up(client: ClientFor, database: Database) -> None:
    """What was committed a moment ago is on it; the counts are those of the list."""
    with database.writing() as session:
        many(session, 200, latitude=59.61, longitude=16.52)
        session.commit()
    query = "bbox=16.4,59.5,16.6,59.7&zoom=14&category=KLO,GLA"
    before = sum(feature["properties"]["count"] for feature in _features(client, Role.COORDINATOR, query))
    with database.writing() as session:
        an_observation(session, latitude=59.65, longitude=16.58)
        session.commit()
    after = _features(client, Role.COORDINATOR, query)
    listed = client(Role.COORDINATOR).get(f"{LIST}?bbox=16.4,59.5,16.6,59.7&category=KLO,GLA&limit=200").get_json()

    assert before + 1 == sum(feature["properties"]["count"] for feature in after) == len(listed["items"])


def test_the_map_of_the_council_tells_of_no_single_one(client: ClientFor, database: Database) -> None:
    """No id, no exact place, no address, nothing that is not accepted; few are "1–2"."""
    with database.writing() as session:
        row = an_observation(session, latitude=59.612345, longitude=16.512345, address="Ringvägen 12", note="Hemligt")
        an_observation(session, latitude=57.7, longitude=11.97, review=Review.RECEIVED)
        session.commit()
    answer = client(Role.COUNCIL).get("/api/v1/map?zoom=22&bbox=16.5123,59.6123,16.5124,59.6124&review=received")
    (feature,) = answer.get_json()["features"]
    text = answer.get_data(as_text=True)

    assert {"count": "1–2", "category": "KLO", "title": "1–2 observationer, mest klotter"} == feature["properties"]
    assert not [part for part in (str(row.id), "59.6123", "16.5123", "Ringvägen", "Hemligt") if part in text]
    control = _features(client, Role.COORDINATOR, "zoom=22&bbox=16.5123,59.6123,16.5124,59.6124")
    assert [16.512345, 59.612345] == control[0]["geometry"]["coordinates"]
    assert str(row.id) == control[0]["properties"]["id"]


@pytest.mark.parametrize("query", ["zoom=23", "zoom=-1", "zoom=x", "bbox=1,2,3,4,5", "bbox=180,0,-180,1"])
def test_a_map_that_cannot_be_drawn_is_a_problem(client: ClientFor, query: str) -> None:
    """422 for a zoom that no map has and for a box that is none."""
    assert 422 == client(Role.COUNCIL).get(f"/api/v1/map?{query}").status_code

"""Which fields each answer made for machines has, for each role: written down apart from the code, down to the last.

A field that is added to a model, a row or a sheet stays in the house until its line is here.
"""

import csv
import io
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pypdf import PdfReader
from werkzeug.test import TestResponse

from observations.access import Role
from observations.database import Database
from observations.record.tables import Observation
from tests.builders import an_address, an_area, an_observation
from tests.conftest import ClientFor
from tests.intake.drafts import a_photo
from tests.review.looking import a_photo_in_the_store

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

Fields = frozenset[str]
"""Paths into the answer, `[]` for the items of a list."""

PHOTO = {"id", "width", "height"}
OBSERVATION: Fields = frozenset(
    "id number category observed_at received_at latitude longitude accuracy_m position_source address area note urgent "
    "review remediation".split()
) | {f"photos[].{name}" for name in (*PHOTO, "kind", "taken_at")}
PIN = {"type", "features[].type", "features[].geometry.type", "features[].geometry.coordinates[]"} | {
    f"features[].properties.{name}" for name in ("count", "category", "title")
}
TRENDS: Fields = frozenset(
    {f"{period}.{name}" for period in ("period", "before") for name in ("from", "to", "days")}
    | {f"cells[].{name}" for name in ("area", "category", "count", "count_before", "rate", "rate_before", "verdict")}
    | {"observations"}
)
ADDRESS = {"id", "label", "street", "number", "locality", "latitude", "longitude"}

FIELDS: Mapping[str, Mapping[Role, Fields]] = {
    "/api/v1/observations": {
        Role.COORDINATOR: frozenset({f"items[].{name}" for name in OBSERVATION} | {"next"}),
    },
    "/api/v1/observations/{id}": {Role.COORDINATOR: OBSERVATION},
    "/api/v1/map?zoom=22": {
        Role.COORDINATOR: frozenset(PIN | {"features[].properties.id"}),
        Role.COUNCIL: frozenset(PIN),
    },
    "/api/v1/trends": {Role.COORDINATOR: TRENDS, Role.COUNCIL: TRENDS},
    "/rapportera/samma?latitude=59.3371&longitude=18.0835&category=KLO": dict.fromkeys(
        (Role.REPORTER, Role.COORDINATOR),
        frozenset(f"items[].{name}" for name in ("id", "category", "distance_m", "received_on", "photo", "seen")),
    ),
    "/platser/nara?latitude=59.3371&longitude=18.0835": dict.fromkeys(
        Role, frozenset({f"items[].{name}" for name in (*ADDRESS, "distance_m")} | {"area.id", "area.name"})
    ),
    "/platser/rutor/9015/4817": dict.fromkeys(
        (Role.REPORTER, Role.COORDINATOR), frozenset({"streets[].name", "streets[].places[][]"})
    ),
    "/platser/sok?q=Ring": dict.fromkeys(Role, frozenset(f"items[].{name}" for name in ADDRESS)),
    "/karta/granser.json": dict.fromkeys(
        (Role.COORDINATOR, Role.COUNCIL), frozenset({"type", "geometry.type", "geometry.coordinates[][]"})
    ),
}
"""Address → role → every field. A role that is not named gets a problem and nothing else."""
POSTED: Fields = frozenset({"id", "number", "review"} | {f"photos[].{name}" for name in PHOTO})
"""What the sender of a report is told, once and again."""
REFUSED: Fields = frozenset({"type", "status", "title"})
CANNOT_BE_TAKEN = REFUSED | {"detail", "fields.id", "fields.category", "fields.observed_at"}

SHEETS: Mapping[Role, Mapping[str, tuple[str, ...]]] = {
    Role.COORDINATOR: {
        "Lägesbild": (),
        "Matris": (),
        "Observationer": ("Nummer", "Sett", "Kategori", "Plats", "Område", "Latitud", "Longitud"),
    },
    Role.COUNCIL: {"Lägesbild": (), "Matris": ()},
}
"""Sheets of the workbook, and the heads of the one that has a line for each observation."""
COLUMNS: Mapping[Role, tuple[str, ...]] = {
    Role.COORDINATOR: tuple("Nummer Datum Tid Kod Kategori Plats Område Latitud Longitud".split()),
    Role.COUNCIL: ("Område", "Kod", "Kategori", "Tillfällen", "Perioden före", "Bedömning"),
}
FILE = "/moten/2026-09-01/2026-10-01/lagesbild."


@pytest.fixture
def observation(app: Flask, database: Database) -> Observation:
    """An accepted report with everything that one can have."""
    with database.writing() as session:
        area = an_area(session)
        an_address(session, area_id=area.id, locality="Almhamra")
        made = an_observation(session, area_id=area.id, note="Bara samordnaren", accuracy_m=12.0, urgent=True)
        session.commit()
    a_photo_in_the_store(app, database, made)
    return made


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("address", FIELDS)
def test_an_answer_has_these_fields_and_no_other(
    client: ClientFor, observation: Observation, address: str, role: Role
) -> None:
    """Every field by name; who is not meant gets a problem without a detail."""
    answer = client(role).get(address.format(id=observation.id))

    if fields := FIELDS[address].get(role):
        assert (200, fields) == (answer.status_code, fields_of(answer))
    else:
        assert 403 == answer.status_code
        assert not answer.is_json or REFUSED | {"detail"} == fields_of(answer)


@pytest.mark.parametrize("role", [Role.REPORTER, Role.COORDINATOR])
def test_whoever_reports_is_told_this(client: ClientFor, role: Role) -> None:
    """The receipt, the receipt once more, and what is wrong: never a word of somebody else's."""
    browser, report = client(role), {"id": str(uuid.uuid4()), "category": "KLO", "observed_at": "2026-09-15T09:00:00Z"}
    photo = a_photo()
    answers = [_post(browser, report | {"photos": (io.BytesIO(photo), "x.jpg")}) for _ in range(2)]
    wrong = _post(browser, {"note": "x"})

    assert [(201, POSTED), (200, POSTED)] == [(answer.status_code, fields_of(answer)) for answer in answers]
    assert (422, CANNOT_BE_TAKEN) == (wrong.status_code, fields_of(wrong))


def test_whoever_meets_anothers_id_learns_nothing_of_the_report(client: ClientFor, observation: Observation) -> None:
    """Only that the id is taken, which is the price of a report that can be sent again: 409 and a sentence."""
    report = {"id": str(uuid.uuid4()), "category": "KLO", "observed_at": "2026-09-15T09:00:00Z"}
    assert 201 == _post(client(Role.REPORTER), report | {"note": "Hemligt"}).status_code

    answer = _post(client(Role.REPORTER), report)

    assert (409, REFUSED | {"detail"}) == (answer.status_code, fields_of(answer))
    assert "Hemligt" not in answer.text


def test_whoever_covers_a_photo_is_told_its_size(
    client: ClientFor, observation: Observation, database: Database
) -> None:
    """And nothing of what it shows."""
    with database.reading() as session:
        photo = session.get_one(Observation, observation.number).photos[0]
    box = {"left": 0, "top": 0, "right": 0.5, "bottom": 1}
    answer = client(Role.COORDINATOR).post(f"/api/v1/photos/{photo.id}/redactions", json={"boxes": [box]})

    assert (200, frozenset(PHOTO)) == (answer.status_code, fields_of(answer))


def test_whoever_meets_the_same_again_is_told_how_often(client: ClientFor, observation: Observation) -> None:
    """And nothing of who else has."""
    answer = client(Role.REPORTER).post(
        f"/api/v1/observations/{observation.id}/sightings",
        data={"id": str(uuid.uuid4())},
        content_type="multipart/form-data",
    )

    assert (201, frozenset({"id", "seen"})) == (answer.status_code, fields_of(answer))


def test_whoever_adds_an_after_photo_is_told_its_number(client: ClientFor, observation: Observation) -> None:
    """And nothing of whose report it is, or where."""
    followup = {"id": str(uuid.uuid4()), "taken_at": "2026-09-15T10:00:00Z", "photos": (io.BytesIO(a_photo()), "x.jpg")}
    answer = client(Role.COORDINATOR).post(
        f"/api/v1/observations/{observation.id}/after-photos", data=followup, content_type="multipart/form-data"
    )

    assert (201, POSTED - {"review"}) == (answer.status_code, fields_of(answer))


def test_questions_about_a_text_tell_only_of_that_text(client: ClientFor) -> None:
    """What is asked while one types holds what one typed."""
    answer = client(Role.REPORTER).post("/rapportera/fragor", data={"note": "Ring 070-174 06 05, 811228-9874"})

    questions = {f"questions[].{name}" for name in ("what", "found", "field", "without")}
    assert fields_of(answer) <= questions | {"refused.note", "asked"}
    assert {"asked", "refused.note"} <= fields_of(answer)


@pytest.mark.usefixtures("observation")
@pytest.mark.parametrize("role", COLUMNS)
def test_the_csv_has_these_columns(client: ClientFor, role: Role) -> None:
    """The council's has one line per area and kind, and none per observation."""
    rows = list(csv.reader(io.StringIO(client(role).get(FILE + "csv").text.lstrip("\ufeff")), delimiter=";"))

    assert COLUMNS[role] == tuple(rows[0])
    assert (2 if role is Role.COORDINATOR else 13) == len(rows)


@pytest.mark.usefixtures("observation")
@pytest.mark.parametrize("role", SHEETS)
def test_the_workbook_has_these_sheets_and_tells_nothing_of_who_made_it(client: ClientFor, role: Role) -> None:
    """Nor when, nor with which program's user: properties hold the title and the municipality."""
    book = load_workbook(io.BytesIO(client(role).get(FILE + "xlsx").data))

    assert set(SHEETS[role]) == set(book.sheetnames)
    heads = {name: tuple(cell.value for cell in book[name][1]) for name, expected in SHEETS[role].items() if expected}
    assert {name: expected for name, expected in SHEETS[role].items() if expected} == heads
    about = book.properties
    assert ("Lägesbild", None, None, None, None) == (
        about.title, about.creator or None, about.lastModifiedBy or None, about.description, about.keywords,
    )  # fmt: skip
    assert 2000 == about.created.year


@pytest.mark.usefixtures("observation")
@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.COUNCIL])
def test_the_paper_tells_nothing_of_who_made_it(client: ClientFor, role: Role) -> None:
    """Its properties are its title and the program that set it."""
    paper = PdfReader(io.BytesIO(client(role).get(FILE + "pdf").data))

    assert paper.metadata is not None
    assert {"/Title", "/Creator"} == {name for name, value in paper.metadata.items() if value}
    assert paper.metadata.title == "Lägesbild 2026-09-01 – 2026-10-01"
    assert ("Godkända observationer" in "".join(page.extract_text() for page in paper.pages)) is (
        role is Role.COORDINATOR
    )


def test_a_field_too_many_is_noticed(app: Flask, client: ClientFor) -> None:
    """Control: one level down, in one item of a list, in a number's place."""

    def leaking() -> dict[str, Any]:
        return {"items": [{"id": 1}, {"id": 2, "photos": [[{"device": "x"}]]}], "next": None}

    leaking.__dict__["__allowed__"] = frozenset(Role)
    app.add_url_rule("/planted", view_func=leaking)

    assert {"items[].id", "items[].photos[][].device", "next"} == fields_of(client(Role.COUNCIL).get("/planted"))


def fields_of(answer: TestResponse) -> Fields:
    """Every path in the answer at which something stands; an empty list stands for itself."""
    return frozenset(_paths(answer.get_json(), ""))


def _paths(node: Any, path: str) -> Iterator[str]:
    if isinstance(node, dict):
        for name, part in node.items():
            yield from _paths(part, f"{path}.{name}" if path else name)
    elif isinstance(node, list):
        for part in node:
            yield from _paths(part, f"{path}[]")
    else:
        yield path


def _post(browser: FlaskClient, fields: dict[str, Any]) -> TestResponse:
    return browser.post("/api/v1/observations", data=fields, content_type="multipart/form-data")

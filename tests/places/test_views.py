"""What the phone and the coordinator ask of the address register over HTTP."""

import pytest

from observations.access import Role
from observations.database import Database
from tests.builders import an_address, an_area
from tests.conftest import ClientFor
from tests.counting import statements
from tests.places.conftest import told


@pytest.fixture
def street(database: Database) -> None:
    """Ringvägen 12 and 14, in Kvarnbacken."""
    with database.writing() as session:
        area = an_area(session)
        an_address(session, number="12", locality="Almhamra", area_id=area.id)
        an_address(session, number="14", search="ringvägen 14", longitude=18.0840)
        session.commit()


@pytest.mark.usefixtures("street")
def test_the_nearest_addresses_for_a_point(client: ClientFor) -> None:
    """The phone gets what it writes on its three buttons, "Ringvägen 12 · 18 m", and where that is."""
    answer = client(Role.REPORTER).get("/platser/nara?latitude=59.33694&longitude=18.0835")
    first, second = told(answer)["items"]

    assert (answer.status_code, "Ringvägen 12", 17.8) == (200, first["label"], first["distance_m"])
    assert (59.3371, 18.0835, "Almhamra") == (first["latitude"], first["longitude"], first["locality"])
    assert second["label"] == "Ringvägen 14"
    assert told(answer)["area"]["name"] == "Kvarnbacken"


@pytest.mark.usefixtures("street")
def test_far_from_everything_the_lists_are_empty(client: ClientFor) -> None:
    """No address is not an error."""
    answer = client(Role.REPORTER).get("/platser/nara?latitude=61&longitude=14")

    assert (200, [], None) == (answer.status_code, told(answer)["items"], told(answer)["area"])


@pytest.mark.usefixtures("street")
def test_addresses_for_what_is_typed(client: ClientFor) -> None:
    """The coordinator types three letters and chooses."""
    browser = client(Role.COORDINATOR)

    assert ["Ringvägen 12", "Ringvägen 14"] == [a["label"] for a in told(browser.get("/platser/sok?q=Rin"))["items"]]
    assert len(told(browser.get("/platser/sok?q=rin&limit=1"))["items"]) == 1
    assert told(browser.get("/platser/sok"))["items"] == []


@pytest.mark.parametrize(
    "query",
    [
        "nara",
        "nara?latitude=59&longitude=",
        "nara?latitude=91&longitude=18",
        "nara?latitude=nan&longitude=18",
        "nara?latitude=59&longitude=inf",
        "nara?latitude=59&longitude=18&limit=0",
        "nara?latitude=59&longitude=18&limit=11",
        "nara?latitude=59&longitude=18&within_m=1e9",
        "sok?q=a&limit=1000",
        "sok?q=" + "a" * 81,
    ],
)
def test_what_cannot_be_asked_is_refused(client: ClientFor, query: str) -> None:
    """A broken client is told so; nobody reads the register a thousand rows at a time."""
    assert client(Role.REPORTER).get(f"/platser/{query}").status_code == 422


@pytest.mark.usefixtures("street")
def test_asking_takes_few_statements(client: ClientFor, app: object, database: Database) -> None:
    """The answer for a point is one of the sign-in, one of the area and one of the addresses nearby."""
    browser = client(Role.REPORTER)
    own: Database = app.extensions["ogon"].database  # type: ignore[attr-defined]
    browser.get("/platser/nara?latitude=59.3371&longitude=18.0835&limit=1")
    with statements(own) as sent:
        browser.get("/platser/nara?latitude=59.3371&longitude=18.0835&limit=1")

    assert len([s for s in sent if s.lstrip().upper().startswith("SELECT")]) == 3

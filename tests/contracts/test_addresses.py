"""What comes with an address from outside leads nowhere else, and is answered in words."""

import pytest

from tests.conftest import ClientFor

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    "away",
    ["//evil", "/\\evil", "https://evil.example", "evil", "/\t/evil", "/\n/evil", "/\r\nX-Planted: 1", "/\0", ""],
)
def test_changing_the_language_never_leads_to_another_site(client: ClientFor, away: str) -> None:
    """A browser drops tabs and line ends from an address, so `/<tab>/evil` would be somebody else's page."""
    answer = client().post("/language/sv", data={"next": away})

    assert (303, "/") == (answer.status_code, answer.location)
    assert "X-Planted" not in answer.headers


def test_changing_the_language_leads_back(client: ClientFor) -> None:
    """Control: one stays on the page where one was, with what was chosen there."""
    assert "/lista?area=3" == client().post("/language/sv", data={"next": "/lista?area=3"}).location


@pytest.mark.parametrize(
    "name", ["%00", "css/%00.css", "a" * 5000, "a/" * 2000 + "b", "../views.py", "%2e%2e/views.py"]
)
def test_a_static_file_that_cannot_be_is_not_found(client: ClientFor, name: str) -> None:
    """Nobody who is not signed in fills the log with errors by asking for impossible names."""
    assert 404 == client().get(f"/static/x/{name}").status_code

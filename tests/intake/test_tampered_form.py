"""What the page /rapportera never sends: it is refused with a sentence, rather than guessed at."""

import uuid

import pytest

from observations.access import Role
from observations.database import Database
from observations.record.tables import TimeSource
from tests.conftest import ClientFor
from tests.intake.test_form import count, errors, kept, send


@pytest.mark.parametrize(("field", "beside"), [("time", "observed_at"), ("place", "address")])
@pytest.mark.parametrize("choice", ["", "tomorrow", "NOW", "now "])
def test_a_choice_that_is_none_is_refused(
    client: ClientFor, database: Database, field: str, beside: str, choice: str
) -> None:
    """Rather than taken for the first one: the report would stand at a time and place that nobody has chosen."""
    page = send(client(Role.REPORTER), **{field: choice})

    assert (422, {beside: "Det valet finns inte. Välj igen."}) == (page.status_code, errors(page))
    assert 0 == count(database)


def test_a_choice_that_is_missing_is_the_first_one(client: ClientFor, database: Database) -> None:
    """Control: a page without the choice sends none, and means now and the address."""
    assert 303 == send(client(Role.REPORTER), time=None, place=None).status_code
    assert TimeSource.SENT is kept(database).observed_source


@pytest.mark.parametrize(
    ("field", "beside"), [("category", "category"), ("address", "address"), ("note", "note"), ("time", "observed_at")]
)
def test_a_field_that_is_there_twice_is_refused(client: ClientFor, database: Database, field: str, beside: str) -> None:
    """Of two nobody knows which one was meant."""
    values = ["now", "now"] if field == "time" else ["KLO", "BRA"]
    page = send(client(Role.REPORTER), **{field: values})

    assert (422, {beside}) == (page.status_code, set(errors(page)))
    assert 0 == count(database)


def test_a_photo_that_is_sent_as_text_is_refused(client: ClientFor, database: Database) -> None:
    """Else the report would be kept, and its photo silently lost."""
    page = send(client(Role.REPORTER), photos="/9j/4AAQ")

    assert (422, {"photos"}) == (page.status_code, set(errors(page)))
    assert 0 == count(database)


def test_a_form_that_is_broken_off_is_told(client: ClientFor) -> None:
    """A line that breaks between phone and proxy: everything that was typed may be in the missing half."""
    half = b'--b\r\nContent-Disposition: form-data; name="category"\r\n\r\nKL'
    page = client(Role.REPORTER).post("/rapportera", data=half, content_type="multipart/form-data; boundary=b")

    assert 400 == page.status_code
    assert "Formuläret kom inte fram helt" in page.text


@pytest.mark.parametrize("nobodys", [uuid.UUID(int=0), uuid.UUID(int=2**128 - 1)])
def test_an_id_that_nobody_has_made_is_replaced_by_one(client: ClientFor, nobodys: uuid.UUID) -> None:
    """The page says that it could not be sent, and carries a fresh id for the next try."""
    page = send(client(Role.REPORTER), id=str(nobodys))

    assert 422 == page.status_code
    assert str(nobodys) not in page.text

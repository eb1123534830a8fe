"""A form whose tie to the browser is gone: nothing that was typed is lost, and no other site can make use of it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from observations.access import Role
from tests.conftest import ClientFor
from tests.web.test_errors import PHOTO, form

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)


@pytest.fixture
def reporter(app: Flask, client: ClientFor) -> FlaskClient:
    """A reporter's browser, in an app that guards its forms as it does outside of tests."""
    app.config.update(WTF_CSRF_ENABLED=True)
    return client(Role.REPORTER)


FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
TYPED = {"category": "KLO", "address": "Ringvägen 12", "note": "Röd <text>", "csrf_token": "old"}


def test_the_tie_outlives_the_browser(reporter: FlaskClient) -> None:
    """A phone ends its browser whenever it needs memory; the form that comes back can still be sent."""
    reporter.get("/rapportera")
    cookie = reporter.get_cookie("form")

    assert cookie is not None
    assert (True, "Lax", "/") == (cookie.http_only, cookie.same_site, cookie.path)
    assert cookie.expires is not None


def test_what_was_typed_is_offered_again(reporter: FlaskClient) -> None:
    """The secret was lost, or the cookies deleted: one button sends the same words with a good token."""
    page = reporter.post("/rapportera?x=1", data=TYPED, headers=FROM_HERE)

    assert 400 == page.status_code
    assert 'action="/rapportera?x=1"' in page.text
    assert "Skicka igen" in page.text
    for name, value in (("category", "KLO"), ("address", "Ringvägen 12"), ("note", "Röd &lt;text&gt;")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in page.text
    assert 'value="old"' not in page.text
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    again = reporter.post("/rapportera", data={**TYPED, "csrf_token": token}, headers=FROM_HERE)
    assert 422 == again.status_code, "read by the form, which wants an id"


def test_photos_have_to_be_chosen_again(reporter: FlaskClient) -> None:
    """The page says so: no browser hands a file back, and a report is not sent without its photo by mistake."""
    page = reporter.post("/rapportera", **form(TYPED, PHOTO), headers=FROM_HERE)

    assert "Välj fotona igen" in page.text
    assert 'enctype="multipart/form-data"' in page.text
    assert '<input class="input" type="file" id="photos" name="photos"' in page.text


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, {}], ids=str
)
def test_what_another_site_may_have_typed_is_not_offered(reporter: FlaskClient, headers: dict[str, str]) -> None:
    """Else its page would put words into a form here, and lack only the press of a button."""
    page = reporter.post("/rapportera", data=TYPED, headers=headers)

    assert 400 == page.status_code
    assert "Ringvägen" not in page.text
    assert "Skicka igen" not in page.text


def test_nothing_is_offered_to_whom_nobody_knows(app: Flask, reporter: FlaskClient, client: ClientFor) -> None:
    """A secret that was meant to sign somebody in is repeated on no page."""
    page = client().post("/rapportera", data=TYPED, headers=FROM_HERE)

    assert 400 == page.status_code
    assert "Ringvägen" not in page.text

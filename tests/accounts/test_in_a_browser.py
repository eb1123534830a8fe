"""What the invitation's page does in a real browser: the part after the # is posted and then gone from sight."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page

from config import Settings
from observations.access import Role
from observations.accounts.links import invitation_link
from observations.database import Database
from tests.accounts.doors import invitation
from tests.browser import chromium, served
from tests.conftest import MovableClock

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The service on loopback, with the guard of its forms on."""
    app.config["WTF_CSRF_ENABLED"] = True
    with served(app) as address:
        yield address


@pytest.fixture
def page() -> Iterator[Page]:
    """A page in Chromium in Swedish."""
    with chromium() as browser:
        yield browser.new_page()


def test_opening_the_link_signs_in_and_hides_the_secret(
    page: Page, address: str, database: Database, clock: MovableClock
) -> None:
    """One tap on the link, and the page of one's role is there."""
    secret = invitation(database, clock(), role=Role.ADMIN)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url + str(request.headers)))
    page.goto(invitation_link(address, secret))
    page.wait_for_url("**/min-inloggning")
    page.go_back()

    assert secret not in page.url
    assert not [request for request in asked if secret in request]


def test_somebody_signed_in_is_asked_first(page: Page, address: str, database: Database, clock: MovableClock) -> None:
    """A coordinator who tries her own link for a reporter is not turned into one unasked."""
    page.goto(invitation_link(address, invitation(database, clock(), role=Role.ADMIN)))
    page.wait_for_url("**/min-inloggning")
    page.goto(invitation_link(address, invitation(database, clock(), role=Role.REPORTER)))
    page.get_by_text("Du är redan inloggad här som administratör").wait_for()
    page.get_by_role("button", name="Logga in").click()

    page.wait_for_url("**/rapportera")


def test_without_javascript_the_code_is_pasted(
    page: Page, address: str, database: Database, clock: MovableClock, settings: Settings
) -> None:
    """Who has switched scripts off gets in all the same."""
    secret = invitation(database, clock())
    browser = page.context.browser
    assert browser is not None
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(invitation_link(address, secret))
    plain.get_by_label("Kod eller länk").fill(invitation_link(settings.base_url, secret))
    plain.get_by_role("button", name="Logga in").click()

    plain.wait_for_url("**/rapportera")

"""How a browser comes from our page, whose policy is strict, to the provider's."""

from collections.abc import Iterator

import pytest
from flask import Flask, redirect
from flask.typing import ResponseReturnValue
from playwright.sync_api import Page

from config import Settings
from observations.access import allow
from tests.accounts.provider import IdentityProvider
from tests.accounts.signing_on import with_provider
from tests.browser import chromium, served

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

BUTTON = "Logga in med Almhamrakontot"


@pytest.fixture
def settings(settings: Settings, provider: IdentityProvider) -> Settings:
    """Ordinary settings, with single sign-on under a name of the municipality's own."""
    return with_provider(settings, provider, OGON_OIDC_NAME="Almhamrakontot")


@pytest.fixture
def page() -> Iterator[Page]:
    """A page in Chromium in Swedish."""
    with chromium() as browser:
        yield browser.new_page()


def test_the_page_between_leads_to_the_provider(app: Flask, page: Page, provider: IdentityProvider) -> None:
    """One press of the button, and the municipality's page is there; which is not told from where."""
    app.config["WTF_CSRF_ENABLED"] = True
    with served(app) as address:
        page.goto(f"{address}/valkommen")
        with page.expect_request(f"{provider.address}/authorize**") as asked:
            page.get_by_role("button", name=BUTTON).click()
        page.get_by_role("heading", name="Almhamra kommun").wait_for()

    assert "referer" not in asked.value.all_headers()


def test_a_redirect_would_be_held_back(app: Flask, page: Page, provider: IdentityProvider) -> None:
    """Control: the policy's form-action holds for where a form is redirected to, so there has to be a page between."""

    @allow.anyone
    def planted() -> ResponseReturnValue:
        return redirect(f"{provider.address}/authorize", 303)

    app.add_url_rule("/planted", view_func=planted, methods=["POST"])
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    with served(app) as address:
        page.goto(f"{address}/valkommen")
        page.evaluate("document.querySelector('form[action=\"/sso\"]').action = '/planted'")
        page.get_by_role("button", name=BUTTON).click()
        for _ in range(100):  # the browser tells of it in its own time
            if said:
                break
            page.wait_for_timeout(100)

    assert any("form-action" in line for line in said)
    assert [] == [path for path in provider.asked if path.startswith("/authorize")]

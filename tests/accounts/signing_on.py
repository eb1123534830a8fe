"""The way of somebody who signs in at the provider and comes back, for the tests of single sign-on."""

import html
import re
from urllib.parse import urlsplit

import requests
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Settings, load
from observations.accounts.tables import Account, Answered, Device
from observations.database import Database
from tests.accounts.provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider

ROLES = "ogon-admin=admin, ogon-samordnare=coordinator, ogon-rad=council, ogon-falt=reporter"
NOT_THROUGH = (400, "Inloggningen gick inte igenom")
LEADS_ON = re.compile(r'<meta http-equiv="refresh" content="0;url=([^"]+)">')


def environment(provider: IdentityProvider, **more: str) -> dict[str, str]:
    """The settings that whoever runs the service writes for that provider."""
    return {
        "OGON_OIDC_ISSUER": provider.address,
        "OGON_OIDC_CLIENT_ID": CLIENT_ID,
        "OGON_OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "OGON_OIDC_ROLES": ROLES,
        **more,
    }


def with_provider(settings: Settings, provider: IdentityProvider, **more: str) -> Settings:
    """The same settings, with single sign-on."""
    as_before = {
        "OGON_INSTANCE": str(settings.instance),
        "OGON_DATABASE_URL": settings.database_url,
        "OGON_BASE_URL": settings.base_url,
    }
    return load(as_before | environment(provider, **more))


def begin(browser: FlaskClient) -> str:
    """Press the button; where the page leads on to."""
    page = browser.post("/sso")
    assert page.status_code == 200
    found = LEADS_ON.search(page.text)
    assert found
    return html.unescape(found[1])


def at_the_provider(address: str) -> str:
    """Sign in there; path and query of the address that one is sent back to."""
    page = requests.get(address, timeout=30)
    button = re.search(r'action="([^"]+)"', page.text)
    assert button
    there = urlsplit(address)
    answer = requests.post(
        f"{there.scheme}://{there.netloc}{html.unescape(button[1])}", allow_redirects=False, timeout=30
    )
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def sign_on(browser: FlaskClient) -> TestResponse:
    """From the button to the answer."""
    return browser.get(at_the_provider(begin(browser)))


def heading(answer: TestResponse) -> str:
    """The page's title."""
    found = re.search("<h1>([^<]*)</h1>", answer.text)
    assert found
    return found[1]


def assert_refused(browser: FlaskClient, answer: TestResponse) -> None:
    """The one page for all that does not hold, and nobody signed in."""
    assert NOT_THROUGH == (answer.status_code, heading(answer))
    assert 302 == browser.get("/granska").status_code


def assert_away(browser: FlaskClient, answer: TestResponse) -> None:
    """The page that asks to try again, and nobody signed in."""
    assert (503, "5") == (answer.status_code, answer.headers["Retry-After"])
    assert 302 == browser.get("/granska").status_code


def count(database: Database, kind: type[Account | Answered | Device]) -> int:
    """How many rows there are."""
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0

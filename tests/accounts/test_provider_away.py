"""A provider that does not answer, answers something else, or is not the one that the settings name."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask

from config import Settings
from observations.accounts.elsewhere import ANSWER_BYTES, Patience
from observations.accounts.sign_on_views import EXTENSION
from observations.accounts.single_sign_on import Provider
from observations.accounts.tables import Answered, Device
from observations.database import Database
from tests.accounts.provider import Answering, IdentityProvider
from tests.accounts.signing_on import assert_away, assert_refused, at_the_provider, begin, count, sign_on, with_provider
from tests.conftest import ClientFor

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)


@pytest.fixture
def settings(settings: Settings, provider: IdentityProvider) -> Settings:
    """Ordinary settings, with single sign-on."""
    return with_provider(settings, provider)


def elsewhere(answering: Answering) -> None:
    """A redirect to an address that would answer."""
    answering.send(307, {}, Location=f"{answering.provider.address}/elsewhere")


def slowly(answering: Answering) -> None:
    """Nothing, until the test is over."""
    answering.provider.stopping.wait(60)


def in_a_trickle(answering: Answering) -> None:
    """A header that never ends: each byte comes in time."""
    answering.wfile.write(b"HTTP/1.0 200 OK\r\nX-Long: ")
    with suppress(OSError):
        while not answering.provider.stopping.wait(0.05):
            answering.wfile.write(b"x")


def endlessly(answering: Answering) -> None:
    """An answer that begins well and does not stop."""
    answering.wfile.write(b'HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{"id_token": "')
    with suppress(OSError):
        while not answering.provider.stopping.is_set():
            answering.wfile.write(b"x" * 65_536)


NO_JSON = "no JSON object"
TOKEN_ENDPOINTS: dict[str, tuple[Callable[[Answering], None], str]] = {
    "500": (lambda answering: answering.send(500, {"error": "server_error"}), "HTTPError"),
    "a page": (lambda answering: answering.send(200, "<h1>Snart tillbaka</h1>"), NO_JSON),
    "a page and 403": (lambda answering: answering.send(403, "<h1>Nej</h1>"), "HTTPError"),
    "a redirect": (elsewhere, "a redirect"),
    "too large": (lambda answering: answering.send(200, {"id_token": "x" * ANSWER_BYTES}), "too large"),
    "endless": (endlessly, "too large"),
    "a list": (lambda answering: answering.send(200, ["id_token"]), NO_JSON),
    "deep": (lambda answering: answering.send(200, "[" * 100_000), NO_JSON),
    "an odd time": (lambda answering: answering.send(200, {"id_token": "x", "expires_in": "soon"}), NO_JSON),
    "hangs up": (lambda _answering: None, "ConnectionError"),
}
SLOW = {"slow": slowly, "a trickle": in_a_trickle}


@pytest.mark.parametrize(("answer", "reason"), TOKEN_ENDPOINTS.values(), ids=TOKEN_ENDPOINTS)
def test_a_token_endpoint_that_answers_something_else_lets_nobody_in(
    client: ClientFor,
    database: Database,
    provider: IdentityProvider,
    caplog: pytest.LogCaptureFixture,
    answer: Callable[[Answering], None],
    reason: str,
) -> None:
    """A sentence and 503: try again. The log says what it was."""
    provider.switches.token = answer
    browser = client()
    assert_away(browser, sign_on(browser))

    assert reason in caplog.text
    assert 0 == count(database, Device)
    assert "/elsewhere" not in provider.asked


@pytest.mark.parametrize("answer", SLOW.values(), ids=SLOW)
def test_a_slow_token_endpoint_is_waited_for_no_longer_than_that(
    app: Flask,
    client: ClientFor,
    settings: Settings,
    provider: IdentityProvider,
    caplog: pytest.LogCaptureFixture,
    answer: Callable[[Answering], None],
) -> None:
    """A thread of the server is held for ten seconds at most, here for half a one, whatever comes in the meantime."""
    app.extensions[EXTENSION] = Provider(settings, patience=Patience(longest_s=0.5))
    provider.switches.token = answer
    browser = client()

    assert_away(browser, sign_on(browser))
    assert "the provider is away: too slow" in caplog.text


@pytest.mark.parametrize("error", ["invalid_client", ["x"], None, {"x": 1}], ids=str)
def test_a_token_endpoint_that_says_no_lets_nobody_in(
    client: ClientFor, provider: IdentityProvider, error: object
) -> None:
    """Whatever kind of no it is."""
    provider.switches.token = lambda answering: answering.send(400, {"error": error})
    browser = client()

    assert_refused(browser, sign_on(browser))


@pytest.mark.parametrize("answer", [{}, {"id_token": 1}, {"id_token": None, "access_token": "x"}], ids=str)
def test_without_an_id_token_nobody_gets_in(
    client: ClientFor, provider: IdentityProvider, answer: dict[str, Any]
) -> None:
    """An access token says nothing of who somebody is."""
    provider.switches.token = lambda answering: answering.send(200, answer)
    browser = client()

    assert_refused(browser, sign_on(browser))


DISCOVERIES: dict[str, dict[str, Any]] = {
    "another issuer": {"issuer": "https://id.example"},
    "no issuer": {"issuer": None},
    "in the open": {"token_endpoint": "http://id.example/token"},
    "no address": {"authorization_endpoint": 1},
    "a script": {"authorization_endpoint": "javascript:alert(1)"},
    "no keys": {"jwks_uri": None},
}


@pytest.mark.parametrize("changed", DISCOVERIES.values(), ids=DISCOVERIES)
def test_a_provider_that_is_not_the_one_is_not_gone_to(
    client: ClientFor, database: Database, provider: IdentityProvider, changed: dict[str, Any]
) -> None:
    """What it says of itself must be what the settings say, and lead to where nobody listens on the way."""
    provider.switches.discovery = changed
    browser = client()

    assert_away(browser, browser.post("/sso"))
    assert 0 == count(database, Answered)


@pytest.mark.parametrize(
    "keys", [{"keys": []}, {"keys": 1}, {"x": 1}, {"keys": ["x"]}, {"keys": [{"kty": "RSA"}]}], ids=str
)
def test_keys_that_are_none_let_nobody_in(client: ClientFor, provider: IdentityProvider, keys: dict[str, Any]) -> None:
    """A provider that is being set up."""
    provider.switches.keys = keys
    browser = client()

    assert_away(browser, sign_on(browser))


def test_a_provider_that_is_away_and_comes_back(client: ClientFor, provider: IdentityProvider, app: Flask) -> None:
    """Nothing is lost by it: the next press of the button goes through."""
    browser = client()
    provider.switches.discovery = {"issuer": "x"}
    answer = browser.post("/sso")
    provider.switches.discovery = {}

    assert_away(browser, answer)
    assert 303 == sign_on(browser).status_code


def test_a_slow_provider_leaves_threads_for_reports(
    app: Flask,
    client: ClientFor,
    settings: Settings,
    provider: IdentityProvider,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """No more than some of the server's threads ever wait for it; the next person is told at once to try again."""
    app.extensions[EXTENSION] = Provider(settings, patience=Patience(longest_s=0.5, at_once=1))
    waiting, next_one = client(), client()
    ways_back = [at_the_provider(begin(browser)) for browser in (waiting, next_one)]
    provider.switches.token = slowly
    assert_away(waiting, waiting.get(ways_back[0]))

    assert_away(next_one, next_one.get(ways_back[1]))
    assert "the provider is away: others wait already" in caplog.text
    assert 1 == len(provider.bodies)

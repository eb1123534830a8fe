"""What the browser may bring back in the place of an honest answer, and what is left of it: nobody in, nothing told."""

import logging
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from config import Settings
from observations.accounts.tables import Account, Device
from observations.database import Database
from tests.accounts.provider import (
    CLIENT_SECRET,
    MISSING,
    IdentityProvider,
)
from tests.accounts.signing_on import (
    assert_refused,
    at_the_provider,
    begin,
    count,
    heading,
    sign_on,
    with_provider,
)
from tests.accounts.test_invitations import whole_database
from tests.conftest import ClientFor

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

NO_ROLE = (403, "Ditt konto har ingen roll här")


@pytest.fixture
def settings(settings: Settings, provider: IdentityProvider) -> Settings:
    """Ordinary settings, with single sign-on."""
    return with_provider(settings, provider)


ANSWERS: dict[str, dict[str, str]] = {
    "foreign state": {"state": "x" * 43},
    "empty state": {"state": ""},
    "another issuer": {"iss": "https://id.example"},
    "empty issuer": {"iss": ""},
    "empty code": {"code": ""},
    "a code that nobody has": {"code": "unknown"},
    "a large code": {"code": "x" * 5000},
    "an error": {"error": "access_denied", "error_description": "<b>Anna Andersson</b>"},
}


@pytest.mark.parametrize("changed", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_that_is_not_the_honest_one_lets_nobody_in(
    client: ClientFor, database: Database, provider: IdentityProvider, changed: dict[str, str]
) -> None:
    """What stands in the address is the browser's to change."""
    provider.switches.answer = changed
    browser = client()
    answer = sign_on(browser)

    assert_refused(browser, answer)
    assert "Anna" not in answer.text
    assert 0 == count(database, Device)


@pytest.mark.parametrize("missing", ["state", "code", "iss"])
def test_an_answer_that_lacks_something_lets_nobody_in(client: ClientFor, missing: str) -> None:
    """The provider has said that it names itself, so an answer without its name is not from there."""
    browser = client()
    back = urlsplit(at_the_provider(begin(browser)))
    rest = {name: values[0] for name, values in parse_qs(back.query).items() if name != missing}

    assert_refused(browser, browser.get(f"{back.path}?{urlencode(rest)}"))


def test_an_answer_counts_once(client: ClientFor, provider: IdentityProvider) -> None:
    """An address found in a browser's history is of no use."""
    browser = client()
    back = at_the_provider(begin(browser))

    assert 303 == browser.get(back).status_code
    assert 303 == browser.get("/").status_code or browser.get("/").location == "/granska"
    assert_refused(client(), browser.get(back))
    assert 1 == len(provider.bodies)


def test_nobody_is_signed_in_as_somebody_else_by_a_link(
    client: ClientFor, database: Database, provider: IdentityProvider
) -> None:
    """A way back that another browser began is refused, and not spent by that."""
    attacker, victim = client(), client()
    back = at_the_provider(begin(attacker))

    assert_refused(victim, victim.get(back))
    begin(victim)
    assert_refused(victim, victim.get(back))
    assert [] == provider.bodies
    assert 303 == attacker.get(back).status_code


def test_a_code_that_was_made_for_another_is_worth_nothing(client: ClientFor) -> None:
    """Who has caught a code cannot have it used here: the provider asks for what belongs to its beginning (PKCE)."""
    browser = client()
    address = re.sub("code_challenge=[^&]+", "code_challenge=" + "x" * 43, begin(browser))

    assert_refused(browser, browser.get(at_the_provider(address)))


ROLES: dict[str, Any] = {
    "missing": MISSING,
    "nobody's": ["ogon"],
    "part of one": "ogon-samordnare-x",
    "number": 1,
    "numbers": [1, None, True],
    "nested": [["ogon-samordnare"], {"ogon-samordnare": "ogon-samordnare"}],
    "a dictionary": {"ogon-samordnare": True},
    "role's own name": "coordinator",
    "large": ["x" * 100] * 600,
}


@pytest.mark.parametrize("roles", ROLES.values(), ids=ROLES)
def test_who_has_no_role_is_told_so(
    client: ClientFor, database: Database, provider: IdentityProvider, roles: Any
) -> None:
    """Somebody who works elsewhere in the municipality gets a sentence, and no access."""
    provider.switches.claims["roles"] = roles
    browser = client()
    answer = sign_on(browser)

    assert NO_ROLE == (answer.status_code, heading(answer))
    assert browser.get_cookie("ogon") is None
    assert (0, 0) == (count(database, Device), count(database, Account))


KNOWN_TO_ALL = {"authorization_code", "http://localhost/sso/svar"}
CANARIES = ("anna-4711-canary", "claim-canary", "Anna Andersson")


@pytest.mark.parametrize(
    ("claims", "status"),
    [({}, 303), ({"nonce": "another"}, 400), ({"roles": MISSING}, 403)],
    ids=["in", "refused", "no role"],
)
def test_nothing_that_the_provider_says_is_kept_or_logged(
    client: ClientFor,
    database: Database,
    provider: IdentityProvider,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    claims: dict[str, Any],
    status: int,
) -> None:
    """Who reads the database's files or the log learns no name, no token, no code and no secret, however it went."""
    caplog.set_level(logging.DEBUG)
    provider.person = {"sub": CANARIES[0], "roles": ["ogon-samordnare", CANARIES[1]], "name": CANARIES[2]}
    provider.switches.claims = claims
    browser = client()
    address = begin(browser)
    answer = browser.get(at_the_provider(address))

    assert status == answer.status_code
    told = [CLIENT_SECRET, *CANARIES, *provider.tokens, *provider.bodies[0].values()]
    told += [value for values in parse_qs(urlsplit(address).query).values() for value in values]
    secrets = {text for text in told if len(text) > 12 and text not in KNOWN_TO_ALL}
    kept = b"".join(whole_database(database, tmp_path)).decode("latin-1")
    logged = "".join(line for line in caplog.text.splitlines(keepends=True) if "urllib3" not in line)
    assert len(secrets) > 8  # there is something to look for
    assert [] == [text for text in secrets if text in kept or text in logged or text in answer.text]


def test_the_log_says_which_check_it_was(
    client: ClientFor, provider: IdentityProvider, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever sets it up sees what is wrong, without a word of what was sent."""
    provider.switches.claims = {"aud": "another", "azp": MISSING}
    sign_on(client())

    assert "single sign-on refused: ID token: invalid_claim (aud)" in caplog.text

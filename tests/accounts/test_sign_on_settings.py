"""Whoever sets single sign-on up is told what is missing or unsafe before the service starts."""

import pytest

from config import ROLES, Settings, SettingsInvalid, is_private_address, load, role_pairs
from observations import limits
from observations.access import Role
from observations.accounts.elsewhere import AT_ONCE, LONGEST_S

SECRET = "canary-client-secret"
WHOLE = {
    "OGON_BASE_URL": "https://ogon.example.se",
    "OGON_OIDC_ISSUER": "https://id.example.se/realms/kommun",
    "OGON_OIDC_CLIENT_ID": "ogon",
    "OGON_OIDC_CLIENT_SECRET": SECRET,
    "OGON_OIDC_ROLES": "ogon-samordnare=coordinator, CN=ogon-rad=council,",
}


def test_a_whole_single_sign_on_is_taken() -> None:
    """Four settings are enough; the roles keep their order, and a value may hold an equals sign."""
    settings = load(WHOLE)

    assert (("ogon-samordnare", "coordinator"), ("CN=ogon-rad", "council")) == settings.oidc_roles
    assert ("openid", "roles") == (settings.oidc_scope, settings.oidc_role_claim)


def test_none_of_it_is_no_single_sign_on() -> None:
    """A municipality without one runs the service as before."""
    assert not Settings().oidc_issuer
    assert not load({"OGON_OIDC_NAME": "Kommunkontot"}).oidc_issuer


@pytest.mark.parametrize("name", [name for name in WHOLE if "OIDC" in name])
def test_half_of_it_keeps_the_service_from_starting(name: str) -> None:
    """The sentence names what is missing."""
    for half in ({**WHOLE, name: ""}, {key: value for key, value in WHOLE.items() if key != name}):
        with pytest.raises(SettingsInvalid, match=f"single sign-on also needs {name}$"):
            load(half)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"OGON_OIDC_ISSUER": "http://id.example.se"}, "OGON_OIDC_ISSUER must be an https address"),
        ({"OGON_OIDC_ISSUER": "https://id.example.se/?tenant=1"}, "OGON_OIDC_ISSUER must be an https address"),
        ({"OGON_OIDC_ISSUER": "https://[x"}, "OGON_OIDC_ISSUER must be an https address"),
        ({"OGON_BASE_URL": "http://ogon.example.se"}, "an OGON_BASE_URL that begins with https"),
        ({"OGON_OIDC_SCOPE": "profile"}, "OGON_OIDC_SCOPE must hold the word openid"),
        ({"OGON_OIDC_ROLES": "ogon=boss"}, "OGON_OIDC_ROLES: ogon: write value=role, where role is one of reporter, "),
        ({"OGON_OIDC_ROLES": "council"}, "OGON_OIDC_ROLES: council: write value=role"),
        ({"OGON_OIDC_ROLE_CLAIM": ""}, "OGON_OIDC_ROLE_CLAIM: "),
    ],
    ids=lambda given: "" if isinstance(given, str) else " ".join(given.values()),
)
def test_what_cannot_be_used_is_said(wrong: dict[str, str], sentence: str) -> None:
    """Not at the first sign-in but at the start, and without the secret."""
    with pytest.raises(SettingsInvalid) as caught:
        load(WHOLE | wrong)

    assert sentence in str(caught.value)
    assert SECRET not in repr(caught.value) + repr(caught.value.__cause__) + str(caught.value.__cause__)


def test_the_secret_is_not_shown() -> None:
    """Settings may be printed when something is looked into."""
    assert SECRET not in repr(load(WHOLE)) + str(load(WHOLE))
    assert SECRET == load(WHOLE).oidc_client_secret.get_secret_value()


def test_the_roles_are_those_there_are() -> None:
    """Config knows no tables, so it has the roles' words once more."""
    assert ROLES == tuple(role.value for role in Role)
    assert () == role_pairs("")


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("https://id.example.se", True),
        ("http://localhost:8080/x", True),
        ("http://127.0.0.1:8080", True),
        ("http://[::1]:8080", True),
        ("http://id.example.se", False),
        ("http://127.0.0.1.example.se", False),
        ("http://localhost.example.se", False),
        ("https://", False),
        ("//id.example.se", False),
        ("ftp://localhost", False),
        ("javascript:alert(1)", False),
        ("", False),
    ],
)
def test_secrets_travel_only_where_nobody_reads_them(url: str, *, private: bool) -> None:
    """Over TLS, or within the machine."""
    assert private == is_private_address(url)


def test_a_slow_provider_cannot_take_all_threads() -> None:
    """Most of them are left for other pages, and nobody waits for long."""
    assert limits.PAGE_THREADS // 2 > AT_ONCE
    assert 10 == LONGEST_S

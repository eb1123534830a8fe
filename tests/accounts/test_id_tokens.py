"""An ID token that is not the provider's own, for this sign-in, now: nobody gets in by it, and nothing tells why."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from joserfc.errors import InvalidKeyIdError
from joserfc.jwk import KeySet

from config import Settings
from observations.access import Role
from observations.accounts.id_tokens import LEEWAY_S, Claims, Expected, Refused, role_of, verified
from observations.accounts.sign_on_views import EXTENSION
from observations.accounts.single_sign_on import Provider
from observations.accounts.tables import Device
from observations.clock import now
from observations.database import Database
from tests.accounts.provider import CLIENT_ID, LASTS_S, MISSING, IdentityProvider, coded, rsa_key
from tests.accounts.signing_on import assert_refused, count, sign_on, with_provider
from tests.conftest import ClientFor

sqlite_only = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

Change = Callable[[IdentityProvider], None]


@pytest.fixture
def settings(settings: Settings, provider: IdentityProvider) -> Settings:
    """Ordinary settings, with single sign-on."""
    return with_provider(settings, provider)


def claims(**changed: Any) -> Change:
    """A token that is signed as it should be, with other claims."""
    return lambda provider: provider.switches.claims.update(changed)


def times(**seconds: int) -> Change:
    """A token whose times are so many seconds from now."""

    def change(provider: IdentityProvider) -> None:
        at = int(provider.clock().timestamp())
        provider.switches.claims.update({name: at + offset for name, offset in seconds.items()})

    return change


def signed(way: str) -> Change:
    """The honest claims, signed in another way."""
    return lambda provider: setattr(provider.switches, "sign", getattr(provider, way))


TOKENS: dict[str, Change] = {
    "wrong nonce": claims(nonce="another"),
    "no nonce": claims(nonce=MISSING),
    "no text for a nonce": claims(nonce=["another"]),
    "wrong issuer": claims(iss="https://id.example"),
    "issuer with a slash more": lambda provider: provider.switches.claims.update(iss=provider.address + "/"),
    "no issuer": claims(iss=MISSING),
    "wrong audience": claims(aud="another", azp=MISSING),
    "one audience more": claims(aud=[CLIENT_ID, "another"]),
    "no audience": claims(aud=MISSING),
    "issued to another client": claims(azp="another"),
    "expired": times(iat=-LASTS_S - LEEWAY_S, exp=-LEEWAY_S),
    "never expires": claims(exp=MISSING),
    "expires at no number": claims(exp="2099-01-01"),
    "expires at NaN": claims(exp=float("nan")),
    "issued in the future": times(iat=LEEWAY_S + 1),
    "good from later on": times(nbf=LEEWAY_S + 1),
    "never issued": claims(iat=MISSING),
    "of another access token": claims(at_hash="c29tZXRoaW5nIGVsc2U"),
    "nobody": claims(sub=MISSING),
    "empty subject": claims(sub=""),
    "a number for a subject": claims(sub=4711),
    "no signature": signed("by_nobody"),
    "the public key as a secret": signed("by_public_key"),
    "the client's secret": signed("by_client_secret"),
    "another key": signed("by_another_key"),
    "a key that is not known": signed("by_unknown_key"),
    "a key of its own": signed("by_key_in_header"),
}
"""What a careless service lets in."""

BROKEN = {
    "empty": "",
    "no token": "x",
    "three dots": "...",
    "no JSON": "e30.e30.e30",
    "deep": f"{base64.urlsafe_b64encode(b'[' * 100_000).decode()}.e30.e30",
    "surrogate": "\ud800",
    "a list for claims": "W10.W10.W10",
}


@sqlite_only
@pytest.mark.parametrize("change", TOKENS.values(), ids=TOKENS)
def test_a_token_that_does_not_hold_lets_nobody_in(
    app: Flask,
    client: ClientFor,
    database: Database,
    settings: Settings,
    provider: IdentityProvider,
    change: Change,
) -> None:
    """Each is answered alike, so that nobody learns which check was the one.

    Control: where nothing is verified the same token signs somebody in, so it is the verification that stops it.
    """
    change(provider)
    browser = client()
    assert_refused(browser, sign_on(browser))
    assert 0 == count(database, Device)
    app.extensions[EXTENSION] = Provider(settings, verify=not_verified)

    assert 303 == sign_on(browser).status_code


@sqlite_only
@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_what_is_no_token_lets_nobody_in(client: ClientFor, provider: IdentityProvider, text: str) -> None:
    """However it is broken, it is refused with the same sentence."""
    provider.switches.sign = lambda _claims: text
    browser = client()

    assert_refused(browser, sign_on(browser))


def not_verified(id_token: str, _keys: KeySet, _expected: Expected) -> Claims:
    """What a token says, whoever wrote it."""
    middle = id_token.split(".")[1]
    found: Claims = {"sub": "somebody"} | json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    return found


WITHIN = {
    "just not expired": times(exp=1 - LEEWAY_S),
    "just issued": times(iat=LEEWAY_S, exp=LASTS_S),
    "one audience": claims(aud=[CLIENT_ID]),
    "no other party": claims(azp=MISSING, at_hash=MISSING),
}


@sqlite_only
@pytest.mark.parametrize("change", WITHIN.values(), ids=WITHIN)
def test_what_is_just_within_is_good(client: ClientFor, provider: IdentityProvider, change: Change) -> None:
    """Control: clocks may differ by a minute, and an audience may be a list of one."""
    change(provider)

    assert 303 == sign_on(client()).status_code


EXPECTED = Expected(issuer="https://id.example", client_id="ogon", nonce="once", access_token=None, at=now())
HEADERS = st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk"]), st.text() | st.integers())
PARTS = st.tuples(HEADERS.map(json.dumps), st.text(), st.text())


@given(st.text() | PARTS.map(lambda parts: ".".join(coded(part.encode("utf-8", "surrogatepass")) for part in parts)))
def test_no_text_is_a_token_or_breaks_anything(text: str) -> None:
    """Whatever stands there is refused."""
    with pytest.raises((Refused, InvalidKeyIdError)):
        verified(text, KeySet([rsa_key()]), EXPECTED)


RIGHTS = (("boss", "admin"), ("http://schemas.example/role", "coordinator"), ("rad", "council"))


@pytest.mark.parametrize(
    ("claims", "claim", "role"),
    [
        ({"roles": ["rad"]}, "roles", Role.COUNCIL),
        ({"roles": "rad"}, "roles", Role.COUNCIL),
        ({"roles": ["rad", "boss"]}, "roles", Role.ADMIN),
        ({"realm_access": {"roles": ["x", "rad"]}}, "realm_access.roles", Role.COUNCIL),
        ({"http://schemas.example/role": "rad"}, "http://schemas.example/role", Role.COUNCIL),
        ({"roles": ["http://schemas.example/role"]}, "roles", Role.COORDINATOR),
        ({"roles": "rad boss"}, "roles", None),
        ({"roles": ["RAD"]}, "roles", None),
        ({"roles": {"rad": True}}, "roles", None),
        ({"realm_access": ["roles"]}, "realm_access.roles", None),
        ({"groups": ["rad"]}, "roles", None),
        ({}, "", None),
    ],
    ids=str,
)
def test_the_role_is_what_the_claim_holds(claims: Claims, claim: str, role: Role | None) -> None:
    """A text or a list, on its own or within others; of several the one that the setting names first."""
    assert role == role_of(claims, claim, RIGHTS)

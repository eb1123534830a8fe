"""Staff sign in with the municipality's own accounts, and become what the municipality says that they are."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from config import Settings
from observations import create_app
from observations.access import Role
from observations.accounts.tables import Answered, Device
from observations.database import Database
from tests.accounts.doors import is_in
from tests.accounts.provider import CLIENT_ID, IdentityProvider, rsa_key
from tests.accounts.signing_on import at_the_provider, begin, sign_on, with_provider
from tests.conftest import ClientFor, MovableClock

SENT = set("client_id code_challenge code_challenge_method nonce redirect_uri response_type scope state".split())


@pytest.fixture
def settings(settings: Settings, provider: IdentityProvider) -> Settings:
    """Ordinary settings, with single sign-on."""
    return with_provider(settings, provider)


def devices(database: Database) -> dict[Role, bool]:
    """The roles that have a device, and whether it is signed in; the latest counts."""
    with database.reading() as session:
        return {
            each.role: each.ended_at is None for each in session.scalars(sa.select(Device).order_by(Device.created_at))
        }


@pytest.mark.parametrize(
    ("value", "role", "page"),
    [
        ("ogon-samordnare", Role.COORDINATOR, "/granska"),
        ("ogon-rad", Role.COUNCIL, "/moten"),
        ("ogon-admin", Role.ADMIN, "/personal"),
        ("ogon-falt", Role.REPORTER, "/rapportera"),
    ],
)
def test_one_signs_in_as_what_the_municipality_says(
    client: ClientFor, database: Database, provider: IdentityProvider, value: str, role: Role, page: str
) -> None:
    """No invitation, no password: the button, the municipality's page, and in."""
    provider.person["roles"] = ["staff", value]
    browser = client()
    answer = sign_on(browser)

    assert (303, "/") == (answer.status_code, answer.location)
    assert is_in(browser, page)
    assert {role: True} == devices(database)


def test_little_is_asked_and_it_is_asked_safely(
    client: ClientFor, database: Database, provider: IdentityProvider
) -> None:
    """No name, no mail address; code, state, nonce and S256, each new every time; nothing of it is kept afterwards."""
    first, second = (parse_qs(urlsplit(begin(client())).query) for _ in range(2))

    assert ["openid"] == first["scope"]
    assert ["code"] == first["response_type"]
    assert ["S256"] == first["code_challenge_method"]
    assert ["http://localhost/sso/svar"] == first["redirect_uri"]
    assert [CLIENT_ID] == first["client_id"]
    assert set(first) == set(
        "client_id code_challenge code_challenge_method nonce redirect_uri response_type scope state".split()
    )
    assert all(
        len(first[name][0]) == 43 and first[name] != second[name] for name in ("state", "nonce", "code_challenge")
    )
    sign_on(client())
    with database.reading() as session:
        assert 1 == session.scalar(sa.select(sa.func.count()).select_from(Answered))


def test_the_session_here_before_ends(client: ClientFor, database: Database, clock: MovableClock) -> None:
    """Of whoever was signed in on this browser nothing is left."""
    browser = client(Role.ADMIN)
    before = browser.get_cookie("ogon")
    sign_on(browser)
    after = browser.get_cookie("ogon")

    assert before
    assert after
    assert before.value != after.value
    assert {Role.ADMIN: False, Role.COORDINATOR: True} == devices(database)


def test_looking_ahead_spends_nothing(client: ClientFor, provider: IdentityProvider) -> None:
    """A browser that fetches pages before they are wanted, or asks for the head alone, does not use the way back up."""
    browser = client()
    back = at_the_provider(begin(browser))
    looks = [browser.head(back), browser.get(back, headers={"Sec-Purpose": "prefetch;prerender"})]

    assert [204, 204] == [look.status_code for look in looks]
    assert [] == provider.bodies
    assert 303 == browser.get(back).status_code


def test_two_windows_do_not_get_in_each_others_way(client: ClientFor) -> None:
    """The button may be pressed twice before one has signed in."""
    browser = client()
    first, second = begin(browser), begin(browser)

    assert 303 == browser.get(at_the_provider(first)).status_code
    assert 303 == browser.get(at_the_provider(second)).status_code


@pytest.mark.parametrize("offered", [None, ["client_secret_basic"], ["private_key_jwt", "client_secret_post"]])
def test_the_service_proves_itself_as_the_provider_wants_it(
    client: ClientFor, provider: IdentityProvider, offered: list[str] | None
) -> None:
    """In the header or in the body; with whatever signs the secret has."""
    provider.switches.discovery = {"token_endpoint_auth_methods_supported": offered}

    assert 303 == sign_on(client()).status_code
    assert (offered or [""])[-1].endswith("post") == ("client_secret" in provider.bodies[0])


@pytest.mark.parametrize("way", ["by_rsa", "by_pss", "by_curve"])
def test_the_usual_signatures_are_good(client: ClientFor, provider: IdentityProvider, way: str) -> None:
    """Control: what is refused elsewhere is not refused for being signed in one of these ways."""
    provider.switches.sign = getattr(provider, way)

    assert 303 == sign_on(client()).status_code


def test_the_provider_is_asked_about_itself_once_an_hour(
    client: ClientFor, provider: IdentityProvider, clock: MovableClock
) -> None:
    """Its endpoints and keys change seldom."""
    for minutes in (0, 59, 2):
        clock.tick(minutes=minutes)
        assert 303 == sign_on(client()).status_code

    assert [2, 2] == [sum(path.endswith(end) for path in provider.asked) for end in ("configuration", "/keys")]


def test_a_new_key_is_looked_for_once_a_minute(
    client: ClientFor, provider: IdentityProvider, clock: MovableClock
) -> None:
    """A provider may change its key at any time; one whose tokens name keys that nobody has is not asked on and on."""
    sign_on(client())
    clock.tick(minutes=1)
    provider.switches.sign = provider.by_unknown_key
    statuses = [sign_on(client()).status_code for _ in range(3)]
    asked = sum(path == "/keys" for path in provider.asked)
    provider.key = rsa_key("second")
    clock.tick(minutes=1)

    assert ([400, 400, 400], 2) == (statuses, asked)
    assert 303 == sign_on(client()).status_code


def test_without_the_settings_there_is_no_single_sign_on(
    client: ClientFor, settings: Settings, clock: MovableClock
) -> None:
    """No button that leads nowhere."""
    assert 'action="/sso"' in client().get("/valkommen").text
    app = create_app(Settings(instance=settings.instance, database_url=settings.database_url), clock=clock)
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()

    assert 'action="/sso"' not in browser.get("/valkommen").text
    assert [404, 404] == [browser.post("/sso").status_code, browser.get("/sso/svar?state=x&code=y").status_code]
    app.extensions["ogon"].database.dispose()


def test_it_takes_a_press_of_the_button_here(app: Flask, client: ClientFor) -> None:
    """Another site cannot send anybody's browser off to sign in."""
    app.config["WTF_CSRF_ENABLED"] = True

    assert 400 == client().post("/sso").status_code
    assert 405 == client().get("/sso").status_code


def test_there_is_time_to_find_the_telephone(client: ClientFor, clock: MovableClock) -> None:
    """Signing in at the municipality may take some minutes, and no more than five."""
    for wait, status in ((timedelta(minutes=4, seconds=59), 303), (timedelta(minutes=5), 400)):
        browser = client()
        address = begin(browser)
        clock.at += wait
        assert status == browser.get(at_the_provider(address)).status_code

"""Staff go in by the municipality's own sign-in: to another server and back, in a real browser."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from observations.clock import now
from tests.accounts.provider import IdentityProvider, Switches, a_coordinator, serving
from tests.accounts.signing_on import environment
from tests.journeys import serving as journeys
from tests.journeys.conftest import DESK, PHONE, Travels
from tests.journeys.serving import Service, an_instance

SIGN_IN = "Logga in med kommunens konto"


@pytest.fixture(scope="module")
def running_provider() -> Iterator[IdentityProvider]:
    """The municipality's sign-in, at another port and so another origin."""
    provider = IdentityProvider(now)
    with serving(provider):
        yield provider


@pytest.fixture
def provider(running_provider: IdentityProvider) -> IdentityProvider:
    """The same, honest, with a coordinator at its door."""
    running_provider.person = a_coordinator()
    running_provider.switches = Switches()
    return running_provider


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, running_provider: IdentityProvider) -> Iterator[Service]:
    """An empty instance that knows that provider, under a name that allows passkeys."""
    settings = an_instance(tmp_path_factory.mktemp("sign-on"))
    named = settings.model_copy(update={"base_url": settings.base_url.replace("127.0.0.1", "localhost")})
    with journeys.serving(named, **environment(running_provider)) as running:
        yield running
    assert [] == running.faults_logged()


@pytest.fixture
def travels(travels: Travels, provider: IdentityProvider) -> Travels:
    """Browsers that may ask the provider, and nobody else."""
    travels.watch.expected.append(f"elsewhere: {provider.address}/")
    return travels


def through_the_provider(page: Page, provider: IdentityProvider) -> None:
    """From our button to theirs."""
    page.get_by_role("button", name=SIGN_IN).click()
    page.wait_for_url(f"{provider.address}/authorize**")
    page.get_by_role("button", name="Logga in").click()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_coordinator_comes_in_and_gets_another_role(
    travels: Travels, provider: IdentityProvider, size: dict[str, Any]
) -> None:
    """Two buttons and the queue is there; moved to the council, the same two buttons lead to the meetings."""
    name = "phone" if size is PHONE else "desk"
    page = travels.page(size)
    page.goto(travels.service.address)
    expect(page.get_by_role("button", name=SIGN_IN)).to_be_visible()
    travels.look_at(page, f"{name}-sign-on-1-welcome")
    through_the_provider(page, provider)
    page.wait_for_url("**/granska**")

    provider.person["roles"] = ["ogon-rad"]
    other = travels.page(size)
    other.goto(travels.service.address)
    through_the_provider(other, provider)
    other.wait_for_url("**/moten")
    page.reload()
    page.wait_for_url("**/valkommen")


def test_it_needs_no_javascript(travels: Travels, provider: IdentityProvider) -> None:
    """The page between leads on by itself."""
    page = travels.page(DESK, java_script_enabled=False)
    page.goto(travels.service.address)
    through_the_provider(page, provider)

    page.wait_for_url("**/granska**")


def test_the_page_between_can_be_read(travels: Travels, provider: IdentityProvider) -> None:
    """Whoever's browser leads on to nowhere finds a button there."""
    page = travels.page(PHONE)
    page.route(f"{provider.address}/**", lambda route: route.fulfill(status=204))
    page.goto(travels.service.address)
    page.get_by_role("button", name=SIGN_IN).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vidare till kommunens inloggning")
    travels.look_at(page, "phone-sign-on-2-between")
    page.unroute_all()
    page.get_by_role("link", name="Fortsätt").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Almhamra kommun")


def test_whoever_does_not_get_in_is_told_why_and_what_next(travels: Travels, provider: IdentityProvider) -> None:
    """No role, a sign-in that went wrong, a provider that is away: a sentence each, and the button again."""
    travels.watch.expected += ["403", "400", "503"]
    phone = travels.page(PHONE)
    phone.goto(travels.service.address)
    provider.person["roles"] = []
    through_the_provider(phone, provider)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Ditt konto har ingen roll här")
    travels.look_at(phone, "phone-sign-on-3-no-role")

    provider.switches.claims = {"nonce": "another"}
    through_the_provider(phone, provider)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Inloggningen gick inte igenom")
    travels.look_at(phone, "phone-sign-on-4-refused")

    provider.switches.claims = {}
    provider.switches.token = lambda answering: answering.send(500, "")
    through_the_provider(phone, provider)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Kommunens inloggning svarar inte")
    travels.look_at(phone, "phone-sign-on-5-away")

    provider.switches.token = None
    provider.person["roles"] = ["ogon-falt"]
    through_the_provider(phone, provider)
    phone.wait_for_url("**/rapportera")

"""A passkey from the first day to the last, with an authenticator that Chromium plays, on a phone and at a desk."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from observations.access import Role
from tests.journeys.conftest import DESK, PHONE, Travels
from tests.journeys.serving import Service, an_instance, serving
from tests.journeys.watching import Watch

GONE = "410"
ADD, SIGN_IN = "Lägg till passkey", "Logga in med passkey"
REFUSED = "Den passkeyn kan inte användas här."
NEEDS_SCRIPT = "Passkeys behöver JavaScript"
ADVICE = "Lägg till en passkey nu, så kommer du in i morgon utan en ny inbjudan."
SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose address is a name, as browsers want it for passkeys."""
    settings = an_instance(tmp_path_factory.mktemp("named"))
    settings = settings.model_copy(update={"base_url": settings.base_url.replace("127.0.0.1", "localhost")})
    with serving(settings) as running:
        yield running
    assert [] == running.faults_logged()


@pytest.fixture
def office(browser: Browser, named: Service, looked_at: set[str], pictures: Any) -> Iterator[Travels]:
    """Browsers for one test, watched over as on every journey."""
    watch = Watch(named.address)
    yield Travels(browser, named, watch, looked_at, pictures)
    for context in browser.contexts:
        context.close()
    assert [] == watch.unexpected()


class Finger:
    """The authenticator of one page: built into the phone or computer, opened by its owner unless told otherwise."""

    def __init__(self, page: Page) -> None:
        self.tools: CDPSession = page.context.new_cdp_session(page)
        self.tools.send("WebAuthn.enable", {"enableUI": False})
        options = {
            "protocol": "ctap2",
            "ctap2Version": "ctap2_1",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = self.tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self.id: dict[str, Any] = {"authenticatorId": made["authenticatorId"]}

    def keys(self) -> list[dict[str, Any]]:
        """What it holds, private halves too."""
        found: list[dict[str, Any]] = self.tools.send("WebAuthn.getCredentials", self.id)["credentials"]
        return found

    def give(self, key: dict[str, Any]) -> None:
        """Put a key into it."""
        self.tools.send("WebAuthn.addCredential", self.id | {"credential": key})

    def is_its_owners(self, yes: bool) -> None:
        """Whether the finger is one that it knows."""
        self.tools.send("WebAuthn.setUserVerified", self.id | {"isUserVerified": yes})


def press(page: Page, word: str) -> None:
    """Press the button of that name."""
    page.get_by_role("button", name=word, exact=True).click()


def added(page: Page, name: str) -> None:
    """Add a passkey with that name."""
    page.get_by_label("Vad du kallar den").fill(name)
    press(page, ADD)
    expect(page.get_by_role("status")).to_contain_text("Passkeyn är tillagd.")
    expect(page.get_by_role("listitem").filter(has_text=name)).to_contain_text("inte använd än")


def signed_out(page: Page) -> None:
    """Leave by the page's own button."""
    page.get_by_role("main").get_by_role("button", name="Logga ut").click()
    page.wait_for_url("**/valkommen")


def refused(office: Travels, page: Page) -> None:
    """The passkey is used, and the service says no in its one sentence, on a page that goes on working."""
    office.watch.expected.append(GONE)
    press(page, SIGN_IN)
    expect(page.get_by_role("alert")).to_contain_text(REFUSED)
    expect(page.get_by_role("button", name=SIGN_IN)).to_be_enabled()


@SIZES
def test_tomorrow_one_comes_in_without_an_invitation(office: Travels, size: dict[str, Any]) -> None:
    """Led to it on the first day, added with one press, out, in with one press, removed, and then no key any more."""
    name = "phone" if size is PHONE else "desk"
    page = office.signed_in(Role.COORDINATOR, size, team="Park")
    finger = Finger(page)
    expect(page.get_by_text(ADVICE)).to_be_in_viewport()
    expect(page.get_by_role("button", name=ADD)).to_be_in_viewport()
    office.look_at(page, f"passkeys-1-advised-{name}")
    added(page, "Jobbtelefonen")
    office.look_at(page, f"passkeys-2-added-{name}")
    signed_out(page)
    office.look_at(page, f"passkeys-3-welcome-{name}")
    press(page, SIGN_IN)
    page.wait_for_url("**/granska**")
    page.goto(office.service.address + "/min-inloggning")
    row = page.get_by_role("listitem").filter(has_text="Jobbtelefonen")
    expect(row).to_contain_text("senast använd")

    [key] = finger.keys()
    row.get_by_role("button", name="Ta bort").click()
    expect(page.get_by_role("status")).to_contain_text("Passkeyn är borttagen.")
    expect(row).to_have_count(0)
    signed_out(page)
    if not finger.keys():  # the browser was told that it is gone; whoever has a copy has it still
        finger.give(key)
    refused(office, page)
    office.look_at(page, f"passkeys-4-refused-{name}")


def test_who_goes_on_without_one_is_not_kept(office: Travels) -> None:
    """It is advice: one press, and the day begins."""
    page = office.signed_in(Role.ADMIN, PHONE)
    expect(page.get_by_text(ADVICE)).to_be_visible()
    page.get_by_role("link", name="Fortsätt").click()

    page.wait_for_url("**/personal")


def test_an_ended_account_has_no_way_back(office: Travels) -> None:
    """Somebody has left: the administrator ends the account, and neither the open page nor the passkey helps."""
    page = office.signed_in(Role.COORDINATOR, DESK, team="Hamnen")
    Finger(page)
    added(page, "Säkerhetsnyckeln")
    desk = office.signed_in(Role.ADMIN, DESK)
    desk.goto(office.service.address + "/personal/konton")
    row = desk.get_by_role("listitem").filter(has_text="Hamnen")
    expect(row).to_contain_text("1 passkey")
    row.get_by_role("button", name="Avsluta kontot").click()
    expect(desk.get_by_role("listitem").filter(has_text="Hamnen")).to_have_count(0)
    page.reload()
    page.wait_for_url("**/valkommen")

    refused(office, page)


def test_a_finger_that_it_does_not_know(office: Travels) -> None:
    """Nothing is lost by a try that came to nothing, neither when adding nor when coming in."""
    page = office.signed_in(Role.COORDINATOR, PHONE)
    finger = Finger(page)
    finger.is_its_owners(False)
    page.get_by_label("Vad du kallar den").fill("Jobbtelefonen")
    press(page, ADD)
    expect(page.get_by_role("alert")).to_have_text("Ingen passkey lades till. Försök igen när du vill.")
    expect(page.get_by_label("Vad du kallar den")).to_have_value("Jobbtelefonen")
    office.look_at(page, "passkeys-5-cancelled-phone")
    finger.is_its_owners(True)
    added(page, "Jobbtelefonen")

    press(page, ADD)
    expect(page.get_by_role("alert")).to_have_text("Den här enheten har redan en passkey till ditt konto.")
    signed_out(page)
    finger.is_its_owners(False)
    press(page, SIGN_IN)
    expect(page.get_by_role("alert")).to_contain_text("Ingen passkey användes.")
    office.look_at(page, "passkeys-6-cancelled-welcome-phone")
    finger.is_its_owners(True)
    press(page, SIGN_IN)
    page.wait_for_url("**/granska**")


def test_a_page_that_was_left_open_too_long_says_so(office: Travels) -> None:
    """The sign-in ended in another window: the button does not fall silent."""
    office.watch.expected.append("400")
    page = office.signed_in(Role.COORDINATOR, DESK)
    Finger(page)
    other = page.context.new_page()
    other.goto(office.service.address + "/min-inloggning")
    signed_out(other)
    press(page, ADD)

    expect(page.get_by_role("alert")).to_have_text("Det gick inte nu. Ladda om sidan och försök igen.")


def test_without_javascript_it_is_said_what_is_missing(office: Travels) -> None:
    """The way by invitation works as ever, and no button is shown that would do nothing."""
    page = office.page(DESK, java_script_enabled=False)
    link = office.service.invitation(Role.COORDINATOR)
    page.goto(link)
    page.get_by_label("Kod eller länk").fill(link)
    press(page, "Logga in")
    page.wait_for_url("**/min-inloggning")
    assert NEEDS_SCRIPT in page.content()  # playwright draws no <noscript>
    expect(page.get_by_role("button", name=ADD)).to_be_hidden()
    signed_out(page)

    assert NEEDS_SCRIPT in page.content()  # playwright draws no <noscript>
    expect(page.get_by_role("button", name=SIGN_IN)).to_be_hidden()


def test_at_a_number_there_are_no_passkeys(travels: Travels) -> None:
    """Where the service has no name yet, nobody is offered what the browser would refuse."""
    page = travels.page(PHONE)
    page.goto(travels.service.address + "/valkommen")
    expect(page.get_by_role("heading", name="Öppna din inbjudningslänk")).to_be_visible()
    expect(page.get_by_text("passkey")).to_have_count(0)
    page.goto(travels.service.invitation(Role.COORDINATOR))
    page.wait_for_url("**/granska**")
    page.goto(travels.service.address + "/min-inloggning")

    expect(page.get_by_text("Passkeys går inte att använda på den här adressen.")).to_be_visible()
    expect(page.get_by_role("button", name=ADD)).to_have_count(0)
    travels.look_at(page, "passkeys-7-at-a-number-phone")

"""A passkey brings back those who have added one: who may, how many, and what is told of it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from observations import journal
from observations.access import Role
from observations.accounts import members, passkeys
from observations.accounts.authenticators import Site
from observations.accounts.tables import Account, Device, Passkey
from tests.accounts.authenticator import (
    Authenticator,
    EdDsa,
    Es256,
    Key,
    Rs256,
)
from tests.accounts.doors import invitation, is_in, open_invitation
from tests.accounts.passkey_office import Office, add, asked, asked_to_register, assert_refused
from tests.conftest import ClientFor
from tests.counting import statements

SITE = Site("localhost", "http://localhost")


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMIN])
@pytest.mark.parametrize("key", [Es256, EdDsa, Rs256])
def test_who_added_a_passkey_comes_in_with_it(office: Office, role: Role, key: Callable[[], Key]) -> None:
    """The day after the invitation one touches the phone and is in, with the same role and team."""
    held = Authenticator(key())
    office.with_passkey(held, role)
    office.clock.tick(hours=20)
    browser = office.client()
    answer = browser.post("/in/passkey", data={"answer": held.get(asked(browser))})

    assert (303, "/") == (answer.status_code, answer.location)
    assert is_in(browser, "/personal")
    with office.database.reading() as session:
        first, second = session.scalars(sa.select(Device).order_by(Device.created_at))
        assert (role, "Parken", first.account_id) == (second.role, second.team, second.account_id)
        assert office.clock() == session.scalars(sa.select(Passkey.used_at)).one()


def test_the_question_names_nobody_who_comes_in(office: Office) -> None:
    """The page for everybody gives away neither who has passkeys nor which."""
    office.with_passkey(Authenticator())
    options = asked(office.client())

    assert [] == options["allowCredentials"]
    assert ("localhost", "required") == (options["rpId"], options["userVerification"])
    assert 43 == len(options["challenge"])


def test_the_question_for_a_new_one_names_no_person(office: Office) -> None:
    """What the phone lists the passkey by is a role and a team; the id beside it is drawn by lot."""
    held = Authenticator()
    browser = office.with_passkey(held)
    options = asked_to_register(browser)

    assert "Samordnare · Parken" == options["user"]["name"] == options["user"]["displayName"]
    assert 22 == len(options["user"]["id"])
    assert "none" == options["attestation"]
    wanted = {"residentKey": "required", "requireResidentKey": True, "userVerification": "required"}
    assert wanted == options["authenticatorSelection"]
    assert [held.user_handle] == [options["user"]["id"]]
    assert 1 == len(options["excludeCredentials"])


def test_the_page_lists_passkeys_by_their_names(office: Office) -> None:
    """One sees which there are, since when, and which is no longer used."""
    browser = office.with_passkey(Authenticator(), name=" Kontorets  dator ")
    office.clock.tick(days=1)
    browser = office.client()
    held = Authenticator()
    open_invitation(browser, invitation(office.database, office.clock(), role=Role.COORDINATOR))
    add(browser, held)
    office.comes_in(held)

    assert ["Kontorets dator", "Passkey 2026-09-16"] == [passkey.name for passkey in office.passkeys()]
    page = browser.get("/min-inloggning").text
    assert "Kontorets dator" not in page, "it is another account's"
    assert "tillagd 2026-09-16" in page
    assert "senast använd 2026-09-16" in page


SECRET = b"s" * 32


def test_coming_in_costs_seven_statements(office: Office) -> None:
    """However many accounts and passkeys there are."""
    held = Authenticator()
    office.with_passkey(held)
    options = passkeys.ask_to_sign_in(site=SITE, secret=SECRET, at=office.clock())
    with statements(office.database) as sent, office.database.writing() as session:
        passkeys.sign_in(session, held.get(options), site=SITE, secret=SECRET, at=office.clock())
        session.commit()

    assert 7 == len([each for each in sent if "SAVEPOINT" not in each]), sent


def test_a_removed_passkey_brings_nobody_in(office: Office) -> None:
    """A lost phone is taken off the list, and is no key from that moment on."""
    held = Authenticator()
    browser = office.with_passkey(held)
    id = office.passkeys()[0].id
    assert office.comes_in(held).status_code == 303
    answer = browser.post(f"/min-inloggning/passkey/{id}/ta-bort")

    assert (303, "/min-inloggning") == (answer.status_code, answer.location)
    assert_refused(office.comes_in(held))
    assert 404 == browser.post(f"/min-inloggning/passkey/{id}/ta-bort").status_code
    assert ["passkey.added", "passkey.removed"] == office.told()


def test_nobody_removes_anothers(office: Office) -> None:
    """Not even an administrator takes away a single passkey: what she can end is the account."""
    held = Authenticator()
    office.with_passkey(held)
    id = office.passkeys()[0].id

    assert 404 == office.invited(Role.ADMIN).post(f"/min-inloggning/passkey/{id}/ta-bort").status_code
    assert 303 == office.comes_in(held).status_code


def test_an_ended_account_is_not_entered(office: Office) -> None:
    """Who has left the office has no way back."""
    held = Authenticator()
    office.with_passkey(held)
    with office.database.writing() as session:
        account = session.scalars(sa.select(Account)).one()
        members.end_account(session, account.id, by="test", at=office.clock())
        session.commit()

    assert_refused(office.comes_in(held))


@pytest.mark.parametrize("change", [{"ended_at": True}, {"role": Role.REPORTER}, {"subject_hmac": "x"}])
def test_an_account_that_may_have_none_is_not_entered(office: Office, change: dict[str, Any]) -> None:
    """Whatever happened to the account since, its passkeys mean nothing where it may have none."""
    held = Authenticator()
    browser = office.with_passkey(held)
    asked_before = asked_to_register(browser)
    with office.database.writing() as session:
        values = {name: office.clock() if value is True else value for name, value in change.items()}
        session.execute(sa.update(Account).values(**values))
        session.commit()

    assert_refused(office.comes_in(held))
    assert 404 == browser.post("/min-inloggning/passkey/borja").status_code
    late = browser.post("/min-inloggning/passkey", data={"answer": Authenticator().create(asked_before)})
    assert (410, 1) == (late.status_code, len(office.passkeys()))


@pytest.mark.parametrize(("days", "status"), [(364, 303), (365, 410)])
def test_a_passkey_that_nobody_used_for_a_year_is_no_key(office: Office, days: int, status: int) -> None:
    """Whoever moved away without a word is out at last; each use begins the year anew."""
    held = Authenticator()
    office.with_passkey(held)
    office.clock.tick(days=200)
    assert 303 == office.comes_in(held).status_code
    office.clock.tick(days=days)
    with office.database.reading() as session:
        gone = session.scalars(sa.select(Passkey).where(passkeys.out_of_time(office.clock()))).all()

    assert status == office.comes_in(held).status_code
    assert (status == 410) == bool(gone)


@pytest.mark.parametrize("path", ["/min-inloggning/passkey/borja", "/min-inloggning/passkey"])
def test_reporters_and_the_council_add_none(client: ClientFor, path: str) -> None:
    """Their sign-in lasts for weeks; there is nothing that they would come back to."""
    for role in (Role.REPORTER, Role.COUNCIL):
        assert 403 == client(role).post(path).status_code
    assert 401 == client().post(path).status_code


def test_a_device_without_an_account_adds_none(client: ClientFor) -> None:
    """What is signed in for one shift, on a shared phone, is not made into a key for the year."""
    browser = client(Role.COORDINATOR)

    assert 404 == browser.post("/min-inloggning/passkey/borja").status_code
    assert 404 == browser.post("/min-inloggning/passkey").status_code
    assert "Passkeys" not in browser.get("/min-inloggning").text


def test_a_question_is_answered_by_whom_it_was_put_to(office: Office) -> None:
    """Nobody slips a key of his own into another's account."""
    mine, theirs = office.invited(), office.invited(Role.ADMIN)
    answer = Authenticator().create(asked_to_register(theirs))
    refused = mine.post("/min-inloggning/passkey", data={"answer": answer})

    assert (410, []) == (refused.status_code, office.passkeys())
    assert 303 == theirs.post("/min-inloggning/passkey", data={"answer": answer}).status_code, "a stranger spends none"


def test_a_key_is_registered_once(office: Office) -> None:
    """The same key a second time, in whosever account, is told of and changes nothing."""
    held = Authenticator()
    browser = office.with_passkey(held)
    before = held.user_handle
    for each in (browser, office.invited()):
        answer = add(each, held)
        assert (409, True) == (answer.status_code, "Den passkeyn finns redan." in answer.text)

    held.user_handle = before
    assert 303 == office.comes_in(held).status_code
    assert 1 == len(office.passkeys())


def test_an_account_has_ten_at_most(office: Office) -> None:
    """Somebody who has lost count is asked to tidy up, before the phone has made an eleventh."""
    browser = office.with_passkey(Authenticator())
    waiting = asked_to_register(browser)
    for _ in range(9):
        assert 303 == add(browser, Authenticator()).status_code
    answer = browser.post("/min-inloggning/passkey/borja")
    late = browser.post("/min-inloggning/passkey", data={"answer": Authenticator().create(waiting)})

    assert (422, True) == (answer.status_code, "Du har 10 passkeys." in answer.get_json()["sentence"])
    assert (422, 10) == (late.status_code, len(office.passkeys()))
    assert "Lägg till passkey" not in browser.get("/min-inloggning").text


@pytest.mark.parametrize("name", ["x" * 61, "jobb\u202edatorn", "a\x00b"])
def test_a_name_that_cannot_be_shown_is_told_before_the_phone_is_asked(office: Office, name: str) -> None:
    """No key is left in the phone that the service does not know."""
    browser = office.invited()
    options = asked_to_register(browser)
    begun = browser.post("/min-inloggning/passkey/borja", data={"name": name})
    sent = browser.post("/min-inloggning/passkey", data={"name": name, "answer": Authenticator().create(options)})

    assert (422, "Skriv högst 60 vanliga tecken.") == (begun.status_code, begun.get_json()["sentence"])
    assert (422, []) == (sent.status_code, office.passkeys())


def test_the_journal_does_not_repeat_what_a_passkey_is_called(office: Office) -> None:
    """Somebody may have given it her own name."""
    office.with_passkey(Authenticator(), name="Annas telefon")
    with office.database.reading() as session:
        event = session.scalars(sa.select(journal.Event).where(journal.Event.what == "passkey.added")).one()

    assert f"account:{office.passkeys()[0].account_id}" == event.subject
    assert event.by.startswith("device:")
    assert {"passkey": str(office.passkeys()[0].id)} == event.after


@pytest.mark.parametrize(
    ("role", "to"), [(Role.COORDINATOR, "/min-inloggning"), (Role.ADMIN, "/min-inloggning"), (Role.REPORTER, "/")]
)
def test_who_came_by_invitation_is_led_to_adding_one(office: Office, role: Role, to: str) -> None:
    """A coordinator is out again in the evening; she learns on the first day how not to need a new link."""
    browser = office.client()
    answer = open_invitation(browser, invitation(office.database, office.clock(), role=role))

    assert to == answer.location
    led = "Lägg till en passkey nu, så kommer du in i morgon utan en ny inbjudan."
    assert (to != "/") == (led in browser.get("/min-inloggning").text)


def test_who_has_one_is_not_led_again(office: Office) -> None:
    """With a second device, the day begins where it always does."""
    browser = office.with_passkey(Authenticator())
    link = re.findall(r"/in#([\w-]{43})", browser.post("/min-inloggning/enhet").text)[0]

    assert "/" == open_invitation(office.client(), link).location
    assert "Lägg till en passkey nu" not in browser.get("/min-inloggning").text


def test_a_shared_phone_is_not_led(office: Office) -> None:
    """It belongs to nobody who could come back."""
    secret = invitation(office.database, office.clock(), role=Role.COORDINATOR, shared=True)

    assert "/" == open_invitation(office.client(), secret).location

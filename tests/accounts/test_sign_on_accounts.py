"""Whom the provider sends has one account, in the role that the provider says, for as long as it says so."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from config import Settings
from observations import journal
from observations.access import Role
from observations.accounts import actions, members
from observations.accounts.subjects import subject_hmac
from observations.accounts.tables import Account, Device
from observations.database import Database
from tests.accounts.doors import is_in, open_invitation
from tests.accounts.provider import IdentityProvider
from tests.accounts.signing_on import at_the_provider, begin, sign_on, with_provider
from tests.conftest import ClientFor, MovableClock

ROUNDS = ("anna", "bo", "cecilia", "dan")


@pytest.fixture
def settings(settings: Settings, provider: IdentityProvider) -> Settings:
    """Ordinary settings, with single sign-on."""
    return with_provider(settings, provider)


def accounts(database: Database) -> list[tuple[Role, bool]]:
    """Role and whether it is open, of every account."""
    with database.reading() as session:
        rows = session.scalars(sa.select(Account).order_by(Account.created_at)).all()
        return [(each.role, each.ended_at is None) for each in rows]


def test_the_same_person_has_one_account(client: ClientFor, database: Database, clock: MovableClock) -> None:
    """A coordinator with a computer and a telephone is one account with two devices."""
    desk, phone = client(), client()
    sign_on(desk)
    clock.tick(hours=1)
    sign_on(phone)

    assert is_in(desk, "/granska")
    assert is_in(phone, "/granska")
    assert [(Role.COORDINATOR, True)] == accounts(database)
    with database.reading() as session:
        owners = session.scalars(sa.select(Device.account_id)).all()
        assert 1 == len(set(owners)) == len(owners) - 1
        assert None not in owners


def test_first_sign_ins_at_once_make_one_account(
    client: ClientFor, database: Database, provider: IdentityProvider
) -> None:
    """Whoever presses the button on three devices in the same second is one person all the same.

    Several times over: a service that only looked first, and opened then, gets through one round now and then.
    """
    for person in ROUNDS:
        provider.person["sub"] = person
        browsers = [client() for _ in range(3)]
        ways_back = [at_the_provider(begin(browser)) for browser in browsers]
        assert [303] * 3 == at_once(browsers, ways_back)

    assert [(Role.COORDINATOR, True)] * len(ROUNDS) == accounts(database)


def at_once(browsers: list[FlaskClient], addresses: list[str]) -> list[int]:
    """The statuses of as many answers, asked for in the same moment."""
    start = Barrier(len(browsers))

    def race(browser: FlaskClient, address: str) -> int:
        start.wait()
        return browser.get(address).status_code

    with ThreadPoolExecutor(len(browsers)) as pool:
        return list(pool.map(race, browsers, addresses))


def test_another_person_and_another_provider_are_another_account(
    client: ClientFor, database: Database, provider: IdentityProvider
) -> None:
    """What an account is known by stands for one person at one provider, and for nothing without the secret."""
    sign_on(client())
    provider.person["sub"] = "bo-4712"
    sign_on(client())

    assert 2 == len(accounts(database))
    one = subject_hmac("https://id.example", "anna", b"secret")
    assert re.fullmatch("[0-9a-f]{64}", one)
    others = [("https://id.example", "bo", b"secret"), ("https://id.test", "anna", b"secret")]
    assert one not in {subject_hmac(*other) for other in [*others, ("https://id.example", "anna", b"other")]}
    assert subject_hmac("a", "b,c", b"") != subject_hmac("a,b", "c", b"")


def test_a_reporter_leaves_no_account(client: ClientFor, database: Database, provider: IdentityProvider) -> None:
    """Nothing here leads from the device that reports to the person who signed in on it."""
    provider.person["roles"] = "ogon-falt"
    browser = client()
    sign_on(browser)

    assert is_in(browser, "/rapportera")
    assert [] == accounts(database)
    with database.reading() as session:
        device = session.scalars(sa.select(Device)).one()
        assert (Role.REPORTER, None) == (device.role, device.account_id)
        told = [(event.what, event.after) for event in session.scalars(sa.select(journal.Event))]
    assert [("device.signed_in", {"role": "reporter", "means": "single_sign_on"})] == told


def test_a_new_role_counts_everywhere_from_the_next_sign_in_on(
    client: ClientFor, database: Database, clock: MovableClock, provider: IdentityProvider
) -> None:
    """Who is no coordinator any more is out on the devices of that time, and a link for one more is void."""
    before, after = client(), client()
    sign_on(before)
    with database.writing() as session:
        account, device = session.scalars(sa.select(Account)).one(), session.scalars(sa.select(Device)).one()
        link = actions.invite_own_device(session, device, by="test", at=clock())
        session.commit()
    clock.tick(minutes=10)
    provider.person["roles"] = ["ogon-rad"]
    sign_on(after)

    assert is_in(after, "/moten")
    assert not is_in(before, "/granska")
    assert 410 == open_invitation(client(), link).status_code
    assert [(Role.COUNCIL, True)] == accounts(database)
    with database.reading() as session:
        changed = [each for each in journal.of(session, f"account:{account.id}") if each.what == "account.role_changed"]
    assert [({"role": "coordinator"}, {"role": "council"})] == [(each.before, each.after) for each in changed]


@pytest.mark.parametrize("roles", [[], ["ogon-falt"]], ids=["none", "reporter"])
def test_who_has_no_role_with_an_account_any_more_is_out(
    client: ClientFor, database: Database, provider: IdentityProvider, roles: list[str]
) -> None:
    """The provider's word ends what it had begun."""
    desk = client()
    sign_on(desk)
    provider.person["roles"] = roles
    status = sign_on(client()).status_code

    assert (303 if roles else 403) == status
    assert not is_in(desk, "/granska")
    assert [(Role.COORDINATOR, False)] == accounts(database)


def test_an_ended_account_is_not_brought_back_to_life(
    client: ClientFor, database: Database, clock: MovableClock
) -> None:
    """Whom an administrator has put out, and the municipality still sends, begins anew."""
    first = client()
    sign_on(first)
    with database.writing() as session:
        account = session.scalars(sa.select(Account)).one()
        members.end_account(session, account.id, by="test", at=clock())
        session.commit()
    assert not is_in(first, "/granska")
    clock.tick(minutes=1)
    sign_on(first)

    assert [(Role.COORDINATOR, False), (Role.COORDINATOR, True)] == accounts(database)

"""One's own sign-in: seen, taken to a further device, and ended from any of them."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from observations import journal
from observations.access import Role
from observations.accounts import actions, members, queries
from observations.accounts.tables import Account, Device
from observations.database import Database
from tests.accounts.doors import invitation, is_in, open_invitation
from tests.conftest import ClientFor, MovableClock

OWN = "/min-inloggning"


@pytest.fixture
def desk(client: ClientFor, database: Database, clock: MovableClock) -> FlaskClient:
    """A coordinator's computer, signed in by invitation."""
    return arrived(client, invitation(database, clock(), role=Role.COORDINATOR))


def arrived(client: ClientFor, secret: str) -> FlaskClient:
    """A browser that has used an invitation."""
    browser = client()
    assert open_invitation(browser, secret).status_code == 303
    return browser


def further_link(browser: FlaskClient) -> str:
    """The secret of the link that the page shows for a further device."""
    found = re.search(r"/in#([\w-]{43})<", browser.post(f"{OWN}/enhet").text)
    assert found
    return found[1]


def devices(database: Database) -> list[uuid.UUID]:
    """Ids of the signed-in devices, in the order in which they came."""
    with database.reading() as session:
        here = sa.select(Device.id).where(Device.ended_at.is_(None))
        return list(session.scalars(here.order_by(Device.created_at)))


def test_a_further_device_belongs_to_the_same_account(
    client: ClientFor, database: Database, desk: FlaskClient, clock: MovableClock
) -> None:
    """The tablet in the meeting room is let in from the computer, and either sees the other; a colleague neither."""
    colleague = arrived(client, invitation(database, clock(), role=Role.COORDINATOR))
    clock.tick(minutes=1)
    tablet = arrived(client, further_link(desk))

    assert is_in(tablet, "/granska")
    assert [1, 1, 0] == [page.get(OWN).text.count("row-item device") for page in (desk, tablet, colleague)]
    assert "Du är inte inloggad någon annanstans." in colleague.get(OWN).text


def test_the_link_for_a_further_device_lasts_a_quarter_of_an_hour(
    client: ClientFor, desk: FlaskClient, clock: MovableClock
) -> None:
    """The second device lies beside the first."""
    secret = further_link(desk)
    clock.tick(minutes=15)

    assert open_invitation(client(), secret).status_code == 410


def test_a_further_device_is_signed_out_with_the_first(
    client: ClientFor, desk: FlaskClient, clock: MovableClock
) -> None:
    """Else a session that was stolen once could be handed on from device to device for ever."""
    clock.tick(hours=7, minutes=59)
    tablet = arrived(client, further_link(desk))
    clock.tick(hours=4)
    assert is_in(tablet, "/granska")
    clock.tick(minutes=1)

    assert not is_in(tablet, "/granska")


def test_a_link_of_an_ended_account_lets_nobody_in(
    client: ClientFor, database: Database, desk: FlaskClient, clock: MovableClock
) -> None:
    """Whoever is put out cannot come back by a link that was made before."""
    secret = further_link(desk)
    end_the_account(database, clock)

    assert open_invitation(client(), secret).status_code == 410
    assert not is_in(desk, "/granska")


def end_the_account(database: Database, clock: MovableClock) -> None:
    """As an administrator does."""
    with database.writing() as session:
        account_id = session.scalars(sa.select(Account.id)).one()
        assert members.end_account(session, account_id, by="test", at=clock())
        session.commit()


def test_one_ends_ones_own_other_devices(client: ClientFor, desk: FlaskClient, clock: MovableClock) -> None:
    """The tablet that was left in the meeting room is out on its next click, this computer stays."""
    clock.tick(minutes=1)
    tablet = arrived(client, further_link(desk))
    clock.tick(minutes=1)
    phone = arrived(client, further_link(desk))
    assert desk.post(f"{OWN}/avsluta-andra").status_code == 303

    assert [True, False, False] == [is_in(browser, "/granska") for browser in (desk, tablet, phone)]


@pytest.mark.parametrize("path", ["min-inloggning/avsluta-andra", "ut"])
def test_a_link_that_was_made_before_is_void_then(client: ClientFor, desk: FlaskClient, path: str) -> None:
    """Whoever signs out, here or everywhere else, means also whoever has photographed the screen."""
    secret = further_link(desk)
    assert desk.post(f"/{path}").status_code == 303

    assert open_invitation(client(), secret).status_code == 410


def test_a_link_that_is_used_while_its_account_ends_lets_nobody_stay(database: Database, clock: MovableClock) -> None:
    """Neither waits for the other in vain, and whichever comes first, nobody is in afterwards."""
    for _ in range(10):
        with database.writing() as session:
            _, secret = actions.invite(session, role=Role.COORDINATOR, by="test", at=clock())
            device, _ = actions.use_invitation(session, secret, at=clock())
            link = actions.invite_own_device(session, device, by="test", at=clock())
            session.commit()
            account_id = device.account_id
        assert account_id
        with ThreadPoolExecutor(2) as pool:
            used = pool.submit(_used, database, link, clock)
            ended = pool.submit(_ended, database, account_id, clock)
            used.result()
            assert ended.result()
        with database.reading() as session:
            assert [] == queries.devices(session, at=clock()).rows


def _used(database: Database, link: str, clock: MovableClock) -> None:
    with database.writing() as session, suppress(actions.InvitationUnusable):
        actions.use_invitation(session, link, at=clock())
        session.commit()


def _ended(database: Database, account_id: uuid.UUID, clock: MovableClock) -> bool:
    with database.writing() as session:
        ended = members.end_account(session, account_id, by="test", at=clock())
        session.commit()
        return ended


def test_one_ends_one_device(client: ClientFor, database: Database, desk: FlaskClient, clock: MovableClock) -> None:
    """Of several, the one that is meant."""
    clock.tick(minutes=1)
    tablet = arrived(client, further_link(desk))
    assert desk.post(f"{OWN}/enhet/{devices(database)[1]}/avsluta").status_code == 303

    assert [True, False] == [is_in(browser, "/granska") for browser in (desk, tablet)]


@pytest.mark.parametrize("role", [Role.REPORTER, Role.COUNCIL])
def test_another_persons_device_is_as_unknown_as_none(
    client: ClientFor, database: Database, desk: FlaskClient, role: Role
) -> None:
    """Nobody can tell by trying whether a device exists."""
    theirs, nobodys = devices(database)[0], uuid.uuid4()
    stranger = client(role)
    answers = [stranger.post(f"{OWN}/enhet/{id}/avsluta") for id in (theirs, nobodys)]

    assert [404, 404] == [answer.status_code for answer in answers]
    assert answers[0].text == answers[1].text
    assert is_in(desk, "/granska")


@pytest.mark.parametrize("path", ["enhet", "avsluta-andra"])
def test_a_reporter_has_no_account_and_no_further_devices(client: ClientFor, database: Database, path: str) -> None:
    """Nothing ties two phones to one reporter."""
    with database.reading() as session:
        assert [] == session.scalars(sa.select(Account)).all()

    assert client(Role.REPORTER).post(f"{OWN}/{path}").status_code == 404


@pytest.mark.parametrize(("shared", "opened"), [(False, 1), (True, 0)])
def test_a_shared_computer_opens_no_account(
    client: ClientFor, database: Database, clock: MovableClock, shared: bool, opened: int
) -> None:
    """Who uses it next must not come back as who used it before."""
    arrived(client, invitation(database, clock(), role=Role.COORDINATOR, shared=shared))
    with database.reading() as session:
        assert opened == len(session.scalars(sa.select(Account)).all())


def test_every_sign_in_is_in_the_journal_with_its_means(
    client: ClientFor, database: Database, desk: FlaskClient, clock: MovableClock
) -> None:
    """Who came in how can be looked up, by pseudonym."""
    clock.tick(minutes=1)
    arrived(client, further_link(desk))
    with database.reading() as session:
        told = journal.newest(session, ["device.signed_in"], length=9)

    assert ["own_invitation", "invitation"] == [(event.after or {})["means"] for event in told]
    assert all(event.by == event.subject and event.by.startswith("device:") for event in told)


def test_a_program_has_no_page_of_its_own(client: ClientFor, database: Database, clock: MovableClock) -> None:
    """A key is no device."""
    with database.writing() as session:
        _, secret = actions.create_token(session, role=Role.ADMIN, name="Ärenden", by="test", at=clock())
        session.commit()

    assert client().get(OWN, headers={"Authorization": f"Bearer {secret}"}).status_code == 404

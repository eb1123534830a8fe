"""The administrator's pages: accounts, keys of other systems, events."""

import re
import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from observations import journal
from observations.access import Role
from observations.accounts import actions, members, queries
from observations.accounts.members import Means
from observations.accounts.tables import Account, ApiToken, Invitation, Passkey
from observations.accounts.words import MEANS
from observations.database import Database
from tests.accounts.doors import invitation, is_in, open_invitation
from tests.conftest import ClientFor, MovableClock


def test_an_ended_account_is_out_with_all_that_it_has(
    client: ClientFor, database: Database, clock: MovableClock
) -> None:
    """A coordinator who has left is out on the next click, and no passkey lets her in again."""
    coordinator = client()
    open_invitation(coordinator, invitation(database, clock(), role=Role.COORDINATOR))
    with database.writing() as session:
        account = session.scalars(sa.select(Account)).one()
        session.add(a_passkey(account, clock))
        session.commit()
    admin = client(Role.ADMIN)
    shown = admin.get("/personal/konton").text
    assert "1 enhet inloggad" in shown
    assert "1 passkey<" in shown

    assert admin.post(f"/personal/konton/{account.id}/avsluta").status_code == 303
    assert not is_in(coordinator, "/granska")
    with database.reading() as session:
        assert [] == session.scalars(sa.select(Passkey)).all()
        assert "account.ended" in {event.what for event in journal.of(session, f"account:{account.id}")}
    assert "Inga konton än" in admin.get("/personal/konton").text
    assert "redan avslutat" in admin.post(f"/personal/konton/{account.id}/avsluta", follow_redirects=True).text


def test_invitations_of_an_ended_account_are_void(client: ClientFor, database: Database, clock: MovableClock) -> None:
    """Somebody who was put out must not come back by a link that he gave himself."""
    intruder = client()
    open_invitation(intruder, invitation(database, clock(), role=Role.ADMIN))
    made = re.search(r"/in#([\w-]{43})<", intruder.post("/personal/bjud-in", data={"role": "admin"}).text)
    assert made
    with database.reading() as session:
        account = session.scalars(sa.select(Account)).one()
    client(Role.ADMIN).post(f"/personal/konton/{account.id}/avsluta")

    assert open_invitation(client(), made[1]).status_code == 410


def test_an_invitation_is_seen_and_withdrawn(client: ClientFor, database: Database) -> None:
    """A link that was sent to the wrong person is taken back before it is used."""
    desk = client(Role.COORDINATOR)
    made = re.search(r"/in#([\w-]{43})<", desk.post("/personal/bjud-in", data={"role": "council"}).text)
    assert made
    assert "Inbjudningar som väntar" in desk.get("/personal").text
    with database.reading() as session:
        waiting = session.scalars(sa.select(Invitation.id)).one()
    addressed = f"/personal/inbjudan/{waiting}/dra-tillbaka"

    assert "tillbakadragen" in desk.post(addressed, follow_redirects=True).text
    assert open_invitation(client(), made[1]).status_code == 410
    assert "redan använd" in desk.post(addressed, follow_redirects=True).text
    assert "Inbjudningar som väntar" not in desk.get("/personal").text


@pytest.mark.parametrize("path", ["personal/nycklar", "personal/bjud-in", "min-inloggning/avsluta-andra"])
def test_a_key_makes_no_keys_and_invites_nobody(
    client: ClientFor, database: Database, clock: MovableClock, path: str
) -> None:
    """Another system's key is for the API; what it is worth ends with it."""
    with database.writing() as session:
        _, secret = actions.create_token(session, role=Role.ADMIN, name="Ärenden", by="test", at=clock())
        session.commit()
    answer = client().post(
        f"/{path}", data={"role": "admin", "name": "x"}, headers={"Authorization": f"Bearer {secret}"}
    )

    assert 403 == answer.status_code


def a_passkey(account: Account, clock: MovableClock) -> Passkey:
    """A row that looks like one; nobody signs in with it."""
    return Passkey(
        account_id=account.id, credential_id="x", public_key=b"x", sign_count=0, name="Dator", created_at=clock()
    )


def test_accounts_are_listed_a_page_at_a_time(database: Database, clock: MovableClock) -> None:
    """Also a municipality with many of them sees each once."""
    with database.writing() as session:
        for n in range(7):
            at = clock() - timedelta(seconds=n // 2)
            members.open_account(session, role=Role.COORDINATOR, team=str(n), by="test", at=at)
        session.commit()
    seen, after = list[str](), None
    with database.reading() as session:
        while True:
            page = queries.accounts(session, at=clock(), after=after, length=3)
            seen += [row.account.team for row in page.rows]
            after = page.next
            if after is None:
                break

    assert sorted(seen) == [str(n) for n in range(7)]


def test_a_key_is_shown_once_works_and_is_ended(client: ClientFor, database: Database) -> None:
    """The administrator hands a key to the fault-report system, and takes it back when that is replaced."""
    admin = client(Role.ADMIN)
    shown = admin.post("/personal/nycklar", data={"name": "Felanmälan", "role": "coordinator"}).text
    found = re.search(r'id="new-key">([\w-]{43})<', shown)
    assert found
    header = {"Authorization": f"Bearer {found[1]}"}
    assert found[1] not in admin.get("/personal/nycklar").text
    assert "aldrig använd" in admin.get("/personal/nycklar").text

    assert client().get("/api/v1/observations", headers=header).status_code == 200
    assert "senast använd 2026-09-15" in admin.get("/personal/nycklar").text
    with database.reading() as session:
        token_id = session.scalars(sa.select(ApiToken.id)).one()
    assert admin.post(f"/personal/nycklar/{token_id}/avsluta").status_code == 303
    assert client().get("/api/v1/observations", headers=header).status_code == 401
    assert "redan avslutad" in admin.post(f"/personal/nycklar/{token_id}/avsluta", follow_redirects=True).text


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"name": "Felanmälan"}, "Välj en roll."),
        ({"name": "Felanmälan", "role": "chief"}, "Välj en roll."),
        ({"role": "reporter"}, "Skriv vilket system som får nyckeln."),
        ({"role": "reporter", "name": " "}, "Skriv vilket system som får nyckeln."),
        ({"role": "reporter", "name": "x" * 61}, "Skriv högst 60 vanliga tecken."),
    ],
)
def test_a_key_that_cannot_be_made_says_why(
    client: ClientFor, database: Database, form: dict[str, str], sentence: str
) -> None:
    """The page comes back with the sentence and what was typed; no key was made."""
    answer = client(Role.ADMIN).post("/personal/nycklar", data=form)

    assert (422, True) == (answer.status_code, sentence in answer.text)
    assert f'value="{form.get("name", "")}"' in answer.text
    with database.reading() as session:
        assert [] == session.scalars(sa.select(ApiToken)).all()


def test_events_tell_of_sign_ins_and_not_of_observations(
    client: ClientFor, database: Database, clock: MovableClock
) -> None:
    """The administrator sees who came in and what was taken out, never what was reported."""
    open_invitation(client(), invitation(database, clock()))
    with database.writing() as session:
        journal.write(session, "review.accepted", subject="observation:4711", by="device:x", at=clock())
        session.commit()
    page = client(Role.ADMIN).get("/personal/handelser").text

    assert ["Inbjudan använd", "En enhet loggade in", "Inbjudan skapad"] == re.findall(r'row-name">([^<]+)<', page)
    assert "med inbjudan" in page
    assert "4711" not in page


def test_events_go_on_where_the_page_ended(client: ClientFor, database: Database, clock: MovableClock) -> None:
    """Every event is on one page, however many there are."""
    with database.writing() as session:
        for _ in range(250):
            journal.write(session, "token.ended", subject=f"token:{uuid.uuid4()}", by="command", at=clock())
        session.commit()
    admin, address, lengths = client(Role.ADMIN), "/personal/handelser", list[int]()
    while address:
        page = admin.get(address).text
        lengths.append(page.count("Nyckel avslutad"))
        onward = re.search(r'href="(/personal/handelser\?before=\d+)"', page)
        address = onward[1] if onward else ""

    assert [100, 100, 50] == lengths


def test_every_way_in_has_its_words() -> None:
    """The journal never shows a word of the code."""
    assert set(Means) == set(MEANS)


@pytest.mark.parametrize("before", ["9" * 20, "-1", "0", "x"])
def test_a_place_in_the_events_that_is_none_begins_at_the_top(client: ClientFor, before: str) -> None:
    """Whatever stands in the address, the page is shown."""
    assert 200 == client(Role.ADMIN).get(f"/personal/handelser?before={before}").status_code


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.COUNCIL, Role.REPORTER])
def test_the_pages_are_the_administrators(client: ClientFor, role: Role) -> None:
    """Coordinators invite and end devices; accounts, keys and events are not theirs."""
    browser = client(role)
    for page in ("konton", "nycklar", "handelser"):
        assert browser.get(f"/personal/{page}").status_code == 403


def test_a_name_that_turns_the_reading_direction_is_shown_as_it_is_written(
    database: Database, clock: MovableClock
) -> None:
    """No name of a system can make a line read other than it is."""
    with database.writing() as session, pytest.raises(actions.NameUnusable):
        actions.create_token(session, role=Role.ADMIN, name="a\u202eb", by="test", at=clock())

"""The administrator's pages: accounts, keys of other systems, events."""

import re
import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from observations import journal
from observations.access import Role
from observations.accounts import actions, members, queries
from observations.accounts.tables import Account, ApiToken, Passkey
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

    assert ["Inbjudan använd", "En enhet loggade in", "Inbjudan gjord"] == re.findall(r'row-name">([^<]+)<', page)
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

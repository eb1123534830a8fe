"""What is no answer: not from here, not to what was asked, not by the key; all are refused in the same words."""

import dataclasses
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from webauthn.helpers import base64url_to_bytes

from observations.access import Role
from observations.accounts.tables import Answered, Device
from tests.accounts.authenticator import (
    PRESENT,
    VERIFIED,
    Authenticator,
    Es256,
    client_data,
)
from tests.accounts.passkey_office import Office, add, asked, asked_to_register, assert_refused

NOT_ADDED = "Passkeyn kunde inte läggas till."
ELSEWHERE = "https://ogon.example"


@pytest.mark.parametrize(
    "lies",
    [
        {"origin": ELSEWHERE},
        {"origin": "http://localhost:8000"},
        {"rp": "ogon.example"},
        {"flags": PRESENT},
        {"flags": VERIFIED},
    ],
    ids=["another site", "another port", "made for another site", "no finger, face or code", "nobody there"],
)
def test_an_answer_from_elsewhere_or_without_the_person_is_refused(office: Office, lies: dict[str, Any]) -> None:
    """A page that looks like ours gets nothing that opens ours, and a phone that lies about is no key."""
    held = Authenticator()
    office.with_passkey(held)

    assert_refused(office.comes_in(held, **lies))
    assert 303 == office.comes_in(held).status_code
    refused = add(office.invited(), Authenticator(), **lies)
    assert (410, True) == (refused.status_code, NOT_ADDED in refused.text)
    assert 1 == len(office.passkeys())


def test_each_question_is_answered_once(office: Office) -> None:
    """What was overheard is worth nothing."""
    held, browser = Authenticator(), office.client()
    office.with_passkey(held)
    answer = held.get(asked(browser))

    assert 303 == browser.post("/in/passkey", data={"answer": answer}).status_code
    assert_refused(office.client().post("/in/passkey", data={"answer": answer}))


def test_a_wrong_answer_is_an_answer(office: Office) -> None:
    """Nobody tries signatures one after the other on the same question."""
    held, browser = Authenticator(), office.client()
    office.with_passkey(held)
    options = asked(browser)
    assert_refused(browser.post("/in/passkey", data={"answer": held.get(options, origin=ELSEWHERE)}))

    assert_refused(browser.post("/in/passkey", data={"answer": held.get(options)}))


def test_a_question_lasts_five_minutes(office: Office) -> None:
    """Longer than anybody looks for a finger."""
    held, browser = Authenticator(), office.client()
    office.with_passkey(held)
    early, late = asked(browser), asked(browser)
    office.clock.tick(minutes=4, seconds=59)
    assert 303 == browser.post("/in/passkey", data={"answer": held.get(early)}).status_code
    office.clock.tick(seconds=1)

    assert_refused(browser.post("/in/passkey", data={"answer": held.get(late)}))


def test_a_question_that_nobody_put_is_not_answered(office: Office) -> None:
    """A challenge of one's own choice proves nothing, nor does one that was for something else."""
    held = Authenticator()
    browser = office.with_passkey(held)
    for_registering = asked_to_register(browser)["challenge"]

    for challenge in ("A" * 43, "", for_registering):
        made_up = {"challenge": challenge, "rpId": "localhost"}
        assert_refused(browser.post("/in/passkey", data={"answer": held.get(made_up)}))
    options = asked_to_register(browser) | {"challenge": asked(browser)["challenge"]}
    answer = browser.post("/min-inloggning/passkey", data={"answer": Authenticator().create(options)})
    assert (410, 1) == (answer.status_code, len(office.passkeys()))


def test_another_key_opens_nothing(office: Office) -> None:
    """Who knows the passkey's and the account's name, but does not hold the key, stays out."""
    held = Authenticator()
    office.with_passkey(held)

    assert_refused(office.comes_in(dataclasses.replace(held, key=Es256())))


def test_a_key_opens_its_own_account_alone(office: Office) -> None:
    """A coordinator's passkey that says it is the administrator's is refused."""
    held, other = Authenticator(), Authenticator()
    office.with_passkey(held)
    office.with_passkey(other, Role.ADMIN)

    assert_refused(office.comes_in(dataclasses.replace(held, user_handle=other.user_handle)))
    assert_refused(office.comes_in(dataclasses.replace(held, credential_id=other.credential_id)))
    assert_refused(office.comes_in(dataclasses.replace(held, user_handle="")))
    assert_refused(office.comes_in(Authenticator(user_handle=held.user_handle)))


def test_an_answer_from_a_frame_is_refused(office: Office) -> None:
    """Another site cannot have our question answered within its own page."""
    held, browser = Authenticator(), office.client()
    office.with_passkey(held)
    options = asked(browser)
    data = held.data("localhost", PRESENT | VERIFIED)

    def answer(crossing: bool) -> str:
        said = client_data("webauthn.get", options["challenge"], "http://localhost", crossOrigin=crossing)
        signature = held.key.sign(data + hashlib.sha256(said).digest())
        handle = base64url_to_bytes(held.user_handle)
        return held.answer(clientDataJSON=said, authenticatorData=data, signature=signature, userHandle=handle)

    assert_refused(browser.post("/in/passkey", data={"answer": answer(True)}))
    assert 303 == browser.post("/in/passkey", data={"answer": answer(False)}).status_code


def test_of_two_that_hold_the_same_key_one_is_noticed(office: Office) -> None:
    """A security key counts; a copy of it falls behind, is refused, and the administrator can read of it."""
    held = Authenticator(counts=True)
    office.with_passkey(held)
    copy = dataclasses.replace(held)
    assert 303 == office.comes_in(held).status_code

    assert_refused(office.comes_in(copy))
    assert ["passkey.added", "passkey.refused"] == office.told()
    assert 303 == office.comes_in(held).status_code
    assert 2 == office.passkeys()[0].sign_count
    assert_refused(office.comes_in(dataclasses.replace(held, counts=False, count=0)))


def test_a_false_signature_is_no_copied_key(office: Office) -> None:
    """Control: nobody can fill the journal with copied keys without holding one."""
    held = Authenticator(counts=True)
    office.with_passkey(held)
    office.comes_in(held)

    assert_refused(office.comes_in(dataclasses.replace(held, key=Es256(), counts=False, count=0)))
    assert ["passkey.added"] == office.told()


def test_of_sixteen_answers_to_one_question_one_gets_in(office: Office) -> None:
    """However fast somebody is who has overheard it."""
    held = Authenticator()
    office.with_passkey(held)
    answer, start = held.get(asked(office.client())), Barrier(16)

    def race(_number: int) -> int:
        browser = office.client()
        start.wait()
        return browser.post("/in/passkey", data={"answer": answer}).status_code

    with ThreadPoolExecutor(16) as pool:
        answers = sorted(pool.map(race, range(16)))

    assert [303] + [410] * 15 == answers
    with office.database.reading() as session:
        assert 2 == session.scalar(sa.select(sa.func.count()).select_from(Device))


def test_questions_that_nobody_answers_leave_nothing(office: Office) -> None:
    """Somebody who looks at the page a hundred times does not fill the database."""
    for _ in range(20):
        asked(office.client())

    with office.database.reading() as session:
        assert 0 == session.scalar(sa.select(sa.func.count()).select_from(Answered))


def test_an_answer_is_read_only_to_its_limit(office: Office) -> None:
    """No phone answers at such length, so nobody takes it apart."""
    held, browser = Authenticator(), office.client()
    office.with_passkey(held)
    padded = json.dumps(json.loads(held.get(asked(browser))) | {"more": "x" * 20_000})

    assert_refused(browser.post("/in/passkey", data={"answer": padded}))

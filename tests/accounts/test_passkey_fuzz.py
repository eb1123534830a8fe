"""Whatever is sent as an answer is taken for one or refused; nothing else ever happens.

FUZZ_EXAMPLES=20000 in the environment tries so many instead of a few.
"""

import json
import os
import time
from collections.abc import Callable
from typing import Any

import cbor2
import pytest
from cbor2 import CBORTag
from hypothesis import given, settings
from hypothesis import strategies as st
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from observations.accounts import authenticators
from observations.accounts.authenticators import PasskeyRefused, Site
from tests.accounts.authenticator import HAS_KEY, ORIGIN, PRESENT, VERIFIED, Authenticator, client_data
from tests.accounts.passkey_office import REFUSED, Office, asked, asked_to_register

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES") or 200)
SITE = Site("localhost", ORIGIN)
CHALLENGE = bytes_to_base64url(bytes(range(32)))
TO_CREATE = {"user": {"id": bytes_to_base64url(bytes(16))}, "rp": {"id": "localhost"}, "challenge": CHALLENGE}
TO_GET = {"challenge": CHALLENGE, "rpId": "localhost"}
HELD = Authenticator()
CREATED, GOT = HELD.create(TO_CREATE), HELD.get(TO_GET)
PUBLIC_KEY = cbor2.dumps(HELD.key.cose())
AT_MOST_S = 5
"""Far more than any takes, on the slowest machine; what could be made to take minutes is what this looks for."""

leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
json_values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner))
cbor_values = st.recursive(
    leaves | st.binary(max_size=80) | st.integers(0, 2**63),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.integers(-4, 4) | st.sampled_from(["fmt", "attStmt", "authData", "sig", "x5c"]), inner)
        | st.builds(CBORTag, st.sampled_from([0, 1, 2, 4, 5, 28, 29, 30, 35, 36, 37, 100, 258, 260, 55799]), inner)
    ),
)
few = settings(max_examples=EXAMPLES)


def takes(answer: str) -> bool:
    """Whether it is taken for a true answer, to either question; anything but a refusal is raised."""
    taken = []
    for check in (created, came_in):
        try:
            check(answer)
            taken.append(check)
        except PasskeyRefused:
            continue
    return bool(taken)


def created(answer: str) -> None:
    """As an answer for a new passkey."""
    authenticators.verify_registration(authenticators.read_registration(answer), site=SITE)


def came_in(answer: str) -> None:
    """As an answer of somebody who wants to come in."""
    authenticators.verify_assertion(authenticators.read_assertion(answer), site=SITE, public_key=PUBLIC_KEY)


def test_true_answers_are_taken() -> None:
    """Control: what is damaged below is whole here."""
    assert takes(CREATED)
    assert takes(GOT)


@few
@given(st.text() | json_values.map(json.dumps))
def test_no_text_is_taken_for_an_answer(text: str) -> None:
    """Nor does any break anything."""
    assert not takes(text)


@few
@given(st.sampled_from([CREATED, GOT]), st.data())
def test_an_answer_with_another_part_is_refused(answer: str, data: st.DataObject) -> None:
    """Each part of a true answer in turn is something else, of whatever kind.

    The user's handle is not signed, it is compared with the passkey's account; here it only must not break anything.
    """
    parts = json.loads(answer)
    inside = data.draw(st.booleans())
    place = parts["response"] if inside else parts
    name = data.draw(st.sampled_from(sorted(place)))
    before, after = place[name], data.draw(json_values | st.binary(max_size=200).map(bytes_to_base64url))
    place[name] = after

    assert not takes(json.dumps(parts)) or after == before or name == "userHandle"


@few
@given(st.data())
def test_an_answer_with_one_byte_changed_is_refused(data: st.DataObject) -> None:
    """Nothing that was signed can be altered."""
    parts = json.loads(GOT)
    name = data.draw(st.sampled_from(["clientDataJSON", "authenticatorData", "signature"]))
    changed = bytearray(base64url_to_bytes(parts["response"][name]))
    place = data.draw(st.integers(0, len(changed) - 1))
    changed[place] ^= data.draw(st.integers(1, 255))
    parts["response"][name] = bytes_to_base64url(bytes(changed))

    assert not takes(json.dumps(parts))


@few
@given(cbor_values | st.fixed_dictionaries({"fmt": st.just("none"), "attStmt": cbor_values, "authData": cbor_values}))
def test_no_structure_is_taken_for_an_attestation(value: Any) -> None:
    """CBOR can hold dates, fractions, expressions and itself."""
    assert not takes(attested(cbor2.dumps(value)))


@few
@given(cbor_values | st.dictionaries(st.sampled_from([1, 3, -1, -2, -3]), st.integers(-300, 300) | st.binary()))
def test_no_structure_is_taken_for_a_key(value: Any) -> None:
    """Only a point on its curve, or a modulus with its exponent."""
    assert not takes(with_key(cbor2.dumps(value)))


@pytest.mark.parametrize(
    "answer",
    [
        lambda: attested(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": 2**33})),
        lambda: attested(b"\x81" * 11_000),
        lambda: attested(b"\x5b\x00\x00\x00\x7f\xff\xff\xff\xff"),
        lambda: attested(b"\x9b\x00\x00\x00\x7f\xff\xff\xff\xff"),
        lambda: attested(cbor2.dumps(CBORTag(5, [2**60, 3]))),
        lambda: attested(cbor2.dumps(CBORTag(4, [10**9, 3]))),
        lambda: attested(cbor2.dumps(CBORTag(35, "(a{1,1000}){1,1000}" * 50))),
        lambda: with_key(cbor2.dumps({1: 3, 3: -257, -1: b"\xff" * 9000, -2: b"\x01\x00\x01"})),
        lambda: with_key(cbor2.dumps({1: 2, 3: -7, -1: 1, -2: b"\x01" * 32, -3: b"\x02" * 32})),
        lambda: "[" * 16_000,
        lambda: "1" * 16_000,
    ],
    ids=[
        "bytes without end",
        "deep",
        "long text",
        "long list",
        "float",
        "decimal",
        "expression",
        "modulus",
        "point",
        "[",
        "1",
    ],
)
def test_a_small_answer_costs_little(answer: Callable[[], str]) -> None:
    """Nobody keeps the service busy with a few bytes that stand for very many, nor leaves a key that is none."""
    sent = answer()
    begin = time.process_time()

    assert not takes(sent)
    assert time.process_time() - begin < AT_MOST_S


@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", '"\\ud800"', "{" * 10_000, "\x00", "å", '{"id":"","rawId":"","response":{}}']
)
def test_rubbish_is_answered_with_a_sentence(office: Office, answer: str) -> None:
    """The page is there again, whatever a broken browser sent."""
    sent = office.client().post("/in/passkey", data={"answer": answer})
    assert (410, True) == (sent.status_code, REFUSED in sent.text)

    refused = office.invited().post("/min-inloggning/passkey", data={"answer": answer})
    assert (410, True) == (refused.status_code, "Passkeyn kunde inte läggas till." in refused.text)


@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
def test_true_answers_with_false_handles_reach_no_table(office: Office) -> None:
    """A handle of any length, a credential of any length: looked for by what they are, found nowhere."""
    browser = office.invited()
    for handle in (b"", bytes(16), bytes(64), b"\xff" * 15):
        held = Authenticator(user_handle=bytes_to_base64url(handle), credential_id=bytes(1024))
        assert 410 == browser.post("/in/passkey", data={"answer": held.get(asked(browser))}).status_code
    long = Authenticator(credential_id=bytes(1024)).create(asked_to_register(office.invited()))
    assert 410 == office.invited().post("/min-inloggning/passkey", data={"answer": long}).status_code


def attested(attestation: bytes) -> str:
    """An answer for a new passkey with this in the place of what the authenticator says."""
    return HELD.answer(clientDataJSON=client_data("webauthn.create", CHALLENGE, ORIGIN), attestationObject=attestation)


def with_key(key: bytes) -> str:
    """An answer for a new passkey with this in the place of the public key."""
    data = HELD.data("localhost", PRESENT | VERIFIED | HAS_KEY) + bytes(16) + b"\x00\x20" + HELD.credential_id + key
    return attested(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data}))

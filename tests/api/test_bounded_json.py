"""JSON from outside: what is ordinary is read as it was meant, what is hostile is refused before it costs anything."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observations import limits
from observations.web.bounded_json import JsonRefused, deeper_than, parse

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=15,
)
LARGEST = limits.JSON_BYTES
AT_ONCE_S = 1.0
"""A quarter of a megabyte takes some hundredths; a reader whose time grows with the square of it takes minutes."""

HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "broken off": b'{"a": [1',
    "two values": b"1 2",
    "no UTF-8": b'"\xff"',
    "overlong UTF-8": b'"\xc0\xaf"',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "byte-order mark": b'\xef\xbb\xbf{"a": 1}',
    "a comment": b"/* */ 1",
    "a trailing comma": b"[1,]",
    "a name twice": b'{"a": 1, "b": {"c": 1, "c": 1}}',
    "a name twice, written otherwise": b'{"a": 1, "\\u0061": 2}',
    "NaN": b"[NaN]",
    "Infinity": b"-Infinity",
    "1e400": b"1e400",
    "21 digits": b"1" * 21,
    "10^5 digits": b"[" + b"9" * 100_000 + b"]",
    "half a pair": b'"\\ud800"',
    "half a pair as a name": b'{"\\udfff": 1}',
    "NUL in a text, bare": b'"\0"',
    "one bracket too deep": b"[" * (limits.JSON_DEPTH + 1) + b"]" * (limits.JSON_DEPTH + 1),
    "100,000 deep": b"[" * 100_000 + b"]" * 100_000,
    "100,000 deep, objects": b'{"a":' * 40_000 + b"1" + b"}" * 40_000,
    "deep behind a text": b'["\\"]\\\\", ' + b"[" * 30,
    "only backslashes": b'"' + b"\\" * (LARGEST - 1),
    "escaped quotes without end": b'"' + b'\\"' * (LARGEST // 2),
    "quotes without end": b'"' * (LARGEST - 1),
}


@given(VALUES)
def test_ordinary_json_is_read_as_it_was_meant(value: Any) -> None:
    """Whatever another system has to say, in whatever form its library writes it."""
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=1)):
        assert value == parse(text.encode())


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_is_refused_soon(name: str) -> None:
    """Whoever sends it keeps nobody waiting."""
    began = time.process_time()
    with pytest.raises(JsonRefused) as refused:
        parse(HOSTILE[name])

    assert time.process_time() - began < AT_ONCE_S
    assert len(str(refused.value)) < 30, "it quotes nothing"


def test_python_alone_would_take_or_choke_on_it() -> None:
    """Control: the reader beneath guards against none of these, so that the guards are ours."""
    assert {"a": 2} == json.loads('{"a": 1, "a": 2}')
    assert json.loads("[NaN, 1e400]")
    assert len(json.loads('"\\ud800"')) == 1
    with pytest.raises(RecursionError):
        json.loads("[" * 100_000)


@pytest.mark.parametrize("signs", ["[]", "{}"])
def test_the_depth_is_exactly_the_limit(signs: str) -> None:
    """So many brackets are taken, one more is not."""
    opening, closing = ('{"a":', "}") if signs == "{}" else ("[", "]")

    def nested(depth: int) -> str:
        return opening * depth + "1" + closing * depth

    assert parse(nested(limits.JSON_DEPTH).encode())
    assert not deeper_than(nested(7), 7)
    assert deeper_than(nested(8), 7)


def test_brackets_within_texts_are_no_depth() -> None:
    """A note may be full of them, and of quotation marks and backslashes too."""
    text = '[{"\\' * 50
    assert [text] == parse(json.dumps([text]).encode())
    assert not deeper_than(json.dumps([text]), 1)

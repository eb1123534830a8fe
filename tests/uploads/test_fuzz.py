"""Photos that are damaged at random: the answer is a clean photo or a refusal, soon, and never anything else.

FUZZ_EXAMPLES=20000 in the environment tries so many instead of a few; a night's worth finds what a test run does not.
"""

import os
import time
from datetime import UTC, datetime
from functools import cache
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.journeys.corpus import CORPUS
from tests.uploads import heics, jpegs, pngs, webps
from tests.uploads.camera import CANARY, EVERY_KIND
from tests.uploads.mutations import mutated, pieces_of
from tests.uploads.test_costs import MOST_CPU_S
from tests.uploads.verdicts import reason_for
from uploads import DecodeSlots, Facts, facts

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES") or 300)
NOW = datetime(2026, 9, 15, tzinfo=UTC)
MOST_BYTES = 400_000
"""Larger files of the corpus only take longer; their structure is that of the smaller ones."""


@cache
def generated() -> dict[str, list[bytes]]:
    """Every fixture that there is, by the kind of file."""
    return {
        "jpeg": [EVERY_KIND["jpeg"](), jpegs.two_pictures(), jpegs.moving_picture()],
        "png": [EVERY_KIND["png"](), pngs.animated()],
        "webp": [EVERY_KIND["webp"](), webps.animated()],
        "heic": [EVERY_KIND["heic"](), heics.tiled(), heics.tiled(scattered=True), *heics.with_others().values()],
        "avif": [EVERY_KIND["avif"](), heics.moving_avif(), *heics.with_others(brand=b"avif").values()],
    }


@cache
def real() -> list[bytes]:
    """The photos of the corpus, where it is there."""
    paths = sorted(path for path in CORPUS.glob("photos/*/*") if path.suffix != ".txt")
    return [path.read_bytes() for path in paths if path.stat().st_size <= MOST_BYTES]


def judged(raw: bytes) -> None:
    """Look at a file as a report's photo is looked at; whatever goes wrong is raised."""
    began = time.process_time()
    found = facts(raw, now=NOW)
    with DecodeSlots(1, wait_s=0).held([raw]):
        reason_for(raw)

    assert time.process_time() - began < MOST_CPU_S
    assert isinstance(found, Facts)


@pytest.mark.parametrize("kind", EVERY_KIND)
@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), chance=st.randoms(use_true_random=True))
def test_a_damaged_photo_is_cleaned_or_refused(kind: str, data: st.DataObject, chance: Random) -> None:
    """Bits, lengths and pieces of every kind of file, with pieces of every other kind between them."""
    raw = data.draw(st.sampled_from(generated()[kind]))
    other = data.draw(st.sampled_from([one for files in generated().values() for one in files]))

    judged(mutated(raw, other, chance))


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), chance=st.randoms(use_true_random=True))
def test_a_damaged_original_is_cleaned_or_refused(data: st.DataObject, chance: Random) -> None:
    """The same with what two hundred cameras wrote."""
    if not real():
        pytest.skip(f"the corpus of photos is not there: {CORPUS}")
    raw, other = data.draw(st.sampled_from(real())), data.draw(st.sampled_from(real()))

    judged(mutated(raw, other, chance))


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_the_damage_is_neither_too_little_nor_too_much(kind: str) -> None:
    """Control: files are taken apart into pieces, and of those that are damaged some are kept and some are refused."""
    original = generated()[kind][0]
    verdicts = [reason_for(mutated(original, generated()["png"][0], Random(seed))) for seed in range(60)]

    assert len(pieces_of(original)) > 3
    assert original == b"".join(pieces_of(original))
    assert 3 <= sum(verdict is None for verdict in verdicts) <= 57


def test_what_is_left_over_would_be_noticed() -> None:
    """Control: the look that each photo gets sees the canary, if it is let through."""
    assert CANARY in generated()["jpeg"][0]

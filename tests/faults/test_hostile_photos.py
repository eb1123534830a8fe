"""Photos that are damaged, or built to do harm, sent to a real server: it answers each, soon, and stands."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from observations.access import Role
from tests.faults.sending import Answer, a_report, post
from tests.journeys.serving import Service, an_instance, serving
from tests.uploads import camera, jpegs
from tests.uploads.mutations import mutated
from tests.uploads.peak import in_memory_mb
from tests.uploads.scenes import a_noise, a_scene, saved
from tests.uploads.test_costs import BOMBS, MOST_CPU_S, SLOW
from tests.uploads.test_fuzz import generated, real
from tests.uploads.test_memory import MOST_MB, MOST_MB_ALONE

DAMAGED = int(os.environ.get("FUZZ_EXAMPLES") or 60)
"""As in tests/uploads/test_fuzz.py: more of them where somebody has the time."""
REFUSED = frozenset({413, 415, 422})
"""Too large, no photo, and damaged."""
LARGEST_BYTES = 24_000_000


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A server that has seen a photo of every kind, and at the end has nothing to complain of."""
    with serving(an_instance(tmp_path_factory.mktemp("instance"))) as running:
        token = running.token(Role.REPORTER)
        for take in camera.EVERY_KIND.values():
            assert 201 == post(running, token, a_report(take())).status
        yield running
        assert [] == running.faults_logged()


@pytest.fixture(scope="module")
def token(service: Service) -> str:
    """What another system sends reports with."""
    return service.token(Role.REPORTER)


def is_good(answer: Answer) -> bool:
    """Whether a report was taken, or refused in the form for machines and in Swedish."""
    if answer.status == 201:
        return True
    if answer.status not in REFUSED or answer.kind != "application/problem+json":
        return False
    return not set("åäö").isdisjoint(json.loads(answer.text)["detail"])


def test_damaged_photos_are_kept_or_refused(service: Service, token: str) -> None:
    """Never an error of the server, whatever happens to the file on its way."""
    files = [one for kind in generated().values() for one in kind] + real()
    answers = []
    for seed in range(DAMAGED):
        chance = Random(seed)
        photo = mutated(chance.choice(files), chance.choice(files), chance)
        answers.append((seed, post(service, token, a_report(photo))))

    assert [] == [(seed, answer) for seed, answer in answers if not is_good(answer)]
    assert {201, 422} <= {answer.status for _, answer in answers}


@pytest.mark.parametrize("name", [*BOMBS, *SLOW])
def test_photos_built_to_do_harm_are_refused_soon(service: Service, token: str, name: str) -> None:
    """The whole answer, body and all, takes no longer than it takes to send."""
    body = a_report({**BOMBS, **SLOW}[name]()[:LARGEST_BYTES])
    began = time.monotonic()
    answer = post(service, token, body)

    assert 422 == answer.status
    assert is_good(answer)
    assert time.monotonic() - began < MOST_CPU_S


def test_what_is_no_good_answer_is_noticed() -> None:
    """Control: an error of the server, a page for people and a sentence in English are told from a good answer."""
    refusal = '{"detail": "photos: Fotot är skadat."}'

    assert is_good(Answer(422, "application/problem+json", refusal))
    assert not is_good(Answer(500, "application/problem+json", refusal))
    assert not is_good(Answer(422, "text/html", refusal))
    assert not is_good(Answer(422, "application/problem+json", '{"detail": "photos: The photo is damaged."}'))


def test_five_photos_at_the_limit_fit_into_memory(tmp_path: Path) -> None:
    """A report as large as a request may be, then the next: what the server takes over idle is what was promised."""
    photo = jpegs.within(saved(a_noise(4000, 3000), "JPEG", quality=75), *jpegs.xmp_segments())
    report = [photo] * min(5, LARGEST_BYTES // len(photo))
    with serving(an_instance(tmp_path)) as fresh:
        token = fresh.token(Role.REPORTER)
        assert 201 == post(fresh, token, a_report(camera.jpeg(a_scene(1600, 1200)))).status
        idle = in_memory_mb("VmRSS", fresh.pid)
        answers = [post(fresh, token, a_report(*report)).status for _ in range(2)]
        taken = in_memory_mb("VmHWM", fresh.pid) - idle

    assert [201, 201] == answers
    assert 50 < taken <= min(MOST_MB, MOST_MB_ALONE)

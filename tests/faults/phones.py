"""Clients that behave as a phone does: keep a report until it is acknowledged, and send it again under the same id."""

import random
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from http.client import HTTPException

from tests.faults.sending import Answer, a_report, post
from tests.journeys.serving import Service
from tests.uploads.scenes import a_slope, saved

PHONES = 8
PAUSE_S = 0.05
"""Between two tries; a phone waits longer, and is not in a hurry to be killed again."""
PATIENCE_S = 120
CATEGORIES = ("KLO", "GLA", "SKR")
PHOTOS = tuple(saved(a_slope(160 + 8 * n, 120 + 6 * (n % 5)), "JPEG") for n in range(20))
"""Small, and of different sizes."""


@dataclass(frozen=True)
class Report:
    """A report on the phone."""

    id: uuid.UUID
    category: str
    note: str
    photos: tuple[bytes, ...] = field(repr=False)

    @cached_property
    def body(self) -> bytes:
        """What is sent, the same at every try."""
        return a_report(*self.photos, id=str(self.id), category=self.category, note=self.note)


def any_report(chance: random.Random, number: int) -> Report:
    """One of the reports that a town sends: none to three photos, a text of its own."""
    photos = tuple(chance.choice(PHOTOS) for _ in range(chance.choice((0, 1, 1, 2, 3))))
    return Report(uuid.uuid4(), chance.choice(CATEGORIES), f"Rapport {number} på väggen", photos)


@dataclass
class Outbox:
    """What the phones have sent, and what they have heard."""

    sent: dict[uuid.UUID, Report] = field(default_factory=dict)
    heard: dict[uuid.UUID, list[Answer]] = field(default_factory=dict)
    """The answers 200 and 201, under the report's id."""
    broken: int = 0
    """Tries whose connection broke after it had been made: the server died while it had work."""
    refused: list[Answer] = field(default_factory=list)
    """Answers that a phone should never get."""
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def photos(self) -> int:
        """How many photos are in the acknowledged reports."""
        return sum(len(self.sent[report_id].photos) for report_id in self.heard)

    @property
    def unheard(self) -> int:
        """Reports that had been kept before the answer was lost: the first that the phone heard was 200."""
        return sum(answers[0].status == 200 for answers in self.heard.values())


class Phones:
    """Eight of them, sending one report after the other as long as the block lasts; at its end each sends its last."""

    def __init__(self, service: Service, token: str, *, seed: int) -> None:
        self.outbox = Outbox()
        self._service = service
        self._token = token
        self._over, self._hopeless = threading.Event(), threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(seed * PHONES + n,)) for n in range(PHONES)]

    def __enter__(self) -> "Phones":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, failed: object, *_error: object) -> None:
        self._over.set()
        if failed:
            self._hopeless.set()
        for thread in self._threads:
            thread.join()

    def acknowledged(self, more: int) -> None:
        """Wait until so many more reports have been acknowledged."""
        goal = len(self.outbox.heard) + more
        waited_for(lambda: len(self.outbox.heard) >= goal)

    def _work(self, seed: int) -> None:
        chance, number = random.Random(seed), 0
        while not self._over.is_set():
            number += 1
            report = any_report(chance, number)
            with self.outbox.lock:
                self.outbox.sent[report.id] = report
            self._deliver(report)
            if number % 5 == 0:
                self._deliver(report)  # it did not believe what it heard

    def _deliver(self, report: Report) -> None:
        until = time.monotonic() + PATIENCE_S
        while not (self._hopeless.is_set() or self._try(report)):
            assert time.monotonic() < until, "a report could not be delivered"
            time.sleep(PAUSE_S)

    def _try(self, report: Report) -> bool:
        """Whether the phone may forget the report now."""
        try:
            answer = post(self._service, self._token, report.body)
        except ConnectionRefusedError:
            return False  # nobody is there
        except (OSError, HTTPException):
            with self.outbox.lock:
                self.outbox.broken += 1
            return False
        with self.outbox.lock:
            if answer.status in (200, 201):
                self.outbox.heard.setdefault(report.id, []).append(answer)
            elif answer.status != 503:
                self.outbox.refused.append(answer)
        return answer.status != 503


def waited_for(condition: Callable[[], bool]) -> None:
    """Wait until the condition holds; fails after two minutes."""
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.005)


def send_all_again(outbox: Outbox, service: Service, token: str) -> None:
    """Every report once more, as if no phone had heard anything."""
    for report in outbox.sent.values():
        outbox.heard.setdefault(report.id, []).append(post(service, token, report.body))

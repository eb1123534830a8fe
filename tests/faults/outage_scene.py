"""A service with reports in every state, everything that changes something there, and everything that reads."""

import json
import re
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from config import Settings
from observations.access import Role
from observations.clock import now
from observations.database import Database
from observations.record.sweep import sweep
from tests.faults.hostile import REST, Answer, Site, file, report, request, submitted, typed
from tests.faults.killing import Running
from tests.faults.outages import Kept, waited_for_photos
from tests.journeys.serving import serving
from tests.uploads.scenes import a_slope, saved
from uploads.stores import open_store

PHOTO = saved(a_slope(96, 64), "JPEG")
CHANGES_AT_ONCE = 6
"""Two rounds, so that what each waits for lasts for ten seconds."""
MOST_S = 9.0
"""Six seconds are promised, five of them waiting for the lock; the rest is for a machine that others use too."""
READ_S = 0.5
TRIES = 3
"""A page counts as fast as its fastest try: what a busy machine adds is no finding."""


@dataclass(frozen=True)
class Scene:
    """A running service, somebody there, and reports that wait to be accepted, rejected and covered."""

    service: Running
    site: Site
    temporary: Path
    reports: Mapping[str, str]
    """What is to be done to it, and the id of the report."""
    photos: Mapping[str, str]
    """The id of each one's photo."""
    invitation: str
    ids: Mapping[str, str] = field(default_factory=lambda: {way: str(uuid.uuid4()) for way in ("rest", "form")})
    """Of the reports that are about to be sent, however often that is tried."""
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    """When what they tell of was seen."""

    def anew(self) -> "Scene":
        """The same, about to send two other reports."""
        return Scene(self.service, self.site, self.temporary, self.reports, self.photos, self.invitation)

    def changes(self) -> dict[str, tuple[bytes, int]]:
        """Everything that is sent to change something, and what is answered when it did. Sign-out comes last."""
        one, nobody = self.site.coordinator, self.site.stranger
        item = {name: f"/granska/{report_id}" for name, report_id in self.reports.items()}
        box = f"{self.photos['mask']}:0.1,0.1,0.5,0.5"
        boxes = json.dumps({"boxes": [{"left": 0.1, "top": 0.1, "right": 0.5, "bottom": 0.5}]}).encode()
        redactions = f"/api/v1/photos/{self.photos['redact']}/redactions"
        sent = report(id=self.ids["rest"], observed_at=self.at)
        return {
            "report by another system": (self.site.rest(*sent, file(PHOTO)), 201),
            "report from the page": (self.site.form(*typed(one, id=self.ids["form"]), file(PHOTO)), 303),
            "accept": (submitted(one, f"{item['accept']}/godkann", version="1"), 303),
            "reject": (submitted(one, f"{item['reject']}/avsla", version="1", reason="test"), 303),
            "mask": (submitted(one, f"{item['mask']}/maskera", version="1", box=box), 303),
            "boxes by another system": (
                request("POST", redactions, [self.site.bearer, "Content-Type: application/json"], boxes),
                200,
            ),
            "invite": (submitted(one, "/personal/bjud-in", role="reporter", team="Parken"), 200),
            "use an invitation": (submitted(nobody, "/in", secret=self.invitation), 303),
            "sign out": (submitted(one, "/ut"), 303),
        }

    def try_all(self) -> dict[str, Answer]:
        """Send everything that changes something, a few at a time."""
        with ThreadPoolExecutor(CHANGES_AT_ONCE) as threads:
            sent = {name: threads.submit(self.site.send, raw) for name, (raw, _) in self.changes().items()}
            return {name: answer.result() for name, answer in sent.items()}

    def reads(self) -> dict[str, bytes]:
        """Every kind of page and data that only looks."""
        pages = ("/", "/valkommen", "/lista", "/karta", "/granska", f"/granska/{self.reports['mask']}", "/personal")
        data = (REST, "/api/v1/map?bbox=10,50,20,60&zoom=9")
        return {path: self.site.page(path) for path in ("/live", *pages)} | {path: self.site.get(path) for path in data}

    def read_all(self) -> dict[str, Answer]:
        """The fastest of three answers for each."""
        return {
            path: min((self.site.send(raw) for _ in range(TRIES)), key=lambda answer: answer.seconds)
            for path, raw in self.reads().items()
        }

    def ready(self) -> tuple[int, list[str]]:
        """What /ready answers, and the parts that it names."""
        answer = self.site.send(request("GET", "/ready"))
        return answer.status, json.loads(answer.text).get("failing", [])

    def report(self) -> Answer:
        """Send the report of the other system once more, under the same id."""
        return self.site.send(self.changes()["report by another system"][0])

    def swept_later(self) -> None:
        """The sweep of in two hours: files that no row names go."""
        database = Database(self.service.settings.database_url)
        sweep(database, open_store(self.service.settings.photo_store), at=now() + timedelta(hours=2))
        database.dispose()

    def kept(self) -> Kept:
        """What there is behind the service's back."""
        store = Path(self.service.settings.photo_store.removeprefix("folder:"))
        return Kept.of(self.service.settings.database_url, store, self.temporary)


@contextmanager
def scene(settings: Settings, temporary: Path) -> Iterator[Scene]:
    """The service on that instance, with everything in it that is tried, until the block ends."""
    temporary.mkdir(exist_ok=True)
    with serving(settings, TMPDIR=str(temporary), OGON_DATABASE_URL=settings.database_url) as started:
        service = Running(started.settings, started.log, started.pid)
        site = Site.of(service)
        reports, photos = {}, {}
        for name in ("accept", "reject", "mask", "redact"):
            kept = json.loads(site.send(site.rest(*report(), file(PHOTO))).text)
            reports[name], photos[name] = kept["id"], kept["photos"][0]["id"]
        waited_for_photos(settings.database_url)
        secret = service.invitation(Role.REPORTER).partition("#")[2]
        yield Scene(service, site, temporary, reports, photos, secret)


def unlike(answers: Mapping[str, Answer], expected: Mapping[str, int]) -> list[str]:
    """Answers with another status than expected."""
    return [
        f"{name}: {answer.status}, not {expected[name]}"
        for name, answer in answers.items()
        if answer.status != expected[name]
    ]


def not_refused(answers: Mapping[str, Answer]) -> list[str]:
    """Answers that are not what somebody is owed while the service stands on nothing: 503, when, why, and soon."""
    found = []
    for name, answer in answers.items():
        if answer.status != 503:
            found.append(f"{name}: {answer.status}")
        elif "Retry-After" not in answer.headers:
            found.append(f"{name}: it is not said when to come back")
        elif not is_told(answer):
            found.append(f"{name}: no sentence in {answer.text[:200]}")
        elif answer.seconds > MOST_S:
            found.append(f"{name}: {answer.seconds:.1f} s")
    return found


def slow(answers: Mapping[str, Answer], than_s: float = READ_S) -> list[str]:
    """Answers that are no page, or took too long."""
    return [
        f"{name}: {answer.status} after {answer.seconds:.2f} s"
        for name, answer in answers.items()
        if answer.status not in (200, 302) or answer.seconds > than_s
    ]


def is_told(answer: Answer) -> bool:
    """Whether it says in Swedish what is wrong: in a page for people, in problem+json for a program; and no more."""
    if "Traceback" in answer.text or "site-packages" in answer.text:
        return False
    if answer.kind == "application/problem+json":
        body = json.loads(answer.text)
        words = body["title"] + body.get("detail", "") if body["status"] == answer.status else ""
    elif answer.kind == "text/html":
        main = re.search(r"<main.*?</main>", answer.text, re.DOTALL)
        words = re.sub(r"<[^>]*>", " ", main[0]) if main else ""
    else:
        return False
    return not set("åäöÅÄÖ").isdisjoint(words)

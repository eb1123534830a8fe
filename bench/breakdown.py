"""Where the time of one report goes, stage by stage, seen by Python's own profiler."""

import cProfile
import pstats
import time
from collections.abc import Callable
from pathlib import Path

from bench import clients
from bench.instance import Service
from config import Settings
from observations import create_app
from observations.access import Role
from observations.accounts import actions
from observations.clock import now
from observations.database import Database

REPORTS = 300
WARM_UP = 20

STAGES = {
    "who is it": ("accounts/sessions.py", "look_up"),
    "read the form": ("flask/wrappers.py", "_load_form_data"),
    "understand the fields": ("intake/channels/rest.py", "read"),
    "check texts, time and place": ("intake/validation.py", "validated"),
    "was it sent before": ("intake/queries.py", "earlier"),
    "how many this hour": ("intake/queries.py", "seconds_until_free"),
    "address and area": ("intake/placing.py", "place"),
    "write the rows": ("intake/receive.py", "_write"),
    "commit, until it is on the disk": ("sqlalchemy/orm/session.py", "commit"),
}
"""Stages by the function that does each: the end of its file's path, and its name. None is part of another."""


class StageUnknown(LookupError):
    """No such function ran: the list of stages is older than the code, and its figures would mislead."""


def report(running: Service, folder: Path) -> list[str]:
    """Lines of a table: each stage's share, and what is left to the framework.

    In process, without the web server, one report after the other, on a folder and database of its own; shares, not
    times, because the profiler itself slows Python down and leaves the disk as it is. Raises StageUnknown.
    """
    app = create_app(Settings(instance=folder, reports_per_hour=100_000))
    browser, token = app.test_client(), _token(app.extensions["ogon"].database)

    def send() -> None:
        method, path, body, headers = clients.report(running)
        answer = browser.open(path, method=method, data=body, headers=headers | {"Authorization": f"Bearer {token}"})
        assert answer.status_code == 201, answer.text

    plain_ms = _each_ms(send, WARM_UP + REPORTS)
    profile = cProfile.Profile()
    profiled_ms = profile.runcall(_each_ms, send, REPORTS)
    whole, stages = _shares(pstats.Stats(profile))
    app.extensions["ogon"].database.dispose()
    rest = whole - sum(stages.values())
    told = [
        f"{name:34}{100 * spent / whole:4.0f} %" for name, spent in (*stages.items(), ("Flask, and the rest", rest))
    ]
    head = f"where the time of a report without photo goes ({plain_ms:.1f} ms in process, {profiled_ms:.1f} profiled)"
    return [head, *told]


def _token(database: Database) -> str:
    with database.writing() as session:
        _, secret = actions.create_token(session, role=Role.REPORTER, name="bench", by="command", at=now())
        session.commit()
    return secret


def _each_ms(send: Callable[[], None], times: int) -> float:
    start = time.perf_counter()
    for _ in range(times):
        send()
    return (time.perf_counter() - start) * 1000 / times


def _shares(stats: pstats.Stats) -> tuple[float, dict[str, float]]:
    """Seconds of the whole application, and of each stage with all that it calls."""
    spent = stats.stats  # type: ignore[attr-defined]  # typeshed leaves it out; it is what every reader of pstats uses

    def seconds(file: str, name: str) -> float:
        found = [
            cumulative
            for (path, _, function), (_, _, _, cumulative, _) in spent.items()
            if function == name and path.endswith(file)
        ]
        if not found:
            raise StageUnknown(f"{file}: {name}")
        return float(max(found))  # of two of one name in a file, the one that calls the other

    return seconds("flask/app.py", "wsgi_app"), {stage: seconds(*where) for stage, where in STAGES.items()}

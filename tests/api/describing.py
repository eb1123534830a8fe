"""Asks the service everything that its description says it understands, and much that it says it does not.

Schemathesis makes the requests from the OpenAPI document (its examples, every limit of every schema, chance, and the
links between operations) and holds each answer against it: no 5xx but the 503 that is described, every status, content
type, header and body as described, what breaks a schema refused, what keeps to it never "not understood".
"""

import json
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any

import schemathesis
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from observations.access import Role
from observations.accounts.tables import ApiToken
from observations.accounts.tokens import digest
from observations.database import Database
from observations.record.tables import Observation, Photo
from tests.builders import NOON
from tests.intake.drafts import a_photo

SEED = 20260915
"""The same requests every time, so that what was found is found again."""
REPORTS = 6
TAKEN_OR_TOLD_WHY = ["2xx", "304", "401", "403", "404", "409", "415", "422", "429"]
"""What may be answered to a request that keeps to its schemas.

A schema cannot say that a period ends after it begins, that a box has an area or that bytes are a photo: these are 422
and 415, as they are for whatever else is wrong. 400, 405 and 413 would be a fault of the description.
"""
CHECKS: Mapping[str, Any] = {
    "ignored_auth": {"enabled": False},  # breaks off within one process; who gets in is asked in tests/contracts
    "positive_data_acceptance": {"expected-statuses": TAKEN_OR_TOLD_WHY},
}


MOMENTS = {"moments": [(NOON - timedelta(days=days)).isoformat() for days in (0, 1, 400)]}
"""Times that a report may have: most others are refused, and nothing behind them would be reached."""
OF_WHAT = {
    "getObservation": "ids",
    "postAfterPhoto": "ids",
    "postSighting": "ids",
    "getPhoto": "photos",
    "redactPhoto": "photos",
}
"""Operation → the ids that are put into its path more often than not."""


@dataclass
class Asked:
    """What came of it: how many requests, the statuses of each operation, and what was not as described."""

    requests: int = 0
    statuses: dict[str, Counter[int]] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)


def ask(app: Flask, document: dict[str, Any], token: str | None, *, examples: int) -> Asked:
    """Make the requests, in this process, as whoever holds the token."""
    config = _config(token, _kept(app.extensions["ogon"].database), examples)
    schema = schemathesis.openapi.from_dict(closed(document), config=config)
    schema.app = app
    asked = Asked()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            _note(asked, event)
        elif isinstance(event, events.NonFatalError):
            asked.findings.append(f"{event.label}: {event.value!r}")
        elif isinstance(event, events.FatalError):
            raise event.exception
    return asked


def closed(document: dict[str, Any]) -> dict[str, Any]:
    """The document with no room for fields that it does not name: clients may meet new ones, we may not by mistake."""
    copy: dict[str, Any] = json.loads(json.dumps(document))
    for schema in _objects(copy["components"]["schemas"]):
        schema.setdefault("additionalProperties", False)
    return copy


def fill(app: Flask, database: Database) -> dict[Role, str]:
    """Some reports, two of them with a photo, sent as another system sends them; returns a token for each role."""
    tokens = {role: f"token of a {role}" for role in Role}
    with database.writing() as session:
        session.add_all(
            ApiToken(token_sha256=digest(secret), role=role, name=role, created_at=NOON)
            for role, secret in tokens.items()
        )
        session.commit()
    browser = app.test_client()
    browser.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {tokens[Role.COORDINATOR]}"
    for number in range(REPORTS):
        _post(browser, number, with_photo=number < 2)
    return tokens


def _post(browser: FlaskClient, number: int, *, with_photo: bool) -> None:
    report: dict[str, Any] = {
        "id": str(uuid.UUID(int=number + 1, version=4)),
        "category": "KLO",
        "observed_at": (NOON - timedelta(days=number)).isoformat(),
        "latitude": "59.3371",
        "longitude": "18.0835",
        "note": "Två taggar",
    }
    if with_photo:
        report["photos"] = (BytesIO(a_photo()), "image.jpg")
    answer = browser.post("/api/v1/observations", data=report, content_type="multipart/form-data")
    assert 201 == answer.status_code


def _kept(database: Database) -> dict[str, list[str]]:
    """The ids of observations and of photos, which chance would never hit."""
    with database.reading() as session:
        return {
            "ids": [str(id_) for id_ in session.scalars(sa.select(Observation.id).order_by(Observation.number))],
            "photos": [str(id_) for id_ in session.scalars(sa.select(Photo.id).order_by(Photo.observation_number))],
        }


def _config(token: str | None, named: Mapping[str, list[str]], examples: int) -> SchemathesisConfig:
    often = {"probability": 0.6}
    return SchemathesisConfig.from_dict(
        {
            "seed": SEED,
            "continue-on-failure": True,
            "headers": {"Authorization": f"Bearer {token}"} if token else {},
            "generation": {"max-examples": examples, "deterministic": True, "database": "none"},
            "checks": CHECKS,
            "dictionaries": {name: {"values": values} for name, values in {**MOMENTS, **named}.items()},
            "parameters": {f"body.{name}": {"dictionary": "moments", **often} for name in ("observed_at", "taken_at")},
            "operations": [
                {"include-operation-id": operation, "parameters": {"path.id": {"dictionary": name, **often}}}
                for operation, name in OF_WHAT.items()
            ],
        }
    )


def _note(asked: Asked, event: events.ScenarioFinished) -> None:
    asked.requests += len(event.recorder.interactions)
    for case, interaction in event.recorder.interactions.items():
        if interaction.response is not None:
            operation = event.recorder.cases[case].value.operation.label
            asked.statuses.setdefault(operation, Counter())[interaction.response.status_code] += 1
    asked.findings.extend(_failures(event))


def _failures(event: events.ScenarioFinished) -> Iterator[str]:
    for case, checks in event.recorder.checks.items():
        operation = event.recorder.cases[case].value.operation.label
        for check in checks:
            if check.failure_info is not None:
                failure = check.failure_info.failure
                yield f"{operation}: {check.name}: {failure.title}: {failure.message}\n{check.failure_info.code_sample}"


def _objects(node: Any) -> Iterable[dict[str, Any]]:
    """Every schema of an object with named fields, however deep."""
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict) and node.get("type") == "object":
            yield node
        for part in node.values():
            yield from _objects(part)
    elif isinstance(node, list):
        for part in node:
            yield from _objects(part)

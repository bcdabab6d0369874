"""The API does what its OpenAPI description says, whatever is sent; and one action raced by many is taken once."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time
from typing import Any

import hypothesis
import pytest
import schemathesis
from flask import Flask
from hypothesis import strategies
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from repairflow import times
from repairflow.auditing.verify import verify
from repairflow.db import Database
from repairflow.file_store.folder import FolderFiles
from repairflow.records import schema
from repairflow.settings import load
from repairflow.web.api import blueprint as api
from tests.support.building import Town
from tests.support.calling import Caller, application

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
DESCRIPTION = "/api/v1/openapi.json"
NOON = times.at(date(2026, 6, 10), time(10))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Town, Flask, Caller]]:
    """One town for all examples of this module, on SQLite: what is written by one matters to none."""
    folder = tmp_path_factory.mktemp("api")
    settings = load({"REPAIRFLOW_HOME": str(folder), "REPAIRFLOW_DATABASE_URL": f"sqlite:///{folder}/api.db"})
    db = Database(settings.database_url)
    schema.upgrade(db)
    with times.set_clock(lambda: NOON):
        town = Town(db, settings)
        app = application(town, lambda app: app.register_blueprint(api.blueprint))
        yield town, app, Caller(app, town, "acceptor@ENV")
    db.dispose()


def test_every_answer_is_as_described(world: tuple[Town, Flask, Caller]) -> None:
    """Random requests to every operation, half of them about a record, case and letter that exist."""
    town, app, caller = world
    case = town.file_repair()
    town.do(case, "accept")
    letter = Caller(app, town, "yunxi").get(f"/cases/{case}/letters").json["items"][0]["token"]
    real = {"number": case, "action": "report_verification", "token": letter}
    described = schemathesis.openapi.from_wsgi(DESCRIPTION, app)
    tried = []
    for found in described.get_all_operations():
        operation = found.ok()

        @hypothesis.seed(1)
        @hypothesis.settings(
            max_examples=15,
            deadline=None,
            database=None,
            suppress_health_check=list(hypothesis.HealthCheck),
            phases=[hypothesis.Phase.generate],
        )
        @hypothesis.given(sent=operation.as_strategy(), exists=strategies.booleans())
        def hold(sent: schemathesis.Case, exists: bool) -> None:
            if exists and sent.path_parameters:
                sent.path_parameters = {name: real.get(name, value) for name, value in sent.path_parameters.items()}
            sent.call_and_validate(headers=caller.headers, checks=CHECKS)

        hold()
        tried.append(operation.label)
    assert len(tried) == sum(len(methods) for methods in app.test_client().get(DESCRIPTION).json["paths"].values())


def test_the_description_is_complete(world: tuple[Town, Flask, Caller]) -> None:
    _, app, _ = world
    spec = app.test_client().get("/api/v1/openapi.json").json
    assert spec["openapi"].startswith("3.1")
    described = {(path, method.upper()) for path, methods in spec["paths"].items() for method in methods}
    served = {
        (re.sub(r"<(?:int:)?(\w+)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.openapi"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == served
    text = json.dumps(spec)
    assert all(name in spec["components"]["schemas"] for name in _references(text))
    for methods in spec["paths"].values():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                assert status < "400" or list(answer["content"]) == ["application/problem+json"]


def _references(text: str) -> set[str]:
    return {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}


def test_eight_clients_race_one_action(database: Database, settings: Any, clock: Any) -> None:
    town = Town(database, settings)
    app = application(town, lambda app: app.register_blueprint(api.blueprint))
    case = town.file_repair()
    callers = [Caller(app, town, "acceptor@ENV") for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda c: c.post(f"/cases/{case}/actions/accept", {"expected_version": 1}), callers))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 7}
    assert {a.json["current_version"] for a in answers if a.status_code == 409} == {2}
    assert town.case(case).version == 2
    with database.read() as tx:
        assert verify(tx, FolderFiles(settings.home / "anchors"), None).findings == ()


def test_eight_presses_of_one_key_do_one_thing(database: Database, settings: Any, clock: Any) -> None:
    town = Town(database, settings)
    app = application(town, lambda app: app.register_blueprint(api.blueprint))
    case = town.file_repair()
    callers = [Caller(app, town, "acceptor@ENV") for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda c: c.post(f"/cases/{case}/actions/accept", {"expected_version": 1}, key="one"), callers)
        )
    assert {answer.status_code for answer in answers} == {200}
    assert Counter(answer.json["replayed"] for answer in answers) == {True: 7, False: 1}
    assert len({answer.json["digest"] for answer in answers}) == 1

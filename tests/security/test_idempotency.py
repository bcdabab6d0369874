"""One Idempotency-Key is one request: the same again answers the same, other words are refused, on any number of nodes."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from repairflow.casework import command_claims
from repairflow.casework.command_ids import Entry
from repairflow.db import Database
from repairflow.errors import Conflict
from repairflow.records import cases, command_claim, event
from repairflow.settings import Settings
from repairflow.web.api import blueprint as api
from tests.conftest import Clock
from tests.support.building import Town
from tests.support.calling import Caller, application

ROUNDS = 4


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    return Town(database, settings)


def node(town: Town) -> Flask:
    """A node of its own: an application with its own connections to the town's database."""
    db = Database(town.settings.database_url)
    return application(town, lambda app: app.register_blueprint(api.blueprint), db=db)


def asked(town: Town, number: str | None = None) -> dict[str, Any]:
    """The body of a sound filing on a record (a new one where none is named)."""
    made = town.filing("repair", number or town.record())
    return {
        "procedure": "repair",
        "record": made.record,
        "inputs": dict(made.inputs),
        "materials": list(made.materials),
    }


def refused(answer: TestResponse) -> None:
    """A 409 as problem+json that says what to do."""
    assert answer.status_code == 409, answer.get_data(as_text=True)
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert answer.json["code"] == "conflict"
    assert "换一个新的编号" in answer.json["detail"]


def changed_inputs(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "inputs": {**body["inputs"], "correction": "改了一个字。"}}


CHANGES: dict[str, Callable[[dict[str, Any], Town], dict[str, Any]]] = {
    "another answer": lambda body, _: changed_inputs(body),
    "an answer less": lambda body, _: {**body, "inputs": {**body["inputs"], "correction": None}},
    "other materials": lambda body, _: {**body, "materials": []},
    "another record": lambda body, town: {**body, "record": town.record()},
    "another procedure": lambda body, _: {**body, "procedure": "objection"},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_other_words_under_a_key_of_a_filing(
    town: Town, change: Callable[[dict[str, Any], Town], dict[str, Any]]
) -> None:
    yunxi, body = Caller(node(town), town, "yunxi"), asked(town)
    first = yunxi.post("/cases", body, key="k")
    assert first.status_code == 201
    other = change(body, town)
    before = town.counts()
    refused(yunxi.post("/cases", other, key="k"))
    assert town.counts() == before
    again = yunxi.post("/cases", dict(reversed(body.items())), key="k")  # the order of members says nothing
    assert (again.status_code, again.json["case"], again.json["digest"]) == (
        200,
        first.json["case"],
        first.json["digest"],
    )


def test_other_words_under_a_key_of_a_step(town: Town) -> None:
    acceptor, case, other = Caller(node(town), town, "acceptor@ENV"), town.file_repair(), town.file_repair()
    path, body = f"/cases/{case}/actions/accept", {"expected_version": 1}
    first = acceptor.post(path, body, key="k")
    assert first.status_code == 200
    refused(acceptor.post(path, {**body, "expected_version": 2}, key="k"))
    refused(acceptor.post(path, {**body, "reason": "齐全。"}, key="k"))
    refused(acceptor.post(f"/cases/{other}/actions/accept", body, key="k"))
    again = acceptor.post(path, body, key="k")
    assert (again.status_code, again.json) == (200, first.json | {"replayed": True})
    assert town.case(other).version == 1


def test_a_refused_request_leaves_its_key_free(town: Town) -> None:
    yunxi, body = Caller(node(town), town, "yunxi"), asked(town)
    assert yunxi.post("/cases", changed_inputs(body) | {"materials": []}, key="k").status_code == 422
    assert town.all(select(command_claim)) == []
    assert yunxi.post("/cases", body, key="k").status_code == 201


def test_a_key_of_somebody_else_is_another_key(town: Town) -> None:
    app = node(town)
    assert Caller(app, town, "yunxi").post("/cases", asked(town), key="k").status_code == 201
    case = town.file_repair()
    step = Caller(app, town, "acceptor@ENV").post(f"/cases/{case}/actions/accept", {"expected_version": 1}, key="k")
    assert step.status_code == 200


def test_what_was_said_is_kept_as_a_keyed_digest_alone(town: Town) -> None:
    """Nobody with the database tries out what a short answer was: the digest needs the node's key."""
    Caller(node(town), town, "yunxi").post("/cases", asked(town), key="k")
    kept = town.one(select(command_claim))
    assert kept.command_id == f"api/{town.people['yunxi']}/k"
    assert len(kept.body) == command_claim.c.body.type.length
    with town.db.begin() as tx:
        with pytest.raises(Conflict):
            command_claims.take(tx, town.services, town.actor("yunxi"), Entry.API, "k", "else", town.now)
        bodies = {
            key: command_claims.take(tx, town.services, town.actor("yunxi"), Entry.API, key, said, town.now)
            for key, said in (("a", "x"), ("b", "X"), ("c", ["x"]), ("d", 1), ("e", "1"))
        }
    assert len({row.body for row in town.all(select(command_claim))}) == 1 + len(bodies)  # letter case counts, too


def at_once(*sends: Callable[[], TestResponse]) -> list[TestResponse]:
    """All of them at the same moment, each in its own thread; their answers in order."""
    start = Barrier(len(sends))
    answers: dict[int, TestResponse] = {}

    def run(place: int) -> None:
        start.wait()
        answers[place] = sends[place]()

    threads = [Thread(target=run, args=(place,)) for place in range(len(sends))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[place] for place in range(len(sends))]


@pytest.mark.parametrize("same", [True, False], ids=["the same body", "another record"])
def test_one_key_for_two_filings_on_two_nodes(town: Town, same: bool) -> None:
    """One is filed; the other gets the same case, or is told that its body differs. Never a fault of the program."""
    nodes = [Caller(node(town), town, "yunxi") for _ in range(2)]
    nodes[1].headers = nodes[0].headers
    for turn in range(ROUNDS):
        bodies = [asked(town)] * 2 if same else [asked(town), asked(town)]
        before = len(town.all(select(cases.c.id)))
        sends = [
            lambda c=c, b=b, key=f"k{turn}": c.post("/cases", b, key=key) for c, b in zip(nodes, bodies, strict=True)
        ]
        answers = at_once(*sends)
        codes = sorted(answer.status_code for answer in answers)
        assert codes == ([200, 201] if same else [201, 409]), [a.get_data(as_text=True) for a in answers]
        assert len(town.all(select(cases.c.id))) == before + 1
        if same:
            assert len({answer.json["digest"] for answer in answers if answer.json}) == 1
        else:
            refused(next(answer for answer in answers if answer.status_code == 409))
    town.sound()


def test_one_key_for_two_steps_on_two_nodes(town: Town) -> None:
    nodes = [Caller(node(town), town, "acceptor@ENV") for _ in range(2)]
    for turn in range(ROUNDS):
        numbers = [town.file_repair() for _ in range(2)]
        sends = [
            lambda c=c, n=n, key=f"k{turn}": c.post(f"/cases/{n}/actions/accept", {"expected_version": 1}, key=key)
            for c, n in zip(nodes, numbers, strict=True)
        ]
        assert sorted(answer.status_code for answer in at_once(*sends)) == [200, 409]
        assert sorted(town.case(number).version for number in numbers) == [1, 2]
    assert len({row.command_id for row in town.all(select(event.c.command_id).where(event.c.action == "accept"))}) == ROUNDS  # fmt: skip
    town.sound()

"""Procedure × state × action × role, driven through perform(): what comes of each try is worked out from the file alone."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest
from sqlalchemy import Connection, select

from repairflow.casework.actor import SYSTEM, Actor
from repairflow.casework.cases.transition import perform
from repairflow.casework.commands import Command
from repairflow.casework.own_signature import SIGNATURE
from repairflow.casework.permissions import OFFICE_OF_ROLE, SUBJECT_ROLES, case_scope, may_see
from repairflow.errors import Forbidden, NotFound, Refused
from repairflow.law import guards
from repairflow.records import cases, deadline
from repairflow.settings import asset
from tests.support.building import Town, counts, law

FILES = {
    (data["procedure"], data["version"]): data
    for path in sorted((asset("workflows") / "procedures").glob("*.toml"))
    for data in [tomllib.loads(path.read_text(encoding="utf-8"))]
    if data["procedure"] != "record"
}
pytestmark = pytest.mark.either_database
MATRIX = [(*key, state) for key, data in FILES.items() for state in data["state"]]


UNFIT: Mapping[tuple[str, str, str], tuple[str, ...]] = {
    ("minor_repair", "executing", "waive_target"): ("no_such_push",),  # what was never public goes to partners alone
    ("check_result", "entered", "name_penalty"): ("no_such_penalty",),  # the stock answer names none
}
"""Steps whose effects do not fit the record or the pushes as the shortest way leaves them; guards would stop them before."""


@dataclass(frozen=True)
class Try:
    """One person at one action."""

    action: str
    role: str  # as the file names it, or what else the person is
    actor: Actor


def way(data: dict[str, Any], goal: str) -> list[str]:
    """The shortest way from the initial state to `goal` by the file, without regard to guards."""
    ways = {data["initial"]: list[str]()}
    front = [data["initial"]]
    while front:
        state = front.pop(0)
        for name, action in data["action"].items():
            if state in action["from"] and (to := action.get("to", state)) not in ways:
                ways[to] = [*ways[state], name]
                front.append(to)
    return ways[goal]


_driven: dict[tuple[str, str], dict[tuple[str, ...], tuple[str, Callable[[Town], None]]]] = {}
"""The way to each state of the procedure that is tried now, so that each step is taken once and not once for each state behind it."""


def driven(town: Town, key: tuple[str, str], actions: tuple[str, ...]) -> str:
    """The number of a case of this procedure and version; afterwards these actions have been taken in it, with guards that hold."""
    if key not in _driven:
        _driven.clear()  # a copy has a megabyte
    ways = _driven.setdefault(key, {})
    if actions in ways:
        number, restore = ways[actions]
        restore(town)
        return number
    if not actions:
        number = town.begin(*key)
    else:
        number = driven(town, key, actions[:-1])
        with guards_answer(True):
            town.do(number, actions[-1])
            if town.all(
                select(deadline.c.id).where(deadline.c.case_id == town.case(number).id, deadline.c.state == "waiting")
            ):
                town.serve(number)  # a subject's limit runs from service, and letters tell its day
    ways[actions] = number, town.kept()
    return number


PAPER = {"paper_title": "异议处理决定书", "paper_number": "溪市监复〔2026〕9号", "paper_day": "2026-06-10"}
"""What whoever enters another office's written answer says of the paper."""
NO_CASES = {"system_admin", "security_admin"}  # they keep the system; cases are none of their business


def expected(data: dict[str, Any], state: str, attempt: Try, case: Any) -> str:
    """absent, forbidden, wrong_state or open, from the file and the case's three offices."""
    action = data["action"][attempt.action]
    held, theirs = attempt.actor.roles, {case.receiving_id, case.deciding_id, case.provider_id}
    ours = case.subject_id in attempt.actor.subjects and not (data.get("confidential", False) or case.internal)
    inspects = any(role == "auditor" for role, _ in held)
    if not (
        attempt.actor is SYSTEM
        or ours
        or inspects
        or theirs & {office for role, office in held if role not in NO_CASES}
    ):
        return "absent"
    allowed = any(
        attempt.actor is SYSTEM
        if role == "system"
        else ours
        if role in SUBJECT_ROLES
        else (role, getattr(case, OFFICE_OF_ROLE[role])) in held
        for role in action["by"]
    )
    if not allowed:
        return "forbidden"
    return "open" if state in action["from"] else "wrong_state"


def tries(town: Town, data: dict[str, Any], case: str) -> Iterator[Try]:
    """Every action by every role of the file, at the right office and at another; by an auditor; by another's agent."""
    people = {role: town.who(role, case) for role in data["actor"]}
    people |= {f"{role} elsewhere": town.actor(f"{role}@MARKET") for role in data["actor"] if role in OFFICE_OF_ROLE}
    people |= {"auditor": town.actor("auditor@CREDIT"), "stranger": town.actor("hengtuo")}
    people |= {"agent": town.actor("yunxi's agent"), "administrator": town.actor("system_admin@CREDIT")}
    for action in data["action"]:
        for role, actor in people.items():
            yield Try(action, role, actor)


def outcome(tx: Connection, town: Town, command: Command) -> tuple[str, set[str]]:
    """What became of a command, and the codes of its refusals; one that was not taken wrote nothing at all."""
    written = rows_written(tx)
    try:
        perform(tx, town.services, command, town.now)
    except NotFound:
        found, codes = "absent", set[str]()
    except Forbidden:
        found, codes = "forbidden", set[str]()
    except Refused as refused:
        assert all(refusal.text for refusal in refused.refusals)  # noqa: PT017 - every refusal of every try
        found, codes = "refused", {refusal.code for refusal in refused.refusals}
    else:
        return "taken", set()
    assert rows_written(tx) == written
    return found, codes


def rows_written(tx: Connection) -> int:
    """How many rows SQLite has inserted, changed and deleted by this connection, also those taken back."""
    driver: Any = tx.connection.driver_connection
    return int(driver.total_changes)


@contextmanager
def guards_answer(ok: bool) -> Iterator[None]:
    """Every guard answers the same: whether a guard is right is asked elsewhere, here whether it is asked and heeded."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guards, "GUARDS", _answering(ok))
        yield


@cache
def _answering(ok: bool) -> dict[str, guards.Guard]:
    return {name: replace(one, rule=lambda *_: (ok, "如此")) for name, one in guards.GUARDS.items()}


@pytest.mark.parametrize(("procedure", "version", "state"), MATRIX, ids=lambda value: value)
def test_every_try_ends_as_the_file_says(town: Town, procedure: str, version: str, state: str) -> None:
    """With guards that all hold, machine and access alone decide; with guards that all refuse, every one is named."""
    data = FILES[procedure, version]
    number = driven(town, (procedure, version), tuple(way(data, state)))
    case = town.case(number)
    assert case.state == state
    ready = {action: town.command(number, action) for action in data["action"]}
    wrong = []
    with town.db.begin() as tx:
        row = select(cases).where(cases.c.number == number)
        before, head = counts(tx), tx.execute(row).one()
        point = tx.begin_nested()
        for n, attempt in enumerate(tries(town, data, number)):
            stock, taking = ready[attempt.action], expected(data, state, attempt, case)
            command = replace(stock, actor=attempt.actor, command_id=f"try-{n}", expected_version=case.version)
            if attempt.actor.id != stock.actor.id and taking in {"open", "wrong_state"}:
                command, more = with_own_files(tx, town, command, data)
                point.commit()  # what is taken back later, the files stay
                point = tx.begin_nested()
                before["material"] += more
                before["row_touch"] += more  # what was written is looked at by verification
            if attempt.actor.kind == "agent" and SIGNATURE in command.inputs:  # online everybody signs in his own name
                command = replace(command, inputs={**command.inputs, SIGNATURE: attempt.actor.name})
            if only_enters(attempt.role, data["action"][attempt.action]):
                command = replace(command, inputs={**command.inputs, **PAPER})
            for ok in (True, False) if taking == "open" else (n % 2 == 0,):
                with guards_answer(ok):
                    found, codes = outcome(tx, town, command)
                if (found, codes) not in right(data, state, attempt, taking, ok):
                    wrong.append((attempt.action, attempt.role, taking, ok, found, codes))
                if found == "taken":
                    point.rollback()
                    point = tx.begin_nested()
                    assert tx.execute(row).one() == head
        point.commit()
        assert counts(tx) == before
    assert not wrong
    town.sound()


def right(data: dict[str, Any], state: str, attempt: Try, taking: str, ok: bool) -> list[tuple[str, set[str]]]:
    """The outcomes that fit: what was said, and the codes of all refusals."""
    if taking in {"absent", "forbidden"}:
        return [(taking, set())]
    action = data["action"][attempt.action]
    refused = set() if ok else {use if isinstance(use, str) else use["guard"] for use in action.get("guards", ())}
    if only_enters(attempt.role, action):
        refused.add("office_answers_itself")  # every office of the town has its posts
    if taking == "wrong_state":
        return [("refused", refused | {"wrong_state"})]
    if refused:
        return [("refused", refused)]
    return [
        ("taken", set()),
        *(("refused", {code}) for code in UNFIT.get((data["procedure"], state, attempt.action), ())),
    ]


def only_enters(role: str, action: dict[str, Any]) -> bool:
    """Whether this role takes the step only for an office outside the system, with its paper."""
    return role in action.get("enters", ())


def with_own_files(tx: Connection, town: Town, command: Command, data: dict[str, Any]) -> tuple[Command, int]:
    """The same command with files its actor uploaded, and how many those are."""
    asked = [
        name for name, spec in data["action"][command.action].get("inputs", {}).items() if spec["kind"] == "material"
    ]
    own = {name: town.receive(tx, name, command.actor) for name in asked}
    kinds = [next(iter(data["material"]))] * len(command.materials) if command.materials else []
    files = tuple(town.receive(tx, kind, command.actor) for kind in kinds)
    return replace(command, inputs={**command.inputs, **own}, materials=files), len(own) + len(files)


def test_the_ways_use_only_what_the_oracle_allows() -> None:
    for (procedure, version), data in FILES.items():
        oracle = law().oracles[procedure, version]
        for goal in data["state"]:
            at = data["initial"]
            for action in way(data, goal):
                at = oracle.destination(at, action)
                assert at is not None
            assert at == goal
        for state in data["state"]:
            named = {name for name, action in data["action"].items() if state in action["from"]}
            assert set(oracle.leaving(state)) == named


def test_who_may_see_in_python_is_who_may_see_in_sql(town: Town) -> None:
    numbers = [town.file_repair(town.record(company=company, office_code=code), who=town.actor(company))
               for company, code in (("yunxi", "ENV"), ("hengtuo", "MARKET"))]  # fmt: skip
    seen = {}
    for name in town.people:
        actor = town.actor(name)
        with town.db.read() as tx:
            by_sql = set(tx.execute(select(cases.c.number).where(case_scope(actor))).scalars())
            by_eye = {row.number for row in tx.execute(select(cases)) if may_see(actor, row)}
        assert by_sql == by_eye, name
        seen[name] = by_sql
    assert seen["yunxi"] == {numbers[0]}
    assert seen["acceptor@MARKET"] == {numbers[1]}
    assert seen["auditor@CREDIT"] == set(numbers)
    assert seen["hengtuo's agent"] == {numbers[1]}

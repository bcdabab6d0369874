"""What no letter can say, sent by a page and by a call of the running program: refused with what to do, nothing issued, no number used."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from repairflow.db import Database
from repairflow.errors import RepairFlowError
from repairflow.settings import Settings
from tests.casework.test_bad_input_before_letters import CASES, Drive, kept
from tests.conftest import Clock
from tests.support.building import Town
from tests.support.calling import Caller
from tests.web.desk_visit import Officer
from tests.web.portal_visit import Visitor, make


@pytest.fixture
def town(database: Database, settings: Settings, clock: Clock) -> Town:
    return Town(database, settings)


def fields_of(inputs: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Inputs as the fields of a form: a list line by line, findings each with its answer and note."""
    for name, given in inputs.items():
        if isinstance(given, list):
            yield name, "\n".join(given)
        elif isinstance(given, dict):
            for condition, found in given.items():
                yield f"{name}.{condition}.met", "yes" if found["met"] else "no"
                yield f"{name}.{condition}.note", found.get("note") or ""
        else:
            yield name, given


def by_page(app: Flask, town: Town, who: str, case: str, step: str, given: dict[str, Any]) -> tuple[int, str]:
    """The form of the step filled in and sent: what is wrong is told at once, also where a right one is asked to be confirmed."""
    if "@" not in who:  # of the subject
        visitor = Visitor(app, town, who)
        visitor.get(f"/my/cases/{case}/step/{step}")
        hidden = {"expected_version": str(town.case(case).version), "command_id": "d-1"}
        sent = visitor.post(f"/my/cases/{case}/step/{step}", hidden | given["inputs"])
        return sent.status_code, visitor.text
    officer = Officer(app, town, who)
    shown = officer.get(f"/desk/cases/{case}")
    inputs = dict(fields_of(given["inputs"]))
    data = inputs | {name: given[name] for name in ("reason", "ground") if given.get(name)}
    offered = f'id="act-{step}"' in officer.page.text  # else it stands among what is not possible now, with why
    seen = officer.form(step) if offered else {"expected_version": str(town.case(case).version), "command_id": "d-1"}
    answer = officer.post(f"/desk/cases/{case}/actions/{step}", {**seen, **data})
    return answer.status_code, officer.text if offered else shown


def by_call(app: Flask, town: Town, who: str, case: str, step: str, given: dict[str, Any]) -> tuple[int, str]:
    asked = {name: given[name] for name in ("reason", "ground", "inputs") if given.get(name)}
    body = {"expected_version": town.case(case).version, **asked}
    answer = Caller(app, town, who).post(f"/cases/{case}/actions/{step}", body)
    return answer.status_code, json.dumps(answer.get_json(), ensure_ascii=False)


@pytest.mark.parametrize("sent", [by_page, by_call])
@pytest.mark.parametrize(("drive", "error", "said"), CASES, ids=[drive.__name__ for drive, *_ in CASES])
def test_it_is_refused(
    town: Town, drive: Drive, error: type[RepairFlowError], said: tuple[str, ...], sent: Any
) -> None:
    case, step, changes = drive(town)
    command = town.command(case, step, **changes)
    given = {"reason": command.reason, "ground": command.ground, "inputs": dict(command.inputs)}
    who = next(name for name, key in town.people.items() if key == command.actor.id)
    before, state = kept(town), town.case(case).state
    status, told = sent(make(town), town, who, case, step, given)
    assert status in {409, 422}, told[:800]
    assert [one for one in said if one not in told] == [], told[:2000]
    after = kept(town)
    assert after[1:] == before[1:]
    assert {name for name, count in after[0].items() if count != before[0][name]} <= {
        "web_session",
        "api_token",
        "attempt",
        "row_change",
    }
    assert town.case(case).state == state

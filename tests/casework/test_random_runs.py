"""Every procedure, driven at random through its own machine and the record's: no dead end, no step from an end, no mark
left behind, four eyes kept, nobody refused without reason, letter and word of what is left to him.

The runs touch no database: 5,000 of up to 50 steps for each procedure in `make soak`, fewer each time.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from repairflow.casework.cases import four_eyes
from repairflow.law.checks import CASE_EFFECTS
from repairflow.law.guards import Done
from repairflow.law.procedure import deciding_elsewhere
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.roles import outcome_side, role_side
from repairflow.settings import asset
from repairflow.times import now

LAW = Library.read(Path(asset("workflows")))
CASES = sorted(key for key, p in LAW.procedures.items() if p.procedure != "record")
RECORD = LAW.versions("record")[-1]
LIFE = LAW.oracles[RECORD.procedure, RECORD.version]
PEOPLE = 3
MOST_STEPS = 50
DECISIONS = frozenset({"refused", "denied", "dismissed", "maintained", "annotated"})
runs = st.tuples(
    st.sampled_from(["published", "unpublished", "held", "restored"]),
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, PEOPLE)), max_size=MOST_STEPS),
)


def names(key: tuple[str, str]) -> str:
    return "-".join(key)


def lasts(state: str, effects: tuple[str, ...]) -> str | None:
    """Where effects lead a record from `state`, or None when its life does not allow them; an idle undo does nothing."""
    for name in effects:
        if name in CASE_EFFECTS:
            continue
        after = LIFE.destination(state, name)
        undoes = RECORD.action[name].undo
        if after is None and not (name.startswith("un") and undoes and RECORD.action[undoes].to != state):
            return None
        state = after or state
    return state


def walk(procedure: Procedure, record: str, choices: list[tuple[int, int]]) -> tuple[list[Done], str, str]:
    """One run: the steps that were possible, the state they led to, and the record's."""
    oracle = LAW.oracles[procedure.procedure, procedure.version]
    history: list[Done] = [Done(now(), "file", procedure.initial, {})]
    state = procedure.initial
    for choice, person in choices:
        leaving = oracle.leaving(state)
        if not leaving:
            break
        name = leaving[choice % len(leaving)]
        action = procedure.action[name]
        actor = None if set(action.by) == {"system"} else person
        if four_eyes.refusals(procedure, tuple(history), action, actor):
            continue
        after = lasts(record, action.effects)
        if after is None:
            continue
        state, record = oracle.destination(state, name) or state, after
        history.append(Done(now(), name, state, {}, len(history) + 1, actor, str(actor)))
    return history, state, record


def told_by(procedure: Procedure, action: Action) -> Action:
    """The step whose letter tells the decision: where another office decides and this step only passes it on, the one it waits for."""
    if action.no_remedy != deciding_elsewhere.PASSED_ON:
        return action
    waits_for = next(use.parameters["action"] for use in action.guards if use.guard == "input_was")
    return procedure.action[str(waits_for)]


def check(procedure: Procedure, record: str, choices: list[tuple[int, int]]) -> None:
    history, state, left = walk(procedure, record, choices)
    oracle = LAW.oracles[procedure.procedure, procedure.version]
    ended = [index for index, step in enumerate(history) if procedure.state[step.state].final]
    assert ended in ([], [len(history) - 1]), "a case that ended does not move"
    assert bool(oracle.leaving(state)) != procedure.state[state].final, "no dead end, and no way out of an end"
    doers: dict[str, int | None] = {}
    for step in history[1:]:
        action = procedure.action[step.action]
        for other in action.distinct_from:
            assert step.actor_id is None or doers.get(other) != step.actor_id, "four eyes"
        doers[step.action] = step.actor_id
        outcome = procedure.state[step.state].outcome
        by_office = any(role_side(role) == "office" for role in action.by)
        if outcome in DECISIONS and outcome_side(outcome) == "against" and by_office:
            assert action.reason, "nobody is refused without a reason"
            assert action.letter, "nor without a letter"
            assert told_by(procedure, action).remedy, "nor without a word of what is left to him"
    marked = any("mark_disputed" in procedure.action[s.action].effects for s in history[1:])
    if marked and procedure.state[state].final:
        assert left != "disputed", "the mark is gone when the objection has ended"


@pytest.mark.parametrize("key", CASES, ids=names)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(run=runs)
def test_a_random_run_breaks_no_law_of_procedure(key: tuple[str, str], run: tuple[str, list[tuple[int, int]]]) -> None:
    check(LAW.procedures[key], *run)


@pytest.mark.soak
@pytest.mark.parametrize("key", CASES, ids=names)
@settings(max_examples=5_000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(run=runs)
def test_five_thousand_random_runs_break_no_law_of_procedure(
    key: tuple[str, str], run: tuple[str, list[tuple[int, int]]]
) -> None:
    check(LAW.procedures[key], *run)

"""State by state: whether each recorded step still leads where it led."""

from __future__ import annotations

from collections.abc import Iterator

from repairflow.casework.cases.filing import FILE
from repairflow.casework.cases.version_migration import MIGRATE
from repairflow.casework.deadline_table import OWN_EVENTS
from repairflow.casework.event_names import EventName
from repairflow.casework.queries.audit.replay.difference import Difference
from repairflow.casework.queries.audit.replay.recorded import History
from repairflow.law.procedure.library import Library

NOWHERE = "不能办理"


def differences(law: Library, history: History) -> Iterator[Difference]:
    """Return steps that lead elsewhere by the rules of today, and a case that stands elsewhere than its last step left it."""
    stands: str | None = None
    for index, step in enumerate(history.steps):
        key = (history.case.procedure, history.version_at(index))
        if key not in law.procedures:
            yield _found(history, step.seq, f"{key[0]} {key[1]}", step.to_state, "没有这个版本的文件")
            return
        if step.action == FILE:
            led: str | None = law.procedures[key].initial
        elif step.action == MIGRATE:
            led = step.to_state if step.to_state in law.procedures[key].state else None
        elif step.action == EventName.UNDO_STEP:  # of the step right before it
            led = history.steps[index - 1].from_state
        elif step.action in OWN_EVENTS:
            led = step.from_state
        else:
            led = law.oracles[key].destination(stands or "", step.action)
        if led != step.to_state or step.from_state != stands:
            yield _found(history, step.seq, f"{history.case.procedure}.{step.action}", step.to_state, led or NOWHERE)
        stands = step.to_state
    case = history.case
    if stands is not None and case.state != stands:
        yield _found(history, 0, f"{case.procedure} state", case.state, stands)
    last = law.procedures[case.procedure, case.procedure_version].state.get(stands or "")
    if last is not None and case.outcome != last.outcome:
        yield _found(history, 0, f"{case.procedure} outcome", case.outcome or "（无）", last.outcome or "（无）")


def _found(history: History, seq: int, name: str, recorded: str, now: str) -> Difference:
    return Difference("state", f"state {name}", history.case.number, seq, recorded, now)

"""Due days: whether the limits counted from a recorded history today are those its rows and rungs have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from repairflow.casework.queries.audit.replay.difference import Difference
from repairflow.casework.queries.audit.replay.recorded import History, earlier_due_days
from repairflow.law.deadlines.count import all_due
from repairflow.law.guards import Done
from repairflow.law.procedure.library import Library

Days = tuple[str, int, str, str | None]
"""A run of a clock as a recorded history has it: clock, round, state, due day."""


def counted(law: Library, history: History, until: int) -> list[Days]:
    """Return every run of every clock after the first `until` steps, by the rules of today."""
    return _counted(law, history, history.done[:until])


def _counted(law: Library, history: History, steps: tuple[Done, ...]) -> list[Days]:
    procedure = law.procedure(history.case.procedure, history.version_at(len(steps) - 1))
    return [
        (due.clock, due.round, due.state, due.due_day.isoformat() if due.due_day else None)
        for due in all_due(procedure, steps, history.calendar)
    ]


def differences(law: Library, history: History) -> Iterator[Difference]:
    """Return running limits that end on another day, limits that are gone or new, rungs that fired for a day no count gives."""
    case = history.case
    if case.closed_at is None:
        now = {
            name: (state, day) for name, _, state, day in counted(law, history, len(history.steps)) if state != "ended"
        }
        kept = {row.clock: (row.state, row.due_day.isoformat() if row.due_day else None) for row in history.deadlines}
        for clock in sorted(now.keys() | kept.keys()):
            if now.get(clock) != kept.get(clock):
                yield _found(history, 0, clock, _text(kept.get(clock)), _text(now.get(clock)))
    possible = {
        (clock, date.fromisoformat(day))
        for steps in history.stood
        for clock, _, _, day in _counted(law, history, steps)
        if day is not None
    } | earlier_due_days(history)
    for rung in history.rungs:
        if (rung.clock, rung.due_day) not in possible:
            yield _found(history, 0, rung.clock, f"{rung.rung}：{rung.due_day}", "没有这一届满日")


def _text(limit: tuple[str, str | None] | None) -> str:
    return "没有" if limit is None else f"{limit[0]} {limit[1] or ''}".strip()


def _found(history: History, seq: int, clock: str, recorded: str, now: str) -> Difference:
    return Difference("due", f"due {history.case.procedure}.{clock}", history.case.number, seq, recorded, now)

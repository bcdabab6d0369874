"""Simulation (试算): what a draft version would have made of cases that were decided under another. Pure.

A closed case's steps are taken again, at their own moments, by the draft's rules. It lists steps the draft does not allow
there, steps another post would have to take, guards that did not exist then, due days and outcomes that differ. Guards
themselves are not answered anew: the facts of that day are not there any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from repairflow.law.calendar.workdays import Calendar
from repairflow.law.deadlines.count import all_due
from repairflow.law.deadlines.runs import Step
from repairflow.law.guards import GUARDS, day_text
from repairflow.law.procedure.model import Action, Procedure
from repairflow.times import local_day

Kind = Literal["step", "who", "guard", "due", "outcome"]


@dataclass(frozen=True, slots=True)
class Past:
    """A closed case as it went: its history from the filing on, with the role in which each step was taken."""

    number: str
    procedure: Procedure
    history: tuple[Step, ...]
    roles: tuple[str, ...]  # one for each step
    outcome: str | None
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that would have been otherwise in one case."""

    case: str
    kind: Kind
    text: str


def simulate(draft: Procedure, past: Iterable[Past]) -> list[Difference]:
    """Everything that would have been otherwise in these cases, in their order; empty when nothing would."""
    return [difference for case in past for difference in _one(draft, case)]


def _one(draft: Procedure, case: Past) -> list[Difference]:
    found: list[Difference] = []

    def differ(kind: Kind, text: str) -> None:
        found.append(Difference(case.number, kind, text))

    taken: list[Step] = []
    state = draft.initial
    for step, role in zip(case.history, case.roles, strict=True):
        if taken:
            action = draft.action.get(step.action)
            where = draft.state[state].label
            if action is None:
                differ("step", f"{_when(step)}的“{_label(case.procedure, step)}”在新版本中没有")
                break
            if state not in action.from_:
                differ("step", f"{_when(step)}的“{action.label}”在新版本的“{where}”环节不能办理")
                break
            if role not in action.by:
                differ("who", f"{_when(step)}的“{action.label}”在新版本中由{_who(draft, action)}办理")
            added = _added(case.procedure.action.get(step.action), action)
            if added:
                differ("guard", f"{_when(step)}的“{action.label}”在新版本中另须满足：{'、'.join(added)}")
            state = action.to or state
        taken.append(replace(step, state=state))
    else:
        outcome = draft.state[state].outcome
        if outcome != case.outcome:
            now = draft.state[state].label
            differ("outcome", f"办理结果会是“{now}”，当时为“{case.procedure.state[case.history[-1].state].label}”")
    for text in _dues(draft, case, tuple(taken)):
        differ("due", text)
    return found


def _dues(draft: Procedure, case: Past, taken: tuple[Step, ...]) -> list[str]:
    """Limits that would have ended on another day, over the steps both versions share."""
    before = {(d.clock, d.round): d.due_day for d in all_due(case.procedure, case.history[: len(taken)], case.calendar)}
    lines = []
    for due in all_due(draft, taken, case.calendar):
        old = before.pop((due.clock, due.round), None)
        if old != due.due_day and due.due_day is not None:
            was = f"当时为{day_text(old)}" if old is not None else "当时没有这一期限"
            lines.append(f"{due.label}会在{day_text(due.due_day)}届满，{was}")
    labels = case.procedure.clock
    lines += [
        f"{labels[name].label}在新版本中没有，当时于{day_text(day)}届满" for (name, _), day in before.items() if day
    ]
    return lines


def _added(old: Action | None, new: Action) -> list[str]:
    answered = {use.guard for use in old.guards} if old is not None else set()
    return [
        GUARDS[use.guard].label if use.guard in GUARDS else use.guard for use in new.guards if use.guard not in answered
    ]


def _who(draft: Procedure, action: Action) -> str:
    return "、".join(draft.actor.get(role, role) for role in action.by)


def _label(procedure: Procedure, step: Step) -> str:
    action = procedure.action.get(step.action)
    return action.label if action is not None else step.action


def _when(step: Step) -> str:
    return day_text(local_day(step.at))

"""Simulation (试算): what a draft version would have made of cases that were decided under another. Pure.

A closed case's steps are taken again, at their own moments, by the draft's rules, under the overlay (本地细化) that was in force
for the case. It lists steps the draft does not allow there, steps another post would have to take, conditions that would not have
held, due days and outcomes that differ. Guards are answered anew with what the trail keeps of the facts of that day; one that looks
at more is named, where the old version did not ask it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from repairflow.law.calendar.workdays import Calendar
from repairflow.law.deadlines.count import all_due
from repairflow.law.deadlines.runs import UNDONE
from repairflow.law.guards import GUARDS, Done, Facts, NotStoredError, answer, day_text
from repairflow.law.procedure.model import Action, GuardUse, Procedure
from repairflow.law.procedure.overlay import Overlay, laid_anew
from repairflow.times import local_day

Kind = Literal["step", "who", "guard", "due", "outcome", "overlay"]
FactsOf = Callable[[int, Procedure, tuple[Done, ...]], Facts]
"""The facts of a step by its place in the history, the procedure that asks, and the steps before as that procedure has them."""


@dataclass(frozen=True, slots=True)
class Past:
    """A closed case as it went: its history from the filing on, with the role in which each step was taken."""

    number: str
    procedure: Procedure
    history: tuple[Done, ...]
    roles: tuple[str, ...]  # one for each step
    outcome: str | None
    calendar: Calendar
    facts: FactsOf
    filed_by_form: bool = True  # else another case opened it, and no filing guard was asked
    overlay: Overlay | None = None  # that made its version of the base


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that would have been otherwise in one case."""

    case: str
    kind: Kind
    text: str


def simulate(draft: Procedure, past: Iterable[Past], *, local: bool = False) -> list[Difference]:
    """Everything that would have been otherwise in these cases, in their order; empty when nothing would.

    A draft that is `local`, made by an overlay of its own, is taken as it is; any other one under the overlay of each case.
    """
    found: list[Difference] = []
    for case in past:
        rules = draft
        if case.overlay is not None and not local:
            laid, reasons = laid_anew(case.overlay, draft)
            rules = laid or draft
            if reasons:
                text = f"本地细化“{case.overlay.label}”不能照原样用于新版本，以下按没有细化比较：{'；'.join(reasons)}"
                found.append(Difference(case.number, "overlay", text))
        found += [Difference(case.number, kind, text) for kind, text in _one(rules, case)]
    return found


def _one(draft: Procedure, case: Past) -> Iterator[tuple[Kind, str]]:
    taken: list[Done] = []
    state = draft.initial
    for index, (step, role) in enumerate(zip(case.history, case.roles, strict=True)):
        before = tuple(one for one in taken if one.seq < step.seq)
        if step.action == UNDONE:
            continue
        if not taken:
            if case.filed_by_form:
                yield from _guards(draft, case, index, before, draft.filing_guards, case.procedure.filing_guards)
        else:
            action = draft.action.get(step.action)
            where = draft.state[state].label
            if action is None:
                yield "step", f"{_when(step)}的“{_label(case.procedure, step)}”在新版本中没有"
                break
            if state not in action.from_:
                yield "step", f"{_when(step)}的“{action.label}”在新版本的“{where}”环节不能办理"
                break
            if role not in action.by:
                yield "who", f"{_when(step)}的“{action.label}”在新版本中由{_who(draft, action)}办理"
            old = case.procedure.action.get(step.action)
            yield from _guards(draft, case, index, before, action.guards, old.guards if old is not None else ())
            state = action.to or state
        taken.append(replace(step, state=state))
    else:
        outcome = draft.state[state].outcome
        if outcome != case.outcome:
            now = draft.state[state].label
            yield "outcome", f"办理结果会是“{now}”，当时为“{case.procedure.state[case.history[-1].state].label}”"
    for text in _dues(draft, case, tuple(taken)):
        yield "due", text


def _guards(
    draft: Procedure, case: Past, index: int, before: tuple[Done, ...], uses: tuple[GuardUse, ...],
    old: tuple[GuardUse, ...],
) -> Iterator[tuple[Kind, str]]:  # fmt: skip
    """Conditions of a step that would not have held, and new ones whose facts nobody has kept."""
    step = case.history[index]
    what = f"{_when(step)}的“{draft.action[step.action].label if index else '提出'}”在新版本中"
    facts, unkept = case.facts(index, draft, before), []
    for use in uses:
        if use.guard not in GUARDS:
            continue  # the checks refuse such a file
        try:
            said = answer(use, facts)
        except NotStoredError:
            if use not in old:
                unkept.append(GUARDS[use.guard].label)
        else:
            if not said.ok:
                yield "guard", f"{what}不符合条件“{said.label}”：{said.text}"
    if unkept:
        yield "guard", f"{what}另须满足：{'、'.join(unkept)}（当日所需的事实没有留存，请自行核对）"


def _dues(draft: Procedure, case: Past, taken: tuple[Done, ...]) -> list[str]:
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


def _who(draft: Procedure, action: Action) -> str:
    return "、".join(draft.actor.get(role, role) for role in action.by)


def _label(procedure: Procedure, step: Done) -> str:
    action = procedure.action.get(step.action)
    return action.label if action is not None else step.action


def _when(step: Done) -> str:
    return day_text(local_day(step.at))

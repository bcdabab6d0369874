"""Guard answers: asked again with what the trail keeps; a guard that looks at what an older event kept not is counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from repairflow.casework import deadline_table
from repairflow.casework.case_state.kept_facts import OF_THE_DAY, recalled
from repairflow.casework.cases.filing import FILE
from repairflow.casework.queries.audit.replay.difference import Difference, Report
from repairflow.casework.queries.audit.replay.recorded import History
from repairflow.law.guards import Done, Facts, NotStoredError, answer
from repairflow.law.procedure.library import Library
from repairflow.law.procedure.model import GuardUse, Procedure
from repairflow.law.procedure.packs import RulePack
from repairflow.times import local_day


@dataclass(frozen=True, slots=True)
class KeptFacts(Facts):
    """What the trail keeps of the facts of a step; NotStoredError for all else."""

    kept: frozenset[str] = frozenset()

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401  # of whatever type the fact is
        if name in OF_THE_DAY and name not in object.__getattribute__(self, "kept"):
            raise NotStoredError(name)
        return object.__getattribute__(self, name)


def differences(law: Library, history: History, report: Report) -> Iterator[Difference]:
    """Guards that answer otherwise today, or are not the ones that were asked; counts what was asked in `report`."""
    for index, step in enumerate(history.steps):
        answers = step.content.get("answers") or []
        if not answers:
            continue
        uses = _uses(law, history, index)
        where = f"guard {history.case.procedure}.{step.action}"
        if [one["guard"] for one in answers] != [use.guard for use in uses]:
            then, now = ("、".join(names) for names in ([one["guard"] for one in answers], [use.guard for use in uses]))
            yield Difference("guard", where, history.case.number, step.seq, then, now)
            continue
        procedure = law.procedure(history.case.procedure, history.version_at(index))
        facts = facts_of(history, index, procedure, law.packs[history.case.pack])
        for use, one in zip(uses, answers, strict=True):
            try:
                now_said = answer(use, facts)
            except NotStoredError:
                report.unstored[use.guard] += 1
                continue
            report.counts["guards"] += 1
            if (now_said.ok, now_said.text) != (one["ok"], one["text"]):
                name = f"{where} {use.guard}"
                yield Difference("guard", name, history.case.number, step.seq, one["text"], now_said.text)


def _uses(law: Library, history: History, index: int) -> tuple[GuardUse, ...]:
    procedure = law.procedure(history.case.procedure, history.version_at(index))
    action = history.steps[index].action
    if action == FILE:
        return procedure.filing_guards
    return procedure.action[action].guards if action in procedure.action else ()


def facts_of(
    history: History, index: int, procedure: Procedure, pack: RulePack, before: tuple[Done, ...] | None = None
) -> Facts:
    """Return what the trail keeps of the facts of one step, as guards of this procedure take them; NotStoredError for all else.

    `before` are the steps that lie before it, where another procedure has them otherwise than the trail.
    """
    case, step = history.case, history.steps[index]
    if before is None:
        before = tuple(one for one in history.done[:index] if one.seq < step.seq)
    inputs = {**(step.content.get("inputs") or {}), **step.personal}
    filing = step.action == FILE
    fresh = tuple((kind, 0) for kind, taken in history.materials if taken == step.seq)
    earlier = tuple((kind, taken) for kind, taken in history.materials if taken < step.seq)
    today = local_day(step.done.at)
    of_the_day = recalled(step.content.get("facts") or {})
    live = {} if filing else deadline_table.live(procedure, before, history.calendar, today)
    return KeptFacts(
        procedure=procedure,
        pack=pack,
        action=step.action,
        now=step.done.at,
        today=today,
        history=before,
        inputs=inputs,
        filing=inputs if filing else case.inputs,
        materials=(*earlier, *fresh),
        filed_by_agent=bool(case.inputs.get("filed_by_agent")),
        due_days={name: due.due_day for name, due in live.items()},
        kind=case.kind,
        actor_id=step.done.actor_id,
        deciding_id=case.deciding_id,
        division_code=None if filing else case.division_code,
        calendar=history.calendar,
        kept=frozenset(of_the_day),
        **of_the_day,
    )

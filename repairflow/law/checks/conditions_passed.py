"""What whoever filed has to fulfil is asked on every way to the decision: no way passes the condition that another one asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from repairflow.law.checks.dead_ends import run_in_labels
from repairflow.law.checks.decisions import by_office, side_of, weighs
from repairflow.law.checks.report import Report
from repairflow.law.checks.state_space import Config, Model, Run
from repairflow.law.checks.steps_before import before
from repairflow.law.procedure.model import Action

Came: TypeAlias = Mapping[Config, tuple[str, Config] | None]

QUALIFIES = ("record_is_repairable", "minimum_period_served", "commitment_signed", "commitment_given", "kept_clean",
             "conditions_confirmed", "materials_complete")  # fmt: skip
"""Guards that say of whoever filed, or of the record, that the conditions of the law are met."""


def check(report: Report) -> None:
    """Find good decisions that one way reaches past a condition asked on another."""
    p = report.procedure
    if report.is_record or p.initial not in p.state:
        return
    filed = {use.guard for use in p.filing_guards}
    for guard in (one for one in QUALIFIES if one not in filed):
        asking = {name for name, action in p.action.items() if _asks(action, guard) and side_of(p, action) != "against"}
        for name, action in p.action.items():
            good = side_of(p, action) == "for" and by_office(action) and weighs(p, action)
            if not good or name in asking or not asking & before(p)[name]:
                continue
            run = _past(report, name, action, asking)
            if run is not None:
                steps = "、".join(map(report.action, sorted(asking & before(p)[name])))
                text = f"{report.action(name)}有利于主体，{steps}要{report.guard(guard)}，却另有一条路不看它就办到这里"
                text += f"；请在那条路的动作或者本动作的 guards 中写上。办理过程：{run_in_labels(report, run)}"
                report.find("conditions_turned", ("action", name, "guards"), text)


def _asks(action: Action, guard: str) -> bool:
    return any(use.guard == guard for use in action.guards)


def _past(report: Report, name: str, action: Action, asking: set[str]) -> Run | None:
    """Return a run that comes to the step without any that asks, where a case of the same sort also comes there by one that does."""
    p = report.procedure
    model = Model(p, report.names.packs_for(p), report.names.record, report.budget)
    for with_all, passing in zip(model.worlds(), model.worlds(barred=asking), strict=True):
        found = next(_standing(model, name, action, passing.came, passing.facts), None)
        asked = any(step in asking for step in _taken(with_all.came))
        if found is not None and asked:
            return passing.run(found)
    return None


def _standing(model: Model, name: str, action: Action, came: Came, facts: Mapping[str, str]) -> Iterator[Config]:
    return (config for config in came if config.state in action.from_ and model.open(name, config, facts))


def _taken(came: Came) -> set[str]:
    """Return the steps by which the runs came where they are."""
    return {back[0] for back in came.values() if back is not None}

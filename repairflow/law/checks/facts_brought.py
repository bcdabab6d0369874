"""Facts a step rests on and that may have been left out: some step on from there, or back, brings them.

Where an answer is optional and only an earlier step asks for it, who is to decide can neither go on nor have it made up for: the
case is closed against its subject, or never, for what an officer forgot.
"""

from __future__ import annotations

from collections.abc import Iterator

from repairflow.law.checks.graph import closure, successors
from repairflow.law.checks.report import Report
from repairflow.law.checks.state_space import Model
from repairflow.law.guards.reads import READINGS, Needs
from repairflow.law.procedure.model import GuardUse, Procedure


def check(report: Report) -> None:
    """Find each step with a guard whose optional answer can be given no more where the step is taken."""
    p = report.procedure
    if report.is_record or any(a.to is not None and a.to not in p.state for a in p.action.values()):
        return
    model = Model(p, report.names.packs_for(p), report.names.record, report.budget)
    for name, state, use, need in _too_late(p, model):
        text = (
            f"{report.action(name)}的前置条件 {use.guard} 要看“{_label(p, need)}”，该项可以不填，到了{report.state(state)}却再也补不上；"
            f"请把它写成必填，或者给{report.state(state)}一个退回补填的动作"
        )
        report.find("fact_brought_too_late", ("action", name, "guards"), text)


def _too_late(p: Procedure, model: Model) -> Iterator[tuple[str, str, GuardUse, Needs]]:
    following = successors(p)
    for name, action in p.action.items():
        for use in action.guards:
            for need in _of_steps(use):
                asking = _asking(p, use, need)
                sure = [one for one in asking if p.action[one].inputs[_input(use, need)].required]
                sure += [
                    one for one, step in p.action.items() if one != name and use in step.guards
                ]  # it asked the same
                for state in action.from_:
                    onward = closure([state], following)
                    again = any(onward & set(p.action[one].from_) for one in asking)
                    if asking and not again and _come_to(model, name, state, sure):
                        yield name, state, use, need
                        break


def _come_to(model: Model, name: str, state: str, barred: list[str]) -> bool:
    """Tell whether a case can stand where a step may be taken without any of these having been taken."""
    return any(
        config.state == state and model.open(name, config, world.facts)
        for world in model.worlds(barred)
        for config in world.came
    )


def _of_steps(use: GuardUse) -> tuple[Needs, ...]:
    reading = READINGS.get(use.guard)
    return () if reading is None else tuple(one for one in reading.needs if one.source in {"any", "named"})


def _input(use: GuardUse, need: Needs) -> str:
    return str(use.parameters.get(need.name.strip("{}"), "")) if need.name.startswith("{") else need.name


def _asking(p: Procedure, use: GuardUse, need: Needs) -> list[str]:
    """Return the steps whose form asks for what a guard needs; where it names the step, that one alone."""
    named = [str(use.parameters.get("action", ""))] if need.source == "named" else list(p.action)
    return [one for one in named if one in p.action and _input(use, need) in p.action[one].inputs]


def _label(p: Procedure, need: Needs) -> str:
    labels = [a.inputs[need.name].label for a in p.action.values() if need.name in a.inputs]
    return labels[0] if labels else need.name

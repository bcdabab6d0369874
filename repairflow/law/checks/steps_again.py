"""Steps that are taken twice: again from where they led, back to where a case was not taken up yet, past its acceptance."""

from __future__ import annotations

from repairflow.law.checks.decisions import LASTING, by_office, by_system_alone, weighs
from repairflow.law.checks.event_waits import COUNTED
from repairflow.law.checks.graph import closure, successors
from repairflow.law.checks.intake import before_acceptance
from repairflow.law.checks.quiet_ends import files_itself
from repairflow.law.checks.report import Report
from repairflow.law.checks.steps_before import without
from repairflow.law.letter_kinds import SAYS
from repairflow.law.procedure.model import Action


def check(report: Report) -> None:
    """Find steps that a case takes once too often, or passes by."""
    p = report.procedure
    if report.is_record or p.initial not in p.state:
        return
    for name, action in p.action.items():
        _again(report, name, action)
        _repeats(report, name, action)
    if files_itself(p):
        early = before_acceptance(p)
        for name, action in p.action.items():
            _back(report, name, action, early)
        _past_acceptance(report, early)


def _counted(action: Action) -> bool:
    return any(use.guard in COUNTED for use in action.guards)


def _again(report: Report, name: str, action: Action) -> None:
    """Find a step that may be taken from a state that lies only behind itself, without a count."""
    p = report.procedure
    if action.to is None or action.to not in p.state or _counted(action) or action.extends is not None:
        return
    behind = closure([action.to], successors(p)) - without(p, [name])
    again = [state for state in action.from_ if state in behind]
    if action.to in action.from_ and set(action.from_) != {action.to} and "transfer_case" not in action.effects:
        text = f"{report.action(name)}也能从它的 to（{report.state(action.to)}）办理，在那里没有前进，只是又办一次；请从 from 中删去"
        report.find("step_again", ("action", name, "from"), text)
    elif again:
        text = f"{report.action(name)}办过以后才能到{report.states(again)}，却又能从那里再办一次，没有次数限制"
        text += "；请从 from 中删去，或者写 not_yet_done、times_below"
        report.find("step_again", ("action", name, "from"), text)


def _repeats(report: Report, name: str, action: Action) -> None:
    """Find what the system does at every receipt or change, where the case stays and the effect comes again and again."""
    lasting = LASTING | {"lift_measure", "impose_measure"}
    events = set(action.on) - {"opened"}
    if by_system_alone(action) and action.to is None and events and lasting & set(action.effects):
        text = f"{report.action(name)}办完以后办件留在原环节，每来一次 {'、'.join(sorted(events))} 就再产生一次效果；请写 to"
        report.find("step_again", ("action", name), text)


def _back(report: Report, name: str, action: Action, early: frozenset[str]) -> None:
    """Find a step that leads a case that was taken up back to where it was not."""
    later = [state for state in action.from_ if state in report.procedure.state and state not in early]
    if action.to in early and later:
        text = f"{report.action(name)}使已经受理的办件从{report.states(later)}回到受理以前的{report.state(action.to or '')}"
        report.find("step_again", ("action", name, "to"), f"{text}，期限重新起算；请改正 from 或者 to")


def _past_acceptance(report: Report, early: frozenset[str]) -> None:
    """Find a step by which a case goes on as if it had been taken up, where its filer is told of the acceptance on every other way."""
    p = report.procedure
    onward = {
        name: action
        for name, action in p.action.items()
        if action.to in p.state and action.to not in early and not p.state[action.to or ""].final
    }
    crossing = {name: action for name, action in onward.items() if early & set(action.from_)}
    told = [name for name, action in crossing.items() if SAYS.get(action.letter or "") == "taken_up"]
    for name, action in crossing.items():
        if told and name not in told and by_office(action) and not weighs(p, action):
            others = "、".join(map(report.action, told))
            text = f"{report.action(name)}不经过{others}就使办件进入{report.state(action.to or '')}，提出的人没有收到受理通知"
            report.find("acceptance_bypassed", ("action", name, "from"), f"{text}；请从 from 中删去受理以前的环节")

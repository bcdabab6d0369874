"""Steps that do nothing where they stand: taken nowhere, leading nowhere, changing nothing; and receipts that nobody waits for."""

from __future__ import annotations

from repairflow.law.checks.decisions import by_office, by_system_alone, outcome_of
from repairflow.law.checks.event_waits import PUSHED
from repairflow.law.checks.report import Report
from repairflow.law.checks.steps_before import without
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.roles import role_side


def check(report: Report) -> None:
    """Find steps whose place or target cannot be meant."""
    p = report.procedure
    if report.is_record:
        return
    for name, action in p.action.items():
        _nowhere(report, name, action)
        _overdue_elsewhere(report, name, action)
        _answers(report, name, action)
        pushing = {step for step, other in p.action.items() if PUSHED & set(other.effects)}
        dry = sorted(without(p, pushing) & set(action.from_))
        if "waive_push" in action.effects and dry:
            text = f"{report.action(name)}取消推送，到{report.states(dry)}却可以没有任何推送；请从 from 中删去"
            report.find("step_idle", ("action", name, "from"), text)
        ends = action.to is not None and action.to in p.state and p.state[action.to].final
        waits = any(use.guard == "all_targets_acknowledged" for use in action.guards)
        if ends and "receipt" in action.on and not waits:
            text = f"{report.action(name)}在第一件回执到来时就终结办件，别的平台还没有回执；请在 guards 中写 all_targets_acknowledged"
            report.find("receipts_ignored", ("action", name, "guards"), text)
        waited = {one.to for one in p.action.values() if any(g.guard == "all_targets_acknowledged" for g in one.guards)}
        if ends and not waits and action.to in waited and (PUSHED - {"seal_record"}) & set(action.effects):
            text = f"{report.action(name)}产生要推送的效果，却不等回执就到{report.state(action.to or '')}终结，别的动作都要等"
            report.find("receipts_ignored", ("action", name, "to"), f"{text}；请把 to 改为等待回执的环节")


def _nowhere(report: Report, name: str, action: Action) -> None:
    at, what = ("action", name), report.action(name)
    if action.to is not None and set(action.from_) == {action.to}:
        text = f"{what}的 to 就是它的 from（{report.state(action.to)}），办完没有前进；留在原环节的请不写 to，否则请改正 to"
        report.find("step_idle", (*at, "to"), text)
    elif action.to is None and not _leaves_something(report.procedure, name, action):
        text = f"{what}办完以后办件留在原环节，没有文书、填写项、材料、公开效果，也没有别的动作看它是否办过；请写 to，或者删去"
        report.find("step_idle", at, text)


def _leaves_something(p: Procedure, name: str, action: Action) -> bool:
    """Tell whether anything is there afterwards that was not before."""
    if action.letter or action.effects or action.inputs or action.materials or action.opens or action.extends:
        return True
    if action.reason and any(role_side(role) == "subject" for role in action.by):
        return True  # what it asks for stands in its reason
    forms = (p.inputs, *(other.inputs for other in p.action.values()))
    asked = any(item.asks == name or name in item.after for form in forms for item in form.values())
    looked_at = (use for other in p.action.values() if other is not action for use in other.guards)
    differs = any(name in other.distinct_from for other in p.action.values())
    return asked or differs or any(name in use.parameters.values() for use in looked_at)


def _answers(report: Report, name: str, action: Action) -> None:
    """Find a yes or no that decides nothing; a case passed on without a word to whom."""
    p = report.procedure
    outcome = outcome_of(p, action)
    to_whom = [item for key, item in action.inputs.items() if key.startswith("refer") and item.required]
    if outcome == "referred" and by_office(action) and not to_whom:
        text = (
            f"{report.action(name)}把办件转给有权机关，却不要求写明是哪个机关；请在 inputs 中写 refer_to（kind = text）"
        )
        report.find("referred_nowhere", ("action", name), text)
    for key, item in action.inputs.items():
        if key.startswith("refer") and not item.required and by_office(action) and outcome != "referred":
            text = f"{report.action(name)}的“{item.label}”（{key}）可以不填，办了也不知道转给哪个机关；请删去 required = false"
            report.find("referred_nowhere", ("action", name, "inputs", key), text)
    if outcome is not None or not by_office(action):
        return
    read = {str(use.parameters.get("input")) for other in p.action.values() for use in other.guards}
    for key, item in action.inputs.items():
        if item.kind == "boolean" and item.required and not item.told and key not in read:
            text = f"{report.action(name)}要求回答“{item.label}”（{key}），以后的动作却都不看答案，答什么结果都一样"
            report.hint(
                "answer_unread", ("action", name, "inputs", key), f"{text}；请在决定的 guards 中写 input_was，或者删去"
            )


def _overdue_elsewhere(report: Report, name: str, action: Action) -> None:
    """Check that what the system does when a limit is over happens in the states of that limit alone."""
    p = report.procedure
    clocks = [clock for clock in p.clock.values() if clock.overdue == name]
    if not clocks or not by_system_alone(action) or action.on:
        return
    running = {state for clock in clocks for state in clock.runs_in}
    if idle := [state for state in action.from_ if state in p.state and state not in running]:
        text = f"{report.action(name)}只在期限届满时由系统办理，{report.states(idle)}却不在该期限之内，在那里永远不会办"
        text += "；请改正 from 或者 runs_in"
        report.find("never_possible", ("action", name, "from"), text)

"""Who decides: nobody in its own cause, no office with one pair of eyes, and only posts that people hold."""

from __future__ import annotations

from collections.abc import Collection

from repairflow.law.checks.dead_ends import run_in_labels
from repairflow.law.checks.decisions import LASTING, by_office, decides, outcome_of, side_of, weighs
from repairflow.law.checks.graph import closure, successors
from repairflow.law.checks.report import Report
from repairflow.law.checks.state_space import Model, Run
from repairflow.law.letter_kinds import SAYS
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.roles import OFFICE_ROLES, SUBJECT_ROLES, SYSTEM, outcome_side, role_side


def check(report: Report) -> None:
    """Everything wrong with who takes which step."""
    if report.is_record:
        return
    _posts(report)
    for name, action in report.procedure.action.items():
        _own_cause(report, name, action)
        if by_office(action) and weighs(report.procedure, action):
            _four_eyes(report, name, action)
        elif (
            by_office(action)
            and not action.distinct_from
            and (settles(report.procedure, action) or _beside_no(report.procedure, name, action))
        ):
            text = f"{report.action(name)}以后不再有人决定，等于作出决定，却没有写须与谁不同（distinct_from）；请写明"
            if not _another_than_filer(report, action):
                report.find("four_eyes_missing", ("action", name), text)


def _posts(report: Report) -> None:
    known = SUBJECT_ROLES | set(OFFICE_ROLES) | {SYSTEM}
    for role, label in report.procedure.actor.items():
        if role not in known:
            posts = "、".join(sorted(OFFICE_ROLES))
            text = f"角色“{label}”（{role}）没有岗位可以担任，没有人能够办理；机关的岗位有：{posts}"
            report.find("role_without_post", ("actor", role), text)


def _own_cause(report: Report, name: str, action: Action) -> None:
    """Find what a subject's role may not do: decide, prepare a decision, take itself up, give an office more time."""
    p = report.procedure
    roles = [role for role in action.by if role_side(role) == "subject"]
    if not roles:
        return
    says = SAYS.get(action.letter or "")
    whys = {
        "决定了办理结果": outcome_side(outcome_of(p, action)) in ("for", "against"),
        "产生了公开效果": bool(LASTING & set(action.effects)) or "waive_push" in action.effects,
        "出具了机关的文书": says not in (None, "ended"),
        "填写了机关的核查意见": any(item.kind == "conditions" for item in action.inputs.values()),
        "延长了期限": action.extends is not None,
        "移送了办件": "transfer_case" in action.effects,
        "替机关办完了机关的环节": _walks_for_office(report, action),
        "为决定提供了核查、拟办意见": any(
            name in other.distinct_from for other in p.action.values() if decides(p, other)
        ),
    }
    why = [text for text, holds in whys.items() if holds]
    if why:
        who = "、".join(map(report.role, roles))
        text = f"{report.action(name)}由主体一方的{who}办理，却{'，'.join(why)}；任何人不能决定自己的事，请把 by 改为机关岗位"
        report.find("own_cause", ("action", name, "by"), text)


def _walks_for_office(report: Report, action: Action) -> bool:
    """Tell whether a step leads the case on from where only offices have a limit to keep."""
    p = report.procedure
    if action.to is None or action.to in action.from_ or outcome_of(p, action) is not None:
        return False
    owners = {clock.owner for clock in p.clock.values() if set(clock.runs_in) & set(action.from_)}
    return bool(owners) and all(role_side(role) == "office" for role in owners)


def _four_eyes(report: Report, name: str, action: Action) -> None:
    if _another_than_filer(report, action):
        return
    at, what = ("action", name), report.action(name)
    if not action.distinct_from:
        text = f"{what}作出决定，却没有写须与谁不同（distinct_from），一个人可以从头办到底；请写明须与哪些动作的办理人员不同"
        report.find("four_eyes_missing", at, text)
        return
    run = bypass(report, name, action)
    if run is not None:
        others = "、".join(map(report.action, action.distinct_from))
        text = f"{what}须与{others}的人员不同，但可以不经过这些动作就办到这里，分人办理落空。办理过程：{run_in_labels(report, run)}"
        report.find("four_eyes_bypassed", (*at, "distinct_from"), text)


def _another_than_filer(report: Report, action: Action) -> bool:
    """Tell whether an officer filed and somebody else decides. A subject that files is no second pair of eyes, and that
    nobody of the case before takes part says nothing of how many take part in this one."""
    officers = any(role_side(role) == "office" for role in report.procedure.filed_by)
    return officers and any(use.guard == "not_the_filer" for use in action.guards)


def _beside_no(p: Procedure, name: str, action: Action) -> bool:
    """Tell whether a step is the yes to a refusal that the same post may decide in the same place: nobody decides it after that."""
    if action.to is None or action.to not in p.state or p.state[action.to].final or action.distinct_from:
        return False
    refusals = [
        one
        for state in action.from_
        for other, one in p.actions_from(state).items()
        if other != name and set(one.by) & set(action.by) and outcome_of(p, one) is not None
        and outcome_side(outcome_of(p, one)) == "against" and weighs(p, one)
    ]  # fmt: skip
    ahead = closure([action.to], successors(p))
    decided = any(side_of(p, one) == "for" and by_office(one) for one in p.action.values() if set(one.from_) & ahead)
    return bool(refusals) and not decided and not ahead & set(action.from_)


def settles(p: Procedure, action: Action) -> bool:
    """Tell whether a step of an office leaves one side where both stood open, although the case goes on."""
    if action.to is None or action.to not in p.state or p.state[action.to].final:
        return False
    following = successors(p)
    after = _sides(p, closure([action.to], following))
    return len(after) == 1 and all(len(_sides(p, closure([state], following))) == 2 for state in action.from_)


def _sides(p: Procedure, states: Collection[str]) -> set[str]:
    """Return the sides on which something may still be decided."""
    spec = (p.state[state] for state in states if state in p.state)
    sides = {outcome_side(one.outcome) for one in spec if one.outcome not in {"refused", "dropped", None}}
    return {side for side in sides if side in {"for", "against"}}


def bypass(report: Report, name: str, action: Action, barred: Collection[str] | None = None) -> Run | None:
    """Return a run to the decision on which none of these steps was taken: by default those it must differ from."""
    p = report.procedure
    if p.initial not in p.state:
        return None
    model = Model(p, report.names.packs_for(p), report.names.record, report.budget)
    for world in model.worlds(barred=action.distinct_from if barred is None else barred):
        for config in world.came:
            if config.state in action.from_ and model.open(name, config, world.facts):
                return world.run(config)
    return None

"""Posts of the office that provided a record, or takes a measure: they act for their own office and for no other."""

from __future__ import annotations

from repairflow.law.checks.decisions import weighs
from repairflow.law.checks.report import Report
from repairflow.law.letter_kinds import form_of
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.roles import OFFICE_ROLES, role_side


def check(report: Report) -> None:
    """Find steps by which the providing office would do what is the receiving or the deciding office's to do."""
    p = report.procedure
    if report.is_record:
        return
    for name, action in p.action.items():
        posts = [role for role in action.by if OFFICE_ROLES.get(role) == "providing"]
        if not posts or any(use.guard == "is_the_filer" for use in action.guards):
            continue
        whys = {
            "作出决定": weighs(p, action) and not _own_letter(p, action),
            "出具决定单位的文书": action.letter is not None and not _own_letter(p, action),
            "延长期限": action.extends is not None,
            "移送办件": "transfer_case" in action.effects,
            "办完别的单位的环节": _walks_for_others(p, action),
        }
        why = [text for text, holds in whys.items() if holds]
        if why:
            who = "、".join(map(report.role, posts))
            text = f"{report.action(name)}由信息提供或者实施单位的{who}办理，却{'，'.join(why)}；请把 by 改为收件或者决定单位的岗位"
            report.find("office_of_another", ("action", name, "by"), text)
    for name, action in p.action.items():
        received = [role for role in action.by if OFFICE_ROLES.get(role) == "receiving" and role not in action.enters]
        apart = p.offices.receiving != p.offices.deciding and p.decided_by is None
        if received and apart and _walks_past(p, action):
            who = "、".join(map(report.role, received))
            text = f"{report.action(name)}在决定单位的期限之内使办件前进，{who}却是收件单位的岗位；请把 by 改为决定单位的岗位"
            report.find("office_of_another", ("action", name, "by"), text)
        elif received and apart and weighs(p, action) and _decides_here(p, action):
            who = "、".join(map(report.role, received))
            text = f"{report.action(name)}作出决定，{who}却是收件单位的岗位，本程序由另一个单位决定；请把 by 改为决定单位的岗位"
            report.find("office_of_another", ("action", name, "by"), text)


def _walks_past(p: Procedure, action: Action) -> bool:
    """Tell whether a step leads the case on from where only posts of the deciding office have a limit to keep."""
    if action.to is None or action.to in action.from_:
        return False
    owners = {clock.owner for clock in p.clock.values() if set(clock.runs_in) & set(action.from_)}
    offices = {OFFICE_ROLES.get(role) for role in owners if role_side(role) == "office"}
    return offices == {"deciding"} and all(role_side(role) == "office" for role in owners)


def _decides_here(p: Procedure, action: Action) -> bool:
    """Tell whether a step is the deciding office's: its posts take it, or others of the same states that weigh as much."""
    beside = [
        one for one in p.action.values() if one is not action and weighs(p, one) and set(one.from_) & set(action.from_)
    ]
    return any(OFFICE_ROLES.get(role) == "deciding" for one in (action, *beside) for role in one.by)


def _own_letter(p: Procedure, action: Action) -> bool:
    """Tell whether the letter of a step is the providing office's own, or goes from one office to another."""
    if action.letter is None:
        return False
    form = form_of(p, action.letter)
    return form.by == "provider" or form.to != "subject"


def _walks_for_others(p: Procedure, action: Action) -> bool:
    """Tell whether a step leads the case on from where only other offices have a limit to keep."""
    if action.to is None or action.to in action.from_:
        return False
    owners = {clock.owner for clock in p.clock.values() if set(clock.runs_in) & set(action.from_)}
    return bool(owners) and all(
        role_side(role) == "office" and OFFICE_ROLES.get(role) != "providing" for role in owners
    )

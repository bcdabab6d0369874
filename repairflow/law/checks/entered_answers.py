"""Answers of an office outside the system that somebody enters from paper (`enters`): of another office than one's own, and with its
paper. Whoever enters issues no letter, tells no remedy and is bound by no four eyes, so nothing else may hide behind it."""

from __future__ import annotations

from collections import Counter

from repairflow.law.checks.report import Report
from repairflow.law.procedure.model import Action
from repairflow.law.procedure.roles import OFFICE_ROLES
from repairflow.law.procedure.turns import takers


def check(report: Report) -> None:
    """Find steps that are entered though no other office decided them, or without the paper."""
    p = report.procedure
    for name, action in p.action.items():
        if not action.enters:
            continue
        ends = action.to is not None and action.to in p.state and p.state[action.to].final
        whys = {
            "enters 只能列 by 中的岗位": not set(action.enters) <= set(action.by),
            "没有哪个提供信息的单位的岗位自行办理，登记的不是其他单位的决定": not _decided_elsewhere(action),
            "没有要求填写书面决定的名称、文号或者日期（inputs 中写 entered = true）": not _tells_the_paper(action),
            '没有要求附书面决定的原件（kind = "material"）': not _keeps_the_paper(action),
            "登记以后直接办结或者改变信息的公开状态，没有人审核": ends or bool(action.effects),
        }
        why = [text for text, holds in whys.items() if holds]
        if why:
            text = f"{report.action(name)}可以由人登记书面决定，却{'，'.join(why)}；请改正，或者删去 enters"
            report.find("entered_not_decided", ("action", name, "enters"), text)


def _decided_elsewhere(action: Action) -> bool:
    """Tell whether only the providing office takes the step itself, and whoever enters is of another."""
    providing = [OFFICE_ROLES.get(role) == "providing" for role in takers(action)]
    return (
        bool(providing) and all(providing) and not any(OFFICE_ROLES.get(role) == "providing" for role in action.enters)
    )


def _tells_the_paper(action: Action) -> bool:
    kinds = Counter(item.kind for item in action.inputs.values() if item.entered)
    return kinds["text"] >= 2 and kinds["date"] >= 1


def _keeps_the_paper(action: Action) -> bool:
    return any(item.kind == "material" for item in action.inputs.values())

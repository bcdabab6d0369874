"""Parameters of guards: each given, of the right type, and naming something there is."""

from __future__ import annotations

from collections.abc import Collection

from repairflow.law.checks.guard_satisfiability import MOST_TIMES, list_kinds, listed
from repairflow.law.checks.report import Report
from repairflow.law.guards.reads import READINGS, Parameter
from repairflow.law.procedure.model import GuardUse
from repairflow.law.procedure.roles import OUTCOMES

MOST_DAYS = 400


def faults(report: Report, name: str | None, use: GuardUse) -> list[str]:
    """Return what is wrong with the parameters of one guard, each as the rest of a sentence; `name` is its action."""
    reading = READINGS[use.guard]
    found = [
        f"没有写参数 {key}；请写明"
        for key in reading.parameters
        if key not in use.parameters and not _left_out(report, name, use, key)
    ]
    for key, value in use.parameters.items():
        kind = reading.parameters.get(key)
        if kind is not None:
            found += [f"的参数 {key} {wrong}" for wrong in _value(report, kind, value)]
    if "outcome" in use.parameters and not found:
        found += _outcomes(report, use)
    return found


def _left_out(report: Report, name: str | None, use: GuardUse, key: str) -> bool:
    """Tell whether a parameter may be left out here: a clock only where the action itself extends one."""
    reading = READINGS[use.guard]
    if reading.parameters[key] == "clock" and name is not None:
        return report.procedure.action[name].extends is not None
    return key in reading.optional


def _value(report: Report, kind: Parameter, value: object) -> list[str]:
    if kind in {"count", "days"}:
        most = MOST_TIMES if kind == "count" else MOST_DAYS
        if not isinstance(value, int) or isinstance(value, bool):
            return [f"须为整数，现为“{value}”"]
        return [] if 1 <= value <= most else [f"= {value} 超出范围，须在 1 到 {most} 之间"]
    many = kind in {"procedure", "outcome", "lists", "value", "kinds"}
    if not many and not isinstance(value, str):
        return [f"须为一个名称，现为“{value}”"]
    values = listed(value)
    if not values:
        return ["没有写出任何值"]
    known = _known(report, kind)
    if known is None:
        return []
    return [f"= “{item}”没有定义；可用的有：{'、'.join(sorted(known)) or '无'}" for item in values if item not in known]


def _known(report: Report, kind: Parameter) -> Collection[str] | None:
    p = report.procedure
    if kind == "kind":
        return p.kinds
    if kind == "kinds":
        return {code for other in report.names.files for code in other.kinds}
    if kind == "procedure":
        return report.names.procedures
    if kind == "outcome":
        return OUTCOMES
    if kind == "term":
        return {code for pack in report.names.packs_for(p) for code in pack.term}
    if kind == "lists":
        return list_kinds(report.names.packs_for(p))
    return {"action": p.action, "clock": p.clock}.get(kind)


def _outcomes(report: Report, use: GuardUse) -> list[str]:
    """Outcomes that no case of the procedures named (of any, where none is named) ends with."""
    named = listed(use.parameters.get("procedure"))
    cases = [p for p in report.names.files if not named or p.procedure in named]
    ends = {state.outcome for p in cases for state in p.state.values()}
    if not cases:
        return []
    where = "、".join(named) or "任何程序"
    return [
        f"的参数 outcome = “{item}”不是{where}的办理结果；请改正"
        for item in listed(use.parameters["outcome"])
        if item not in ends
    ]

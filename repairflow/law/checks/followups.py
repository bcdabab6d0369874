"""What a procedure opens: kinds and facts the follow-up knows, and no circle of cases that open each other."""

from __future__ import annotations

from repairflow.law.checks.decisions import side_of
from repairflow.law.checks.guard_satisfiability import list_kinds
from repairflow.law.checks.report import Report
from repairflow.law.checks.steps_before import before
from repairflow.law.procedure.model import Action, Procedure
from repairflow.law.procedure.opens import Opens

Node = tuple[str, str | None]


def check(report: Report) -> None:
    """Everything wrong with follow-up cases."""
    p = report.procedure
    for name, action in p.action.items():
        if action.opens is not None:
            _opened(report, name, action.opens)
            _circle(report, name, action, action.opens)
            _as_others(report, name, action.opens)
        elif action.to is not None and action.to in p.state and p.state[action.to].final:
            _alone_without(report, name, action)


def _alone_without(report: Report, name: str, action: Action) -> None:
    """Find an end that other steps reach with a follow-up, and this one without."""
    p = report.procedure
    others = [one for key, one in p.action.items() if key != name and one.to == action.to]
    opening = [one for one in others if one.opens is not None]
    if opening and len(opening) == len(others):
        text = f"{report.action(name)}和“{opening[0].label}”以同一环节{report.state(action.to or '')}终结，别的动作都启动后续办件，它却没有"
        report.find("followup_missing", ("action", name), f"{text}；请写 opens，或者另设终结的环节")


def _opened(report: Report, name: str, opens: Opens) -> None:
    at, what = ("action", name, "opens"), report.action(name)
    p = report.procedure
    targets = [other for other in report.names.files if other.procedure == opens.procedure]
    kinds = {code: label for other in targets for code, label in other.kinds.items()}
    if targets and opens.kind is not None and opens.kind not in kinds:
        text = f"{what}启动的程序“{opens.procedure}”没有种类“{opens.kind}”；可用的有：{'、'.join(kinds) or '无'}"
        report.find("opens_kind", at, text)
    if kinds and opens.kind is None:
        report.find("opens_kind", at, f"{what}启动的程序“{opens.procedure}”分种类（{'、'.join(kinds)}），请写 kind")
    known = {
        "record",
        *p.inputs,
        *(i for other in before(p)[name] for i in p.action[other].inputs),
        *p.action[name].inputs,
    }
    for carried in opens.carry:
        if carried not in known:
            text = f"{what}要带入后续办件的“{carried}”没有一张表单要求填写；请改正 carry"
            report.find("opens_carry", at, text)
        elif any(form[carried].vaulted for form in (p.inputs, p.action[name].inputs) if carried in form):
            report.find(
                "identity_open", at, f"{what}把密封的“{carried}”带入后续办件；身份信息不得带出，请从 carry 删去"
            )
    for other in targets:
        lost = [
            item.label
            for key, item in other.inputs.items()
            if _owed(other, key) and key not in (*opens.carry, *opens.set)
        ]
        if lost:
            text = f"{what}启动的“{other.label}”须有“{'、'.join(dict.fromkeys(lost))}”，却没有带过去；请写入 carry 或者 set"
            report.find("opens_carry", at, text)
        if other.subject == "record" and "record" not in opens.carry and p.subject != "case":
            report.find(
                "opens_carry", at, f"{what}启动的“{other.label}”是关于一条信息的，却没有带过去；请在 carry 中写 record"
            )
    for key, value in opens.set.items():
        _set(report, name, targets, key, value)
    kind = list_kinds(report.names.packs_for(p)).get(opens.set.get("list_kind", ""))
    if kind is not None and kind.favourable and side_of(p, p.action[name]) == "against":
        text = f"{what}对主体不利，启动的却是列入“{kind.label}”（守信名单）；请改正 set"
        report.find("opens_carry", at, text)


def _as_others(report: Report, name: str, opens: Opens) -> None:
    """Check that what every other step that opens such a case takes along, and this one leaves behind."""
    others = [
        one.opens
        for key, one in report.procedure.action.items()
        if key != name and one.opens is not None and one.opens.procedure == opens.procedure
    ]
    shared = set.intersection(*(set(one.carry) for one in others)) if others else set()
    if lost := sorted(shared - {*opens.carry, *opens.set}):
        text = f"{report.action(name)}启动后续办件时没有带过去 {'、'.join(lost)}，本程序启动同一程序的其他动作都带；请写入 carry"
        report.find("opens_carry", ("action", name, "opens"), text)


def _owed(other: Procedure, name: str) -> bool:
    """Tell whether a case of this procedure cannot do without an answer that its filing form asks."""
    item = other.inputs[name]
    return item.required and not item.vaulted and not item.after


def _set(report: Report, name: str, targets: list[Procedure], key: str, value: str) -> None:
    at, what = ("action", name, "opens"), report.action(name)
    items = [other.inputs[key] for other in targets if key in other.inputs]
    if targets and not items:
        report.find("opens_carry", at, f"{what}为后续办件写明的“{key}”不是其申请表的填写项；请改正 set")
    for item in items:
        if item.choices is not None:
            known = {
                code for pack in report.names.packs_for(report.procedure) for code in pack.lists.get(item.choices, {})
            }
            if known and value not in known:
                text = f"{what}为后续办件写明的 {key} = “{value}”不在“{item.label}”的选项中；请改正 set"
                report.find("opens_carry", at, text)


def _circle(report: Report, name: str, action: Action, opens: Opens) -> None:
    p = report.procedure
    ways = _ways([p, *(f for f in report.names.files if f.procedure != p.procedure)])
    starts = _kinds_of(p, action)
    if any((p.procedure, kind) in closure(_targets(report.names.files, p, opens), ways) for kind in starts):
        text = f"{report.action(name)}启动的办件又会启动本程序的同种办件，没有尽头；请改正 opens，或者用 case_kind_is 分开种类"
        report.find("opens_itself", ("action", name, "opens"), text)


def closure(starts: list[Node], ways: dict[Node, list[Node]]) -> set[Node]:
    """Return the cases that follow from these, and these."""
    seen: set[Node] = set()
    waiting = list(starts)
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting += ways.get(node, [])
    return seen


def _ways(files: list[Procedure]) -> dict[Node, list[Node]]:
    ways: dict[Node, list[Node]] = {}
    for p in files:
        for action in p.action.values():
            if action.opens is not None:
                for kind in _kinds_of(p, action):
                    ways.setdefault((p.procedure, kind), []).extend(_targets(tuple(files), p, action.opens))
    return ways


def _kinds_of(p: Procedure, action: Action) -> list[str | None]:
    """Return the kinds of case in which an action can be taken."""
    wanted = {str(use.parameters.get("kind")) for use in action.guards if use.guard == "case_kind_is"}
    return [kind for kind in p.kinds if not wanted or kind in wanted] or [None]


def _targets(files: tuple[Procedure, ...], p: Procedure, opens: Opens) -> list[Node]:
    """Return the kinds of case that may be opened."""
    kinds = {kind for other in (*files, p) if other.procedure == opens.procedure for kind in other.kinds}
    if opens.kind is not None or not kinds:
        return [(opens.procedure, opens.kind)]
    return [(opens.procedure, kind) for kind in sorted(kinds)]

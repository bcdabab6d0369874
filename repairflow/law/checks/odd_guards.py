"""Conditions at a step where they say nothing, or the opposite of what the step is for."""

from __future__ import annotations

from repairflow.law.checks.answers_followed import GONE
from repairflow.law.checks.decisions import LASTING, by_office, by_system_alone, outcome_of, side_of
from repairflow.law.checks.label_tone import leaning
from repairflow.law.checks.quiet_ends import files_itself
from repairflow.law.checks.report import Report
from repairflow.law.procedure.model import Action
from repairflow.law.procedure.roles import CITIZEN_ROLES, SUBJECT_ROLES, role_side

OF_ONE_KIND = frozenset({"maximum_stay_over", "no_new_dishonesty"})
"""Guards that ask something of cases of one kind, and let every other kind pass."""
TAKING_BACK = ("撤", "收回", "取消")
"""How a step is called by which somebody takes back what he brought himself."""


def check(report: Report) -> None:
    """Find conditions that cannot be meant where they stand."""
    p = report.procedure
    if report.is_record:
        return
    proofs = any(one.required or one.required_if for one in p.material.values())
    for name, action in p.action.items():
        guards = {use.guard for use in action.guards}
        if "materials_complete" in guards:
            _complete(report, name, action, proofs=proofs)
        _taker(report, name, action, guards)
        _of_one_kind(report, name, action)
        _counted(report, name, action)
        _gone(report, name, action, guards)
        _follows(report, name, action)
        _on_request(report, name, action)


def _complete(report: Report, name: str, action: Action, *, proofs: bool) -> None:
    at, what = ("action", name, "guards"), f"{report.action(name)}的{report.guard('materials_complete')}"
    if not proofs:
        text = f"{what}等于没有条件：本程序没有一种材料是必须提交的；请在 [material] 中写 required，或者删去该条件"
        report.find("guard_idle", at, text)
    elif "statement" in action.inputs and all(role_side(role) == "subject" for role in action.by):
        report.find("conditions_turned", at, f"{what}使材料不齐的主体不能陈述、申辩；请删去")
    elif files_itself(report.procedure) and by_office(action) and _says_no(action):
        report.find("conditions_turned", at, f"{what}使材料齐全的才能退回、拟不予办理，缺材料的反而不能；请删去")
    elif action.letter == "supplement_required":
        text = f"{what}使材料齐全的才能通知补正，缺材料的反而不能；请删去"
        report.find("conditions_turned", at, text)


def _says_no(action: Action) -> bool:
    return leaning(action.label) == -1 or action.label.startswith("退回")


def _taker(report: Report, name: str, action: Action, guards: set[str]) -> None:
    """Guards about who takes a step, where nobody takes it, or where it shuts out the only one it is meant for."""
    p, at, what = report.procedure, ("action", name, "guards"), report.action(name)
    filer = sorted({"is_the_filer", "not_the_filer"} & guards)
    if filer and by_system_alone(action):
        text = f"{what}由系统办理，{report.guard(filer[0])}看的却是由谁办理，等于没有条件；请删去"
        report.find("guard_taker", at, text)
    elif "not_the_filer" in guards and outcome_of(p, action) == "withdrawn":
        report.find("guard_taker", at, f"{what}是撤回，{report.guard('not_the_filer')}却使提出者本人不能撤回；请删去")
    elif "is_the_filer" in guards and not any(word in action.label for word in TAKING_BACK):
        text = f"{what}不是撤回，{report.guard('is_the_filer')}却使它只对提出者本人开放，别人办不成；请删去"
        report.find("guard_taker", at, text)
    elif "is_the_filer" in guards and files_itself(p) and set(action.by) <= SUBJECT_ROLES - CITIZEN_ROLES:
        text = f"{what}的{report.guard('is_the_filer')}使代理人提出的办件主体本人不能撤回，换了代理人也不能；请删去"
        report.find("guard_taker", at, text)


def _of_one_kind(report: Report, name: str, action: Action) -> None:
    """Check that an effect that waits for something in cases of one kind is closed to all others, which would have it for nothing."""
    here = {str(use.parameters["kind"]) for use in action.guards if use.guard == "case_kind_is"}
    for use in action.guards:
        kind = str(use.parameters.get("kind"))
        if use.guard in OF_ONE_KIND and LASTING & set(action.effects) and kind not in here:
            label = report.procedure.kinds.get(kind, kind)
            text = f"{report.action(name)}的{report.guard(use.guard)}只看种类“{label}”，别的种类不看就能办；请写上"
            report.find(
                "conditions_turned", ("action", name, "guards"), f'{text} {{ guard = "case_kind_is", kind = "{kind}" }}'
            )


def _counted(report: Report, name: str, action: Action) -> None:
    """Check that an office's step onward is not shut by how often the subject took one of its own."""
    p = report.procedure
    for use in action.guards:
        step = p.action.get(str(use.parameters.get("action", "")))
        own = step is not None and step is not action and all(role_side(role) == "subject" for role in step.by)
        if use.guard == "times_below" and own and by_office(action):
            text = f"{report.action(name)}在主体办过几次{report.action(str(use.parameters['action']))}以后就不能再办，主体可以使它办不成"
            report.find("closed_by_time", ("action", name, "guards"), f"{text}；请删去，或者让该条件计它自己的次数")


def _gone(report: Report, name: str, action: Action, guards: set[str]) -> None:
    """Check that whoever filed is not refused only where the record is gone: there the case is ended, and elsewhere nobody could be."""
    p = report.procedure
    gone = sorted(guards & GONE)
    against = side_of(p, action) == "against" or outcome_of(p, action) == "refused"
    if gone and against and files_itself(p) and by_office(action):
        text = f"{report.action(name)}的{report.guard(gone[0])}使不符合条件的在信息失效以前不能拒绝；信息失效的应当终止（terminated）"
        report.find("conditions_turned", ("action", name, "guards"), f"{text}；请删去该条件")


def _follows(report: Report, name: str, action: Action) -> None:
    """Check that what another case decided for the subject is not laid down by the step that waits for that very case."""
    p = report.procedure
    if action.effects or outcome_of(p, action) not in {"dropped", "denied", "maintained", "dismissed", "terminated"}:
        return
    for use in action.guards:
        first = str(use.parameters.get("procedure"))
        good = [
            other
            for file in report.names.files
            if file.procedure == first
            for other in file.action.values()
            if other.opens is not None and other.opens.procedure == p.procedure and side_of(file, other) == "for"
        ]
        if use.guard == "follows_case" and good:
            text = f"{report.action(name)}只在“{good[0].label}”之后才能办，却以{report.state(action.to or '')}终结，已经作出的有利决定落空"
            report.find("conditions_turned", ("action", name, "guards"), f"{text}；请改为 follows_no_case")


def _on_request(report: Report, name: str, action: Action) -> None:
    """Check that a decision does not wait for what is done only for whoever asked for it."""
    p = report.procedure
    forms = (p.inputs, *(other.inputs for other in p.action.values()))
    asked = {item.asks for form in forms for item in form.values()}
    for use in action.guards:
        step = str(use.parameters.get("action", ""))
        if use.guard == "times_done" and step in asked and by_office(action) and action.to is not None:
            text = f"{report.action(name)}要先办过{report.action(step)}，那一步只在提出的人要求时才办，没有要求的永远办不成"
            report.find("closed_by_time", ("action", name, "guards"), f"{text}；请改正 action")

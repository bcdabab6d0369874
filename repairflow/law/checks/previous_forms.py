"""Forms, posts and papers of a new version against those before it: answers that mean less, other people, other proofs."""

from __future__ import annotations

from collections.abc import Mapping

from repairflow.law.checks.previous_bases import nothing_new
from repairflow.law.checks.report import Report
from repairflow.law.procedure.model import Action, Input, Procedure
from repairflow.law.procedure.roles import SYSTEM, role_side


def check(report: Report, old: Procedure, version: str) -> None:
    """Everything that changed of forms, of who takes a step and of what comes with it against `old`, called `version`."""
    p = report.procedure
    in_use = old.version == p.version
    _form(report, ("inputs",), "提出申请", (old.inputs, p.inputs), version)
    required = [item.label for name, item in p.inputs.items() if item.required and not _asked(old.inputs, name)]
    if required and _by_subject(old):
        text = f"提出申请本版比{version}多要填写“{'、'.join(required)}”，当事人的负担重了；请改为可以不填，或者核对依据"
        (report.find if in_use else report.hint)("filing_narrowed", ("inputs",), text)
    for name, before in old.action.items():
        new = p.action.get(name)
        if new is not None and nothing_new(p, new.basis, before.basis, old):
            what = report.action(name)
            _form(report, ("action", name, "inputs"), what, (before.inputs, new.inputs), version)
            _papers(report, name, before, version)
            _posts(report, name, before, version)
    for name, state in old.state.items():
        now = p.state.get(name)
        if now is not None and state.outcome != now.outcome and state.label == now.label and not in_use:
            text = f"{report.state(name)}名称没有变，结果由 {state.outcome} 改为 {now.outcome}（{version}）；请改回，或者另设环节"
            report.find("outcome_turned", ("state", name), text)


def _asked(form: Mapping[str, Input], name: str) -> bool:
    return name in form and form[name].required


def _by_subject(p: Procedure) -> bool:
    """Tell whether people outside the offices file; anybody of the subject's where nothing is said."""
    return any(role_side(role) == "subject" for role in p.filed_by or tuple(p.actor))


def _form(
    report: Report, at: tuple[str, ...], what: str, forms: tuple[Mapping[str, Input], Mapping[str, Input]], version: str
) -> None:
    old, new = forms
    for name, was in old.items():
        now = new.get(name)
        if now is None:
            continue
        label, place = f"{what}的填写项“{now.label}”（{name}）", (*at, name)
        mend = "，依据却没有变；请改回，或者写明新的依据"
        if now.choices != was.choices and now.kind == was.kind:
            text = f"{label}的选项由清单“{was.choices}”改为“{now.choices}”（{version}），原来的答案不再适用{mend}"
            report.find("input_kind", place, text)
        if was.vaulted and not now.vaulted:
            report.find("identity_open", place, f"{label}在{version}是密封的，本版不密封了；请恢复 vaulted = true")
        if was.past and not now.past and now.kind == was.kind:
            report.find("input_dropped", place, f"{label}在{version}不得晚于填写当天，本版不核对了；请恢复 past = true")
        if was.told and not now.told:
            text = f"{label}在{version}显示给当事人，本版不显示了；请恢复 told = true"
            report.find("input_dropped", place, text)
        if (was.minimum, was.maximum) != (now.minimum, now.maximum):
            before, after = (f"{_end(one.minimum)} 至 {_end(one.maximum)}" for one in (was, now))
            report.find("bounds_crossed", place, f"{label}的范围由 {before}改为 {after}（{version}）{mend}")


def _end(figure: int | None) -> str:
    return "不限" if figure is None else str(figure)


def _papers(report: Report, name: str, old: Action, version: str) -> None:
    """Check that a step that took certain kinds of paper takes these: another kind would satisfy its condition."""
    new = report.procedure.action[name]
    if set(old.materials) == set(new.materials):
        return
    before, after = ("、".join(map(report.procedure.material_label, one.materials)) or "各种材料" for one in (old, new))
    text = f"{report.action(name)}随交的材料由{before}改为{after}（{version}），依据却没有变；请改回 materials，或者写明新的依据"
    report.find("material_dropped", ("action", name, "materials"), text)


def _posts(report: Report, name: str, old: Action, version: str) -> None:
    """Check that who takes a step: what only the system or only the subject could do is no office's to do; other posts are shown."""
    new = report.procedure.action[name]
    if set(new.by) == set(old.by):
        return
    more = [role for role in new.by if role not in old.by and role_side(role) == "office"]
    was = "、".join(report.role(role) for role in old.by)
    what, at = report.action(name), ("action", name, "by")
    if more and not any(role_side(role) == "office" for role in old.by):
        who = "、".join(map(report.role, more))
        text = f"{what}在{version}只由{was}办理，本版{who}也可以办理，依据却没有变；请改回 by，或者写明新的依据"
        report.find("step_widened", at, text)
    elif SYSTEM in new.by and SYSTEM not in old.by:
        text = f"{what}在{version}由{was}办理，本版系统也可以办理，依据却没有变；请改回 by，或者写明新的依据"
        report.find("step_widened", at, text)
    elif set(old.by) - set(new.by) or more:
        now = "、".join(map(report.role, new.by))
        text = f"{what}在{version}由{was}办理，本版由{now}办理；请核对岗位"
        report.hint("step_other_post", at, text)

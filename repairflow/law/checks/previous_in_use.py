"""A file of a version that is in use already: who may file, what must be proved, the bases and seals stay as they are there."""

from __future__ import annotations

from repairflow.law.checks.report import Report
from repairflow.law.procedure.model import Procedure


def check(report: Report, old: Procedure, version: str) -> None:
    """Everything this file leaves out or changes of `old`, the same version in use, which messages call `version`."""
    _whole(report, old, version)
    _rests_on_less(report, old, version)
    _ends_and_seals(report, old, version)


def _proofs(p: Procedure) -> dict[str, str]:
    return {name: item.label for name, item in p.material.items() if item.required or item.required_if is not None}


def _whole(report: Report, old: Procedure, version: str) -> None:
    p = report.procedure
    if p.opened_only != old.opened_only:
        text = f"{version}{'只由其他办件启动' if old.opened_only else '可以由人提出'}，本文件不同；请改回 opened_only"
        report.find("whole_turned", ("opened_only",), text)
    if changed := [report.role(one) for one in set(p.filed_by) ^ set(old.filed_by)]:
        text = f"可以提出的人（{'、'.join(sorted(changed))}）与{version}不同；请改回 filed_by"
        report.find("filing_narrowed", ("filed_by",), text)
    if p.prefix != old.prefix:
        text = f"{version}办件编号的前缀是“{old.prefix}”，本文件改了，同一程序的编号就不连续；请改回 prefix"
        report.find("whole_turned", ("prefix",), text)
    if gone := [label for name, label in _proofs(old).items() if name not in _proofs(p)]:
        text = f"{version}必需的材料（{'、'.join(gone)}）本文件没有了，或者不再必需；请恢复"
        report.find("material_dropped", ("material",), text)


def _rests_on_less(report: Report, old: Procedure, version: str) -> None:
    p = report.procedure
    for name, action in p.action.items():
        if action.extends is not None and name not in old.action:
            text = (
                f"{report.action(name)}在{version}没有，机关因此可以延长期限；请删去，本地细化写在 without_extension 中"
            )
            report.find("longer_than_basis", ("action", name), text)
    for name, clock in old.clock.items():
        if name in p.clock and (gone := [one for one in clock.basis if one not in p.clock[name].basis]):
            text = f"{report.clock(name)}在{version}的依据（{'、'.join(gone)}）本文件没有了；请恢复 basis"
            report.find("basis_dropped", ("clock", name, "basis"), text)
    for name, action in old.action.items():
        if name not in p.action:
            continue
        if gone := [one for one in action.basis if one not in p.action[name].basis]:
            text = f"{report.action(name)}在{version}的依据（{'、'.join(gone)}）本文件没有了；请恢复 basis"
            report.find("basis_dropped", ("action", name, "basis"), text)
        if gone := [report.role(one) for one in action.by if one not in p.action[name].by]:
            text = f"{report.action(name)}在{version}可以由{'、'.join(gone)}办理，本文件不可以了；请恢复 by"
            report.find("step_narrowed", ("action", name, "by"), text)


def _ends_and_seals(report: Report, old: Procedure, version: str) -> None:
    p = report.procedure
    for name, state in old.state.items():
        if name in p.state and p.state[name].outcome != state.outcome:
            text = f"{report.state(name)}的结果由 {state.outcome} 改为 {p.state[name].outcome}（{version}）；请改回，或者另设环节"
            report.find("outcome_turned", ("state", name), text)
    changed = [
        kind for kind, form in old.letters.items() if form.seal != (p.letters[kind].seal if kind in p.letters else None)
    ]
    if changed:
        text = f"文书 {'、'.join(changed)} 的印章与{version}不同；请改回 seal"
        report.find("letter_form_less", ("letters", changed[0]), text)
